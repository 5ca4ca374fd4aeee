"""Values put into the text of a stack file: each is read as it was meant, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from aicore_provider.stack.edit import CannotEdit, edit
from tests.cli.project import Project

ENTRIES = ("config", "aicore:deployments")
EVIL = (
    "evil, takeOver: d1",
    "a: b",
    "a #b",
    "#b",
    "{a}",
    "[a]",
    "it's",
    'say "yes"',
    "two\nlines",
    "tab\t",
    " spaces ",
    "",
    "-",
    "- a",
    "? a",
    "*a",
    "&a b",
    "!tag a",
    "|",
    "%a",
    "@a",
    "`a`",
    "back\\slash",
    "null",
    "~",
    "on",
    "y",
    "1_000",
    "0x1F",
    "1e3",
    ".inf",
    "2025-08-07",
    "12:30:45",
    "<<",
    "=",
    "---",
    "...",
    "ä€😀",
    "\x00",
    "\x1b[31m",
    "\x85",
    "\u2028",
    "\ufeff",
    "\u00a0",
)


def first_document(text: str) -> Any:
    return next(yaml.safe_load_all(text))


def of_entry(text: str, name: str = "chat") -> Any:
    return first_document(text)["config"]["aicore:deployments"][name]


@pytest.mark.parametrize("style", ["plain", "'single'", '"double"'])
@pytest.mark.parametrize(
    "form", ["    chat: {{model: {0}, version: '1'}} # kept\n", "    chat:\n      model: {0}\n      version: '1'\n"]
)
@pytest.mark.parametrize("value", EVIL)
def test_a_value_stays_one_value(value: str, form: str, style: str) -> None:
    text = "config:\n  aicore:deployments:\n" + form.format(style)
    edited = edit(text, ENTRIES, {"chat": {"model": value}})
    assert of_entry(edited) == {"model": value, "version": "1"}
    start, _, end = text.partition(style)
    assert edited.startswith(start)
    assert edited.endswith(end)
    assert edited.count("\n") == text.count("\n")


def test_a_word_that_had_no_quotes_gets_none_and_a_version_always_has_some() -> None:
    text = "config: {'aicore:deployments': {chat: {model: gpt-5, version: latest}}}"
    edited = edit(text, ENTRIES, {"chat": {"model": "amazon--nova-lite", "version": "latest2"}})
    assert edited == text.replace("gpt-5", "amazon--nova-lite").replace("latest", '"latest2"')


WITH_ANCHORS = """\
base: &base {ttl: 10h, version: "0"}
config:
  aicore:deployments: &all
    chat: &chat {<<: *base, model: &m gpt-5, version: !!str &v "1"} # !&*
    twin: {<<: *chat, model: m}
    same: *chat
    other: {model: *m, version: *v}
    mine: &mine
      model: &unused # here
        "gpt-5"
      version: "1"
