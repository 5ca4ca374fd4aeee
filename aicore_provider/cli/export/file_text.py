"""The text of a stack file, for what `document` has found."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from aicore_provider.cli.export.document import Document, LeftOut
from aicore_provider.stack.entry import as_yaml
from aicore_provider.stack.model import SECTIONS
from aicore_provider.stack.project import PROJECT
from aicore_provider.terminal import printable

_HEAD = """\
# yaml-language-server: $schema=stack.schema.json
# Written by `aicore-provider export`. `pulumi up` manages these objects as they are and changes nothing.
# Remove takeOver after the first `pulumi up`, except in secrets and repositories without values: there it must stay
# until they have some.
"""
_CLONED = """\
# yaml-language-server: $schema=stack.schema.json
# Written by `aicore-provider export --clone-to`: the same again in another resource group.
# The service tells neither keys nor values of secrets: write the keys that they need in the place of each KEY, and set
# the values, which are SET-ME here, with `pulumi config set --secret --path`.
"""


def file_text(found: Document, service_url: str, *, is_clone: bool) -> str:
    """Return the text of the stack file; it ends with what is left out, as comments."""
    lines = [_CLONED if is_clone else _HEAD, "config:\n", f"  {PROJECT}:baseUrl: {service_url}\n"]
    for section in SECTIONS:
        if entries := found.sections.get(section):
            lines.append(f"  {PROJECT}:{section}:\n")
            lines += [textwrap.indent(as_yaml(name, entry), "    ") for name, entry in sorted(entries.items())]
    return "".join(lines) + _left_out(found.left_out)


def _left_out(left_out: Sequence[LeftOut]) -> str:
    if not left_out:
        return ""
    told = [f"#   {' '.join(printable(f'{each.what}: {each.why}').split())}\n" for each in left_out]
    return "".join(["# Not in this file:\n", *told])
