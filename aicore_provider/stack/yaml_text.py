"""Reads YAML of unknown origin, as values and as it is written.

A program gets its configuration as JSON, in which a name without quotes may have become another one: `0x1F` becomes 31.
Only the text of the file shows how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from aicore_provider.json_document import require_shallow

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXT_TAG = "tag:yaml.org,2002:str"
_OTHERWISE = re.compile(
    r"""
      [-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?0x[0-9a-f_]+             # whole numbers, as Go reads them
    | [-+]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)(e[-+]?[0-9]+)?        # and others
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t\ ].*)?                        # dates, and what Pulumi makes of them
    | <nil> | [-+]inf | nan                                           # what Pulumi makes of null, .inf and .nan
    """,
    re.VERBOSE | re.IGNORECASE,
)


_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]+")


class WithoutAliases(yaml.SafeDumper):
    """Writes a shared value in each place, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Return True."""
        return True


def read_yaml(text: str) -> Any:
    """Parse the first document of a YAML text, which is the one that Pulumi reads.

    Raises:
        yaml.YAMLError: it is no YAML.
        ValueError: a date, number or other value is not valid, or the document is nested too deeply or contains itself.
    """
    try:
        document = next(yaml.safe_load_all(text), None)
    except yaml.YAMLError:
        raise
    except Exception as error:
        # The constructors of PyYAML let through what they run into: a KeyError for `!!bool x`, and several others.
        raise ValueError(f"a value cannot be read ({type(error).__name__})") from None
    require_shallow(document)
    return document


def compose(text: str) -> yaml.Node | None:
    """Return the root node of the first document; None for none. What is no YAML is a `yaml.YAMLError`."""
    return next(yaml.compose_all(text, Loader=_LOADER), None)


def position(error: yaml.YAMLError) -> str:
    """Say where a YAML error is, without the text of the line, which may hold a secret."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "a character that YAML does not allow"


def changed_names(names: Iterable[str], node: yaml.Node | None) -> list[str]:
    """Return the names of a mapping that a reader of YAML has changed, as they are written.

    Without a node, because the file is not known, every name is returned that may have been changed.
    """
    if isinstance(node, yaml.MappingNode):
        _flatten(node)
        plain = (key for key, _ in node.value if isinstance(key, yaml.ScalarNode) and not key.style)
        return [key.value for key in plain if key.tag != TEXT_TAG or is_read_otherwise(key.value)]
    return [] if node else [name for name in names if is_read_otherwise(name)]


def child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """Return the node of a key; None when there is none."""
    return dict(children(node)).get(key)


def is_read_otherwise(text: str) -> bool:
    """Whether some reader of YAML takes this text without quotes for something else than a text."""
    if not text or _OTHERWISE.fullmatch(text):
        return bool(text)
    resolved = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return resolved in {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "timestamp")}


def needs_no_quotes(text: str) -> bool:
    """Whether every reader of YAML takes this without quotes for a text, in a block and between braces.

    It is False for some texts that need no quotes either.
    """
    return bool(_WORD.fullmatch(text)) and not is_read_otherwise(text)


def children(node: yaml.Node | None) -> Iterator[tuple[str | int, yaml.Node]]:
    """Return the nodes in a mapping or a list with their keys or indices, including those merged with `<<`."""
    if isinstance(node, yaml.MappingNode):
        _flatten(node)
        yield from ((key.value, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))
    elif isinstance(node, yaml.SequenceNode):
        yield from enumerate(node.value)


def _flatten(node: yaml.MappingNode) -> None:
    """Merge the mappings that `<<` refers to."""
    SafeConstructor().flatten_mapping(node)
