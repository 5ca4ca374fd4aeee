"""`docs/errors.md` has an entry for every text of the code that may be an error, a refusal or a warning.

A text counts where it is a sentence or a part of one: four words or more, whatever the code does with it, or three in a
`raise`. So a new message needs an entry, however it reaches people. What a resource is waiting for counts too, since
people look that up as well. Not counted is what only describes: docstrings, help texts, descriptions of properties, and
the steps of a command.

An entry is a block of texts on the page, a line each, and below it what they mean and what to do. A text stands there
as in the code, with a placeholder for each value; of several lines the first that is a sentence is enough.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
PLACEHOLDER = "…"
SENTENCE = 4
"""Words."""
NO_MESSAGE_TO = {
    "Argument",
    "ArgumentParser",
    "Component",
    "Entry",
    "Example",
    "Field",
    "Function",
    "Property",
    "compile",
    "execute",
    "executemany",
    "option",
    "progress",
    "step",
    "take_over_by_id",
}
NO_MESSAGE_IN = {
    "AUTHORIZATION",
    "EXIT_CODES",
    "_CLONED",
    "_DOC",
    "_GROUP",
    "_HEAD",
    "_NO_PYSOCKS",
    "_PASSPHRASE",
    "_PROBE",
    "_STORES",
    "_TABLE",
    "doc",
}
NO_MESSAGE_AS = {"doc", "exit_codes", "help"}
"""Functions, names and arguments whose texts describe, or are for other programs."""
NOT_LOOKED_AT = (
    # What AI Core refuses is in docs/emulator-rules.md.
    "aicore_provider/emulator/",
    # They write files.
    "aicore_provider/cli/init/readme.py",
    "aicore_provider/cli/init/repository.py",
    # They make schemas.
    "aicore_provider/cli/json_schema.py",
    "aicore_provider/plugin/examples.py",
    "aicore_provider/plugin/schema.py",
    "aicore_provider/stack/schema.py",
    # For tests of this repository.
    "aicore_provider/pytest_plugin.py",
    "sandbox/engine_stack.py",
    "sandbox/languages.py",
    "sandbox/pulumi_process.py",
)
AT_ITS_START = [f"aicore_provider/emulator/{name}.py" for name in ("faults", "pace", "server", "state_file")]
"""Where the command `emulator` refuses to start."""


def test_every_text_has_an_entry() -> None:
    wanted = {text for text, is_message in texts_of_the_code() if is_message}
    assert sorted(wanted - on_the_page()) == []


def test_every_entry_is_about_a_text_that_exists() -> None:
    assert sorted(on_the_page() - {text for text, _ in texts_of_the_code()}) == []


def test_no_text_has_two_entries() -> None:
    lines = [line for block, _ in entries() for line in block.splitlines()]
    assert sorted({line for line in lines if lines.count(line) > 1}) == []


def test_every_entry_says_what_it_means() -> None:
    assert PAGE.count("```text\n") == len(entries())
    for block, below in entries():
        assert re.match(r"[A-Z`]", below), block


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("raise AICoreError(f'It is gone: {id_}')", "It is gone: …"),
        ("why = 'it was deleted meanwhile by ' f'{who}{more}'", "it was deleted meanwhile by …"),
        ("say(f'{first}\\nRun the command again, please.')", "Run the command again, please."),
        ("Finding(f'{len(found)} of them: {\"are not ready yet here\" if late else 1}')", "are not ready yet here"),
    ],
)
def test_a_new_message_is_found_wherever_it_stands(code: str, text: str) -> None:
    assert (text, True) in set(texts(ast.parse(code)))


def test_what_describes_is_no_message() -> None:
    code = (
        "def f():\n  '''What this function is for.'''\n  Property('a', 'What this property is for.')\n  raise Error()"
    )
    assert not [text for text, is_message in texts(ast.parse(code)) if is_message]


@functools.cache
def texts_of_the_code() -> frozenset[tuple[str, bool]]:
    files = [
        path
        for folder in ("aicore_provider", "sandbox")
        for path in (ROOT / folder).rglob("*.py")
        if not (name := path.relative_to(ROOT).as_posix()).startswith(NOT_LOOKED_AT) or name in AT_ITS_START
    ]
    return frozenset(found for path in files for found in texts(ast.parse(path.read_text(encoding="utf-8"))))


def texts(code: ast.AST, *, fewest: int = SENTENCE) -> Iterator[tuple[str, bool]]:
    """Yield the texts in a piece of code, and whether each is a message."""
    if describes(code):
        # What checks a value may stand beside its description.
        for check in (each.body for each in ast.walk(code) if isinstance(each, ast.Lambda)):
            yield from texts(check)
        return
    if isinstance(code, ast.Raise):
        fewest = 3
    parts = list(ast.iter_child_nodes(code))
    if isinstance(code, ast.JoinedStr):
        parts = [each for each in code.values if not isinstance(each, ast.Constant)]
    lines = [line.strip() for line in as_shown(code).splitlines()]
    sentence = next((line for line in lines if words(line) >= fewest), None)
    yield from ((line, line is sentence) for line in lines)
    for part in parts:
        yield from texts(part, fewest=fewest)


def as_shown(code: ast.AST) -> str:
    """The text of a string or an f-string, with a placeholder for each value; "" for all other code."""
    match code:
        case ast.Constant(value=str(text)):
            shown = text.replace("{}", PLACEHOLDER)
        case ast.JoinedStr(values=parts):
            shown = "".join(str(each.value) if isinstance(each, ast.Constant) else PLACEHOLDER for each in parts)
        case _:
            return ""
    return re.sub(f"{PLACEHOLDER}+", PLACEHOLDER, shown)


def words(text: str) -> int:
    return len(re.findall(r"(?<!\S)[`'\"(-]*[A-Za-z]{2,}", text))


def describes(code: ast.AST) -> bool:
    """Whether texts in a piece of code are for no error, refusal or warning."""
    match code:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in NO_MESSAGE_TO
        case ast.keyword(arg=str(name)):
            return name in NO_MESSAGE_AS
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if name in NO_MESSAGE_IN:
            return True
        case ast.AnnAssign(annotation=ast.Name(id="Fields")) | ast.Expr(value=ast.Constant()):
            return True
    return False


def entries() -> list[tuple[str, str]]:
    """The texts of each entry, a line each, and the first line below them."""
    return re.findall(r"^```text\n((?:.+\n)+)```\n\n(.*)", PAGE, re.MULTILINE)


@functools.cache
def on_the_page() -> frozenset[str]:
    return frozenset(line for block, _ in entries() for line in block.splitlines())
