"""Changes values in the text of a stack file, and nothing else in it.

A YAML library would reformat the whole file when it writes. So the parser tells where a value stands, and only its
characters are replaced; comments, order, quotes, anchors and spaces stay as they are. The result is parsed again, and
must differ from the text before in the new values alone.
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
    """A value cannot be changed without changing something else. The text says what to do."""


def edit(text: str, entries: Keys, changes: Mapping[str, Mapping[str, str]]) -> str:
    """Return valid YAML with other values in the mapping of `entries`, which are the keys that lead to it.

    The changes are new values by entry and key, such as `{"chat": {"version": "2026-02-01"}}`; a dot in a key leads to
    a nested key. Of several documents the first counts, as for Pulumi.

    Raises:
        CannotEdit: a value is no text of its own in the file, or other values would change with it.
    """
    root = next(yaml.compose_all(text, Loader=yaml.SafeLoader))
    wanted = {
        (*entries, name, *key.split(".")): value for name, values in changes.items() for key, value in values.items()
    }
    # A value that two entries share by an anchor may be changed if that is wanted for both.
    spans = set()
    for path, value in wanted.items():
        node = _scalar_of(root, path, len(entries), value)
        spans.add((*_span(text, node), _scalar(node, value, is_version=path[-1].lower().endswith("version"))))
    edited = text
    for start, end, scalar in sorted(spans, reverse=True):
        edited = edited[:start] + scalar + edited[end:]
    document = _first_document(text)
    for path, value in wanted.items():
        document = _with(document, path, value)
    if not _says(edited, document):
        path = next((path for path in wanted if _is_shared(root, path)), next(iter(wanted)))
        raise CannotEdit(
            f"{'.'.join(path[len(entries) :])} is read elsewhere in the file as well, by a YAML anchor, so that more"
            f" than what is proposed would change; write {wanted[path]!r} there yourself."
        )
    return edited


def _scalar_of(root: yaml.Node, path: Keys, depth: int, value: str) -> yaml.ScalarNode:
    """Return the node of a value. The first `depth` keys of the path lead to the entries."""
    name = ".".join(path[depth:])
    node: yaml.Node | None = root
    for key in path:
        outer, node = node, _child(node, key)
        if isinstance(outer, yaml.ScalarNode):
            raise CannotEdit(f"{name} stands in a JSON text; write {value!r} there yourself.")
        if node is None:
            why = "is not written there" if _child(outer, "<<") is None else "comes from a YAML anchor"
            raise CannotEdit(f"{name} {why}; write {value!r} there yourself.")
    if not isinstance(node, yaml.ScalarNode) or node.style in _BLOCKS:
        raise CannotEdit(f"{name} is a YAML block; write {value!r} there yourself.")
    return node


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """Return the value of a key; the last one when the key occurs twice, as Pulumi reads it."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in reversed(pairs) if name.value == key), None)


def _is_shared(root: yaml.Node, path: Keys) -> bool:
    """Whether a value, or something that contains it, is used a second time by an alias."""
    uses = Counter(id(node) for node in _nodes(root, set()))
    on_the_way = itertools.accumulate(path, _child, initial=root)  # type: ignore[arg-type]
    return any(uses[id(node)] > 1 for node in on_the_way)


def _nodes(node: yaml.Node, seen: set[int]) -> Iterator[yaml.Node]:
    """Return all nodes; an alias as the node of its anchor."""
    yield node
    if id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(id(node))
    within = itertools.chain(*node.value) if isinstance(node, yaml.MappingNode) else node.value
    for each in within:
        yield from _nodes(each, seen)


def _span(text: str, node: yaml.ScalarNode) -> tuple[int, int]:
    """Return where the value stands in the text, without its anchor and tag."""
    start, end = node.start_mark.index, node.end_mark.index
    if text[start] in "&!":
        tokens = (each for each in yaml.scan(text) if isinstance(each, yaml.ScalarToken))
        start = next(each.start_mark.index for each in tokens if each.end_mark.index == end)
    return start, end


def _scalar(node: yaml.ScalarNode, value: str, *, is_version: bool) -> str:
    """Return the new value in the quotes of the old one. Without quotes stands only a word that is no version."""
    if not node.style and not is_version and needs_no_quotes(value):
        return value
    quotes = "'" if node.style == "'" and value.isprintable() else '"'
    quoted: str = yaml.safe_dump(value, default_style=quotes, allow_unicode=True, width=math.inf)
    return quoted.removesuffix("\n")


def _first_document(text: str) -> Any:
    return next(yaml.safe_load_all(text), None)


def _with(document: Any, path: Keys, value: str) -> Any:
    """Return a document with another value at a path. Only the mappings on the path are copied."""
    if not path:
        return value
    key, *rest = path
    return {**document, key: _with(document[key], tuple(rest), value)}


def _says(text: str, document: Any) -> bool:
    """Whether a text is YAML of this document, including types and the order of keys."""
    try:
        said, wanted = (
            yaml.dump(each, Dumper=WithoutAliases, sort_keys=False) for each in (_first_document(text), document)
        )
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return bool(said == wanted)