"""


@pytest.mark.parametrize(
    ("entry", "changes", "shared"),
    [
        ("mine", {"model": "gpt-6", "version": "2"}, False),
        ("twin", {"model": "gpt-6"}, False),
        ("other", {"model": "gpt-6"}, True),
        ("chat", {"version": "2"}, True),
        ("chat", {"ttl": "11h"}, True),
        ("same", {"version": "2"}, True),
        ("twin", {"version": "2"}, True),
    ],
)
def test_anchors_are_kept_and_what_others_read_as_well_is_left_to_a_person(
    entry: str, changes: Mapping[str, str], shared: bool
) -> None:
    if shared:
        with pytest.raises(CannotEdit, match=f"{entry}.*YAML anchor.*there yourself"):
            edit(WITH_ANCHORS, ENTRIES, {entry: changes})
        return
    edited = edit(WITH_ANCHORS, ENTRIES, {entry: changes})
    assert of_entry(edited, entry) == of_entry(WITH_ANCHORS, entry) | changes
    for kept in ("&unused # here", "&mine", "*chat, model"):
        assert kept in edited


def test_what_entries_share_changes_when_it_changes_for_all_of_them() -> None:
    shared = "    a: &a {model: m, version: &v '1'}\n    b: *a\n    c: {model: n, version: *v}\n"
    text = f"config:\n  aicore:deployments:\n{shared}"
    same = {name: {"version": "200"} for name in ("a", "b", "c")}
    assert edit(text, ENTRIES, same) == text.replace("'1'", "'200'")
    for changes in ({"a": {"version": "2"}, "b": {"version": "2"}}, same | {"b": {"version": "3"}}):
        with pytest.raises(CannotEdit, match=r"\.version is read elsewhere .* there yourself"):
            edit(text, ENTRIES, changes)


def test_what_overrides_an_anchored_value_may_change_with_it() -> None:
    text = (
        "config:\n  aicore:deployments:\n    a: &a {model: m, version: '1'}\n    b: {<<: *a, model: n, version: '2'}\n"
    )
    edited = edit(text, ENTRIES, {"a": {"version": "3"}})
    assert edited == text.replace("'1'", "'3'")


@pytest.mark.parametrize(
    "text",
    [
        "x: &d\n  chat: {version: '1'}\nconfig:\n  aicore:deployments: *d\n",
        "config: &c\n  aicore:deployments:\n    chat: {version: '1'}\nmirror: *c\n",
        "config:\n  aicore:deployments:\n    chat: {version: {a: b}}\n",
        "config:\n  aicore:deployments:\n    chat: {version: [a]}\n",
        "config:\n  aicore:deployments:\n    chat: {model: m}\n",
        'config:\n  aicore:deployments: \'{"chat": {"version": "1"}}\'\n',
        "config:\n  aicore:deployments:\n    chat:\n      version: >\n        1\n",
    ],
)
def test_what_is_no_text_of_its_own_is_left_to_a_person(text: str) -> None:
    with pytest.raises(CannotEdit, match=r"chat\.version.* yourself"):
        edit(text, ENTRIES, {"chat": {"version": "2"}})


@pytest.mark.parametrize("before", ["", "\ufeff", "# first\n---\n", "%YAML 1.1\n---\n"])
@pytest.mark.parametrize("behind", ["", "...\n", "---\nconfig: {chat: {version: '1'}}\n", "---\n]broken: [\n"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_rest_of_the_file_stays(before: str, behind: str, ends: str) -> None:
    text = f"{before}config:\n  aicore:deployments:\n    chat: {{version: '1'}} # ä\n  other: 2020-01-01\n{behind}"
    text = text.replace("\n", ends)
    assert edit(text, ENTRIES, {"chat": {"version": "2"}}) == text.replace("'1'", "'2'", 1)


WORDS = st.text(st.sampled_from("abc-_1 é#:,'\"{}\\\n&*"), min_size=1, max_size=6)
VALUES = st.one_of(st.text(max_size=12), st.sampled_from(EVIL), WORDS)
NAMES = st.one_of(st.sampled_from(["chat", "my chat", "a.b", "ä", "1", "on", "a: b", "x'y"]), WORDS)


def quoted(text: str) -> str:
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6)).removesuffix("\n")


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[str, dict[str, str]]]:
    """The text of a stack file, and changes that can be made in it."""
    comment = st.sampled_from(["", " # c", " # version: '1'"])
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    lines, changes = [draw(st.sampled_from(["# top", "---", "", "other: {a: [1, 2.0, null, yes]}"])), "config:"], {}
    lines += ["  aicore:deployments:"]
    for number, name in enumerate(names):
        values = draw(st.dictionaries(st.sampled_from(["model", "version", "ttl"]), VALUES, min_size=1))
        pairs = [
            f"{key}: {draw(st.sampled_from(['', f'&{key}{number} ', '!!str ']))}{quoted(value)}"
            for key, value in values.items()
        ]
        anchor = draw(st.sampled_from(["", f" &entry{number}"]))
        if draw(st.booleans()):
            lines.append(f"    {quoted(name)}:{anchor} {{{', '.join(pairs)}}}{draw(comment)}")
        else:
            lines.append(f"    {quoted(name)}:{anchor}{draw(comment)}")
            lines += [f"      {pair}{draw(comment)}" for pair in pairs]
        changes[name] = {key: draw(VALUES) for key in values if draw(st.booleans())}
    lines += draw(st.sampled_from([[], ["  mine: x # y"], ["encryptionsalt: v1:abc="], ["---", "second: 1"]]))
    return draw(st.sampled_from(["\n", "\r\n"])).join([*lines, ""]), changes


@given(files())
@example(("config:\n  aicore:deployments:\n    a: {model: m}\n", {"a": {"model": "evil, takeOver: d1"}}))
def test_any_file_says_what_it_said_and_what_is_new(made_up: tuple[str, dict[str, dict[str, str]]]) -> None:
    text, changes = made_up
    edited = edit(text, ENTRIES, changes)
    before, after = first_document(text), first_document(edited)
    wanted = before["config"]["aicore:deployments"]
    for name, values in changes.items():
        wanted[name] |= values
    assert after == before
    assert list(after["config"]["aicore:deployments"]) == list(wanted)
    old, new = text.split("\n"), edited.split("\n")
    assert len(old) == len(new)
    moved = sum(one != other for one, other in zip(old, new, strict=True))
    assert moved <= sum(map(len, changes.values()))


@pytest.mark.engine
def test_pulumi_reads_the_same(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    file = project.folder / "Pulumi.dev.yaml"
    styles = ("plain", "'single'", '"double"')
    entries = [f"    e{n}: {{model: {styles[n % 3]}, version: '1'}}" for n, _ in enumerate(EVIL)]
    text = "\ufeffbase: &base {ttl: 10h}\n" + file.read_text() + "\nconfig:\n  aicore:deployments:\n"
    text += "\n".join([*entries, "    last:", "      <<: *base", "      model: &m plain # c", ""])
    wanted = {f"e{n}": {"model": value} for n, value in enumerate(EVIL)} | {"last": {"model": "gpt-6"}}
    file.write_text(edit(text, ENTRIES, wanted))
    told = json.loads(project.pulumi("config", "--json"))["aicore:deployments"]["objectValue"]
    assert {name: {"model": entry["model"]} for name, entry in told.items()} == wanted
    assert told["last"]["ttl"] == "10h"
