"""What runs the commands of pages: a page that says something else than what comes is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.clocks import wait_for
from tests.support.documents import Step, difference, follow, steps_of, without_hidden_outputs

PAGE = """
Text.

```sh
echo one
NAME=d000000000000001
```

In between:

```yaml
key: value
```

```text
one
```

<!-- fails -->

```sh
false
```

<!-- not run: it needs a tenant -->

```sh
exit 1
```

```text
nothing
```

1. In a list:

   ```sh
   echo "$NAME"
   ```

   ```json
   d1a2b3c4d5e6f708
   ```
"""


def test_the_steps_of_a_page_run_in_one_shell(tmp_path: Path) -> None:
    assert steps_of(PAGE) == [
        Step("echo one\nNAME=d000000000000001\n", "one\n", line=5),
        Step("false\n", line=22, fails=True),
        Step('echo "$NAME"\n', "d1a2b3c4d5e6f708\n", line=38),
    ]
    assert follow(steps_of(PAGE), tmp_path, os.environ) == ["one\n", "", "d000000000000001\n"]


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        (None, "anything\n"),
        ("a\nb\n", "a\nb\n\n"),
        ("...\nb\n...\nd\n", "a\nb\nc\nd\n"),
        ("a\n...\n", "a\nb\n"),
        ("...\nb\n", "a\nb\nc\nb\n"),
        ("...\n", ""),
        ("made … today\n", "made by somebody today\n"),
        ("Duration: 3s\n", "Duration: 1m12s\n"),
        ("at 2026-01-01T00:00:00Z (0:07)\n", "at 2026-11-26T18:05:08Z (1:30)\n"),
        ("d1a2b3c4d5e6f708 d1a2b3c4d5e6f709\n", "daaaaaaaaaaaaaaa dbbbbbbbbbbbbbbb\n"),
    ],
)
def test_what_is_shown_may_be_shorter_and_have_other_ids_and_times(shown: str | None, printed: str) -> None:
    assert difference(shown, printed, {}) is None


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\n", "a\nb\n"),
        ("b\n", "a\nb\n"),
        ("a\n...\nb\n", "a\nb\nc\n"),
        ("...\nb\n...\na\n...\n", "a\nb\n"),
        ("...\nb\nd\n...\n", "a\nb\nc\nd\n"),
        ("Duration: 3s\n", "Duration: long\n"),
        ("d1a2b3c4d5e6f708 d1a2b3c4d5e6f708\n", "daaaaaaaaaaaaaaa dbbbbbbbbbbbbbbb\n"),
        ("d1a2b3c4d5e6f708 d1a2b3c4d5e6f709\n", "daaaaaaaaaaaaaaa daaaaaaaaaaaaaaa\n"),
        ("d1a2b3c4d5e6f708\n", "e1a2b3c4\n"),
    ],
)
def test_what_does_not_come_as_it_is_shown_is_a_difference(shown: str, printed: str) -> None:
    assert difference(shown, printed, {}) is not None


def test_an_id_is_the_same_in_the_whole_page_and_in_its_commands(tmp_path: Path) -> None:
    show = Step("echo daaaaaaaaaaaaaaa\n", "d1a2b3c4d5e6f708\n")
    again = Step('[ d1a2b3c4d5e6f708 = "daaaaaaaaaaaaaaa" ]\n')
    follow([show, again], tmp_path, os.environ)
    with pytest.raises(AssertionError, match="does not print\nd1a2b3c4d5e6f708"):
        follow([show, Step("echo dbbbbbbbbbbbbbbb\n", show.shown)], tmp_path, os.environ)


def test_an_address_of_the_page_is_that_of_the_test(tmp_path: Path) -> None:
    step = Step("echo http://page; echo http://here\n", "http://page\nhttp://page\n")
    follow([step], tmp_path, os.environ, {"http://here": "http://page"})


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (Step("echo said; exit 3\n", line=7), "line 7:\necho said; exit 3\nends with exit code 3\n--- It prints\nsaid"),
        (Step("true | false | true\n"), "ends with exit code 1"),
        (Step("true\n", fails=True), "succeeds, and should fail"),
        (Step("if\n"), "ends with exit code 2"),
    ],
)
def test_a_step_that_ends_otherwise_is_told(step: Step, told: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="(?s)" + told.replace("\n", "\\n")):
        follow([Step("echo before\n"), step, Step("echo after\n")], tmp_path, os.environ)


def test_what_a_page_leaves_running_is_ended(tmp_path: Path) -> None:
    (number,) = follow([Step("sleep 600 & echo $!\n")], tmp_path, os.environ)
    state = Path(f"/proc/{number.strip()}/stat")

    def is_ended() -> bool:
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"

    wait_for(is_ended, "the background process has ended")


@pytest.mark.parametrize(
    ("first", "outputs", "compared"),
    [
        ("pulumi:pulumi:Stack models-dev", "", True),
        ("aicore:index:ModelDeployment chat", "", False),
        ("aicore:index:ModelDeployment chat", "Outputs:\n    url: 1\n\n", True),
    ],
)
def test_outputs_that_pulumis_display_has_lost_are_not_compared(first: str, outputs: str, compared: bool) -> None:
    shown = "...\nOutputs:\n  ~ url: 0 => 1\n    more: {\n        x: 2\n    }\n\nResources:\n    1 unchanged\n"
    printed = f"Updating (dev):\n ~  {first} refreshing (0s)\n ~  pulumi:pulumi:Stack models-dev refreshing (0s)\n"

    rest = without_hidden_outputs(shown, f"{printed}\n{outputs}Resources:\n    1 unchanged\n")

    assert rest == (shown if compared else "...\nResources:\n    1 unchanged\n")
