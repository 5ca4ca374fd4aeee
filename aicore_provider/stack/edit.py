"""New values in the text of a stack file, of which nothing else changes. Pure.

A YAML library that writes would reformat what it does not change. The parser tells where each value stands, so that
only these characters are replaced and comments, order, quotes, anchors and spaces stay as they are. What comes out is
read again: it must say what the text said before, with the new values and no other difference.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from aicore_provider.stack.yaml_text import WithoutAliases, needs_no_quotes

_BLOCKS = ("|", ">")

Keys = tuple[str, ...]


class CannotEdit(Exception):
    """A value cannot be put there without changing something else; the text says what to do."""


def edit(text: str, entries: Keys, changes: Mapping[str, Mapping[str, str]]) -> str:
    """The text with other values.

    Args:
        text: valid YAML. Of several documents the first counts, as for Pulumi.
        entries: keys that lead to the mapping whose entries are changed.
        changes: new values by entry and key, such as `{"chat": {"version": "2026-02-01"}}`; dots lead deeper.

    Raises:
        CannotEdit: a value stands nowhere as a text of its own, or others would change with it.
    """
    root = next(yaml.compose_all(text, Loader=yaml.SafeLoader))
    wanted = {
        (*entries, name, *key.split(".")): value for name, values in changes.items() for key, value in values.items()
    }
    # What two entries share by an anchor stands in one place, and may change for both.
    spans = set()
    for path, value in wanted.items():
        node = _scalar_of(root, path, len(entries), value)
        spans.add((*_span(text, node), _scalar(node, value, is_version=path[-1].lower().endswith("version"))))
    edited = text
    for start, end, scalar in sorted(spans, reverse=True):
        edited = edited[:start] + scalar + edited[end:]
    if not _says(edited, _with(_first_document(text), wanted)):
        path = next((path for path in wanted if _is_shared(root, path)), next(iter(wanted)))
        raise CannotEdit(
            f"{_name(path, len(entries))} is read elsewhere in the file as well, by a YAML anchor, so that more than"
            f" what is proposed would change; write {wanted[path]!r} there yourself."
        )
    return edited


def _scalar_of(root: yaml.Node, path: Keys, depth: int, value: str) -> yaml.ScalarNode:
    """What holds a value; `depth` keys lead to the entries.

    Raises:
        CannotEdit: no text that stands under these keys.
    """
    node: yaml.Node | None = root
    for key in path:
        outer, node = node, _child(node, key)
        if isinstance(outer, yaml.ScalarNode):
            raise CannotEdit(f"{_name(path, depth)} stands in a JSON text; write {value!r} there yourself.")
        if node is None:
            why = "is not written there" if _child(outer, "<<") is None else "comes from a YAML anchor"
            raise CannotEdit(f"{_name(path, depth)} {why}; write {value!r} there yourself.")
    if not isinstance(node, yaml.ScalarNode) or node.style in _BLOCKS:
        raise CannotEdit(f"{_name(path, depth)} is a YAML block; write {value!r} there yourself.")
    return node


def _name(path: Keys, depth: int) -> str:
    return ".".join(path[depth:])


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value of a key; of one that stands there twice the last, which is the one that is read."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in reversed(pairs) if name.value == key), None)


def _is_shared(root: yaml.Node, path: Keys) -> bool:
    """Whether a value, or something that it stands in, is used a second time."""
    uses = Counter(id(node) for node in _nodes(root, set()))
    on_the_way = itertools.accumulate(path, _child, initial=root)  # type: ignore[arg-type]
    return any(uses[id(node)] > 1 for node in on_the_way)


def _nodes(node: yaml.Node, seen: set[int]) -> Iterator[yaml.Node]:
    """All nodes, an alias as the node of its anchor."""
    yield node
    if id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(id(node))
    within = itertools.chain(*node.value) if isinstance(node, yaml.MappingNode) else node.value
    for each in within:
        yield from _nodes(each, seen)


def _span(text: str, node: yaml.ScalarNode) -> tuple[int, int]:
    """Where the value itself stands, behind its anchor and its tag."""
    start, end = node.start_mark.index, node.end_mark.index
    if text[start] in "&!":
        tokens = (each for each in yaml.scan(text) if isinstance(each, yaml.ScalarToken))
        start = next(each.start_mark.index for each in tokens if each.end_mark.index == end)
    return start, end


def _scalar(node: yaml.ScalarNode, value: str, *, is_version: bool) -> str:
    """The new value in the quotes of the old one; without any only a word, and no version, since YAML mangles those."""
    if not node.style and not is_version and needs_no_quotes(value):
        return value
    quotes = "'" if node.style == "'" and value.isprintable() else '"'
    quoted: str = yaml.safe_dump(value, default_style=quotes, allow_unicode=True, width=math.inf)
    return quoted.removesuffix("\n")


def _first_document(text: str) -> Any:
    return next(yaml.safe_load_all(text), None)


def _with(document: Any, wanted: Mapping[Keys, str]) -> Any:
    """A document with other values: what they stand in is copied, so that nothing else changes with it."""
    for path, value in wanted.items():
        document = _with_one(document, path, value)
    return document


def _with_one(document: Any, path: Keys, value: str) -> Any:
    if not path:
        return value
    key, *rest = path
    return {**document, key: _with_one(document[key], tuple(rest), value)}


def _says(text: str, document: Any) -> bool:
    """Whether a text says that, types and order of keys included."""
    try:
        said, wanted = (
            yaml.dump(each, Dumper=WithoutAliases, sort_keys=False) for each in (_first_document(text), document)
        )
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return bool(said == wanted)
