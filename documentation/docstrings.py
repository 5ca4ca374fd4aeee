"""What the docstrings of the resource classes tell: of each argument, and of each output."""

from __future__ import annotations

import ast
import inspect
import re
from textwrap import dedent

import pulumi

_EFFECT = re.compile(r"\s(?:Replaces|In place|No change)\.(?=\s|$)")
_ARGUMENT = re.compile(r"^(?P<name>\w+): (?P<text>.*?)(?=^\w+: |\Z)", re.MULTILINE | re.DOTALL)


def about(resource: type[pulumi.Resource]) -> str:
    """Return the docstring of a class, one line for each paragraph."""
    return "\n\n".join(_joined(each) for each in (inspect.getdoc(resource) or "").split("\n\n"))


def arguments(resource: type[pulumi.Resource]) -> dict[str, str]:
    """Return what is told of the arguments by which a program declares an object.

    The sentence about what a change of one does is left out, since the table of the kind tells it.
    """
    doc = inspect.getdoc(resource.__init__) or ""
    section = re.search(r"^Args:\n((?:    .*\n?|\n)*)", doc, re.MULTILINE)
    found = {}
    for match in _ARGUMENT.finditer(dedent(section[1]) if section else ""):
        text = _EFFECT.sub("", _joined(match["text"]))
        found[match["name"]] = text[:1].upper() + text[1:]
    return {name: text for name, text in found.items() if name not in ("resource_name", "opts")}


def outputs(resource: type[pulumi.Resource]) -> dict[str, str]:
    """Return what is told of the outputs that a class and its bases declare."""
    found: dict[str, str] = {}
    for base in reversed(resource.__mro__):
        if base.__module__.startswith("aicore_provider."):
            found |= _attributes(base)
    return found


def _attributes(of: type[object]) -> dict[str, str]:
    (tree,) = ast.parse(dedent(inspect.getsource(of))).body
    assert isinstance(tree, ast.ClassDef)  # noqa: S101  (the source of a class)
    found = {}
    for declared, doc in zip(tree.body, tree.body[1:], strict=False):
        match declared, doc:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = _joined(text)
    return {name: text for name, text in found.items() if not name.startswith("_")}


def _joined(text: str) -> str:
    return " ".join(text.split())
