"""`aicore-provider upgrade`: what it proposes, and a stack file in which nothing else moves."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from aicore_provider.emulator import Emulator
from aicore_provider.stack.file import StackFile, StackFileError, read_stack_file
from tests.cli.command import DAY_S, Command, after_first_line
from tests.support.catalogs import offering, version
from tests.support.client import TRANSITION_S, Api
from tests.support.clocks import today
from tests.support.stack_texts import FIXED_NAMES

ROOT = Path(__file__).parents[2]
STACK = """\
# The models of production.
encryptionsalt: v1:abc=
config:
  aicore:serviceKey:
    secure: v1:xyz
  aicore:resourceGroup:   default   # ours
  aicore:deployments:
    # chat: {version: "2025-05-01"} stays
    chat: { model: gpt-5-mini,  version: '2025-05-01', executable: azure-openai }   # pinned

    mini:
      version: "2024-07-18" # before the model
      model: gpt-4o-mini
      ttl: 10h
    ada: {model: text-embedding-ada-002, version: "2", executable: azure-openai}
    free: {model: gpt-5, version: latest}
    own:
      scenario: foundation-models
      executable: aws-bedrock
      parameters: {modelName: amazon--nova-lite, modelVersion: "1"}
    router: {scenario: orchestration}
  aicore:retirement: {warnDays: 100}
"""
OLDER = {"contextLength": 272_000, "cost": [{"inputCost": "0.002"}], "inputTypes": ["text"], "streamingSupported": True}
NEWER = {
    "isLatest": True,
    "contextLength": 400_000,
    "cost": [{"inputCost": "0.0028"}, {"outputCost": "0.01"}],
    "inputTypes": ["text", "image"],
    "streamingSupported": False,
}
WRITTEN = (
    STACK.replace("version: '2025-05-01', e", "version: '2025-08-07', e")
    .replace('"2024-07-18" #', '"2025-08-07" #')
    .replace("gpt-4o-mini", "gpt-5-mini")
    .replace('modelVersion: "1"', 'modelVersion: "2"')
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    path = tmp_path / "stacks" / "Pulumi.prod.yaml"
    path.write_text(STACK)
    return path


@pytest.fixture(autouse=True)
def catalog(emulator: Emulator) -> None:
    """No dates but one, so that what is tested does not change with the calendar."""
    soon = f"{today() + dt.timedelta(days=50)}"
    leaving = version("2024-07-18", isLatest=True, deprecated=True, suggestedReplacements=["gpt-5-mini"])
    embeddings = ["text-embedding-3-small", "text-embedding-3-large"]
    emulator.faults = [
        offering(
            {
                "gpt-5-mini": {"versions": [version("2025-05-01", **OLDER), version("2025-08-07", **NEWER)]},
                "gpt-4o-mini": {"versions": [leaving | {"retirementDate": soon}]},
                "text-embedding-ada-002": {
                    "versions": [version("2", isLatest=True, deprecated=True, suggestedReplacements=embeddings)]
                },
                "amazon--nova-lite": {"versions": [version("1"), version("2", isLatest=True)]},
            }
        )
    ]


@pytest.mark.parametrize(
    "damage",
    [
        "      password: s3cret: more",
        "      - s3cret\n    a: [s3cret",
        "      x: *s3cret",
        "      x: !s3cret y",
        '      x: "s3cret \\q"',
        "      x: s3cret\tz: @s3cret",
        "    s3cret: 2025-13-45",
        "      x: s3cret\x00",
    ],
    ids=str,
)
def test_what_is_no_yaml_is_told_by_its_place_alone(command: Command, file: Path, damage: str) -> None:
    file.write_text("config:\n  aicore:deployments:\n    chat:\n" + damage + "\n")
    ended = command("upgrade", "--stack", "prod")
    assert ended.exit_code == 1
    assert str(file) in ended.stderr
    assert "s3cret" not in ended.output + ended.stderr
    assert "line" in ended.stderr or "not" in ended.stderr


def test_names_that_yaml_changes_are_refused_as_the_program_does(command: Command, file: Path) -> None:
    entries = [f"    {name}: {{model: gpt-5, version: latest}}\n" for name in FIXED_NAMES]
    file.write_text(f"config:\n  aicore:deployments:\n{''.join(entries)}")
    ended = command("upgrade", "--stack", "prod")
    assert ended.exit_code == 1
    for name in FIXED_NAMES:
        assert f"aicore:deployments: YAML does not keep the name {name} as it is without quotes" in ended.stderr


def test_days_are_counted_from_the_services_date(command: Command, file: Path, emulator: Emulator) -> None:
    emulator.advance(45 * DAY_S)
    told = json.loads(command("upgrade", "--stack", "prod", "--json").stdout)
    assert {each["daysLeft"] for each in told["deployments"]} == {None, 5}
    assert "(5d) deprecated" in command("upgrade", "--stack", "prod").stdout


def test_what_is_proposed(command: Command, file: Path) -> None:
    ended = command("upgrade", "--stack", "prod")
    assert (ended.exit_code, after_first_line(ended)) == (0, "")
    rows = {line.split()[0]: line for line in ended.stdout.splitlines()}
    assert re.split("  +", rows["NAME"].rstrip())[-5:] == ["COST", "CONTEXT", "GAINS", "LOSES", "THEN"]
    assert re.split("  +", rows["chat"].rstrip())[4:] == [
        "-",
        "version 2025-08-07",
        "input costs 1.4 times as much",
        "400,000 (was 272,000)",
        "image input",
        "streaming",
        "-",
    ]
    assert "(50d) deprecated" in rows["mini"]
    soon = today() + dt.timedelta(days=50)
    proposed, *_, then = re.split("  +", rows["mini"].rstrip())[5:]
    assert proposed == "model gpt-5-mini, version 2025-08-07"
    assert then == f"no retirement date (was {soon}), not deprecated"
    assert re.split("  +", rows["ada"].rstrip())[5:] == [
        "choose: text-embedding-3-small, text-embedding-3-large",
        *"-----",
    ]
    assert rows["free"].split() == ["free", "gpt-5", "latest", "2025-08-07", *"-------"]
    assert "Another model answers differently" in ended.stdout
    assert f"--write puts what is proposed into {file}." in ended.stdout
    assert file.read_text() == STACK


def test_json(command: Command, file: Path) -> None:
    told = json.loads(command("upgrade", "--stack", "org/aicore/prod", "--json").stdout)
    assert (told["stack"], told["file"], told["written"]) == ("org/aicore/prod", str(file), False)
    assert [each["name"] for each in told["deployments"]] == ["chat", "mini", "ada", "free", "own"]
    assert told["deployments"][1] == {
        "name": "mini",
        "resourceGroup": "default",
        "model": "gpt-4o-mini",
        "version": "2024-07-18",
        "executable": None,
        "offered": True,
        "latest": "2024-07-18",
        "deprecated": True,
        "retirementDate": f"{today() + dt.timedelta(days=50)}",
        "daysLeft": 50,
        "proposal": {"model": "gpt-5-mini", "version": "2025-08-07"},
        "change": {
            "cost": {},
            "contextLength": None,
            "inputTypes": {"gained": [], "lost": []},
            "capabilities": {"gained": [], "lost": []},
            "deprecated": False,
            "retirementDate": {"before": f"{today() + dt.timedelta(days=50)}", "after": None},
        },
        "choices": [],
    }
    assert told["deployments"][0]["change"] == {
        "cost": {"inputCost": {"before": "0.002", "after": "0.0028"}},
        "contextLength": {"before": 272_000, "after": 400_000},
        "inputTypes": {"gained": ["image"], "lost": []},
        "capabilities": {"gained": [], "lost": ["streaming"]},
        "deprecated": None,
        "retirementDate": None,
    }
    assert [each["change"] for each in told["deployments"] if not each["proposal"]] == [None, None]


def test_columns_about_what_nobody_tells_are_left_out(command: Command, file: Path, emulator: Emulator) -> None:
    emulator.faults = [offering({"gpt-5-mini": {"versions": [version("2025-05-01"), version("2", isLatest=True)]}})]
    file.write_text('config:\n  aicore:deployments:\n    chat: {model: gpt-5-mini, version: "2025-05-01"}\n')
    head, row, *_ = command("upgrade", "--stack", "prod").stdout.splitlines()
    assert (head.split()[-1], row.rstrip().endswith("version 2")) == ("PROPOSED", True)


def as_json_texts(text: str) -> str:
    """The same file with a JSON text in place of every list and mapping, as `pulumi config set` writes them."""
    document = yaml.safe_load(text)
    config = {
        key: json.dumps(value) if isinstance(value, dict) and "secure" not in value else value
        for key, value in document["config"].items()
    }
    return yaml.safe_dump(document | {"config": config})


@pytest.mark.parametrize("spell", ["aicore:{}", "aicore:config:{}", "{}"])
@pytest.mark.parametrize("write", [str, as_json_texts])
def test_the_file_is_read_as_pulumi_reads_it(
    command: Command, file: Path, write: Callable[[str], str], spell: str
) -> None:
    wanted = json.loads(command("upgrade", "--stack", "prod", "--json").stdout)
    checked = command("upgrade", "--stack", "prod", "--check")
    file.write_text(re.sub(r"aicore:(\w+)(?=:)", lambda key: spell.format(key[1]), write(STACK)))
    ended = command("upgrade", "--stack", "prod", "--json")
    assert (ended.exit_code, json.loads(ended.stdout)) == (0, wanted)
    assert command("upgrade", "--stack", "prod", "--check").stderr == checked.stderr


def test_a_json_text_is_changed_by_a_person(command: Command, file: Path) -> None:
    file.write_text(as_json_texts(STACK))
    before = file.read_bytes()
    ended = command("upgrade", "--stack", "prod", "--write")
    assert (ended.exit_code, file.read_bytes()) == (1, before)
    assert "chat.version stands in a JSON text; write '2025-08-07' there yourself." in ended.stderr


@pytest.mark.parametrize("spell", ["aicore:config:{}", "{}"])
def test_write_finds_the_key_however_it_is_spelt(command: Command, file: Path, spell: str) -> None:
    def spelt(text: str) -> str:
        return text.replace("aicore:deployments", spell.format("deployments"))

    file.write_text(spelt(STACK))
    assert command("upgrade", "--stack", "prod", "--write").exit_code == 0
    assert file.read_text() == spelt(WRITTEN)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_write_changes_these_values_and_not_one_character_more(command: Command, file: Path, ends: str) -> None:
    file.write_bytes(STACK.replace("\n", ends).encode())
    ended = command("upgrade", "--stack", "prod", "--write")
    assert (ended.exit_code, after_first_line(ended)) == (0, "")
    assert "Wrote 3 changes to" in ended.stdout
    assert file.read_bytes() == WRITTEN.replace("\n", ends).encode()
    again = command("upgrade", "--stack", "prod", "--write")
    assert "Nothing to propose." in again.stdout
    assert file.read_bytes() == WRITTEN.replace("\n", ends).encode()


@pytest.mark.parametrize(
    "suggested", ["evil, takeOver: d1", "a # b", "x: y", "{a}", "it's", 'a "b"', "*a", "null", "ä😀", "a\nb", "\x1b[0m"]
)
def test_whatever_the_service_suggests_is_one_value(
    command: Command, emulator: Emulator, file: Path, suggested: str
) -> None:
    chat, b = "{model: gpt-5, version: '1', ttl: 10h}", "\n      model: gpt-5\n      version: latest # c\n"
    file.write_text(f"config:\n  aicore:deployments:\n    chat: {chat}\n    b:{b}")
    going = version("1", isLatest=True, deprecated=True, suggestedReplacements=[suggested])
    emulator.faults = [offering({"gpt-5": {"versions": [going]}, "gpt-5-mini": {"model": suggested}})]
    ended = command("upgrade", "--stack", "prod", "--write")
    assert (ended.exit_code, after_first_line(ended)) == (0, "")
    entries = yaml.safe_load(file.read_text())["config"]["aicore:deployments"]
    assert entries["chat"] == {"model": suggested, "version": "2025-08-07", "ttl": "10h"}
    assert entries["b"] == {"model": suggested, "version": "latest"}
    assert file.read_text().endswith("      version: latest # c\n")


def test_link_mode_and_byte_order_mark_stay(command: Command, file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "shared.yaml"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    elsewhere.write_bytes(b"\xef\xbb\xbf" + STACK.encode())
    elsewhere.chmod(0o640)
    assert command("upgrade", "--stack", "prod", "--write").exit_code == 0
    assert elsewhere.read_bytes() == b"\xef\xbb\xbf" + WRITTEN.encode()
    assert file.is_symlink()
    assert elsewhere.stat().st_mode & 0o777 == 0o640


def test_of_several_documents_the_first_counts(command: Command, file: Path) -> None:
    file.write_text(f"---\n{STACK}---\nconfig: {{}}\n")
    ended = command("upgrade", "--stack", "prod", "--write")
    assert (ended.exit_code, after_first_line(ended)) == (0, "")
    assert file.read_text() == f"---\n{WRITTEN}---\nconfig: {{}}\n"


def test_what_was_changed_meanwhile_is_not_written_over(file: Path) -> None:
    before = read_stack_file(file.parent, "prod")
    edited = before.edited({"chat": {"version": "2"}})
    file.write_text("theirs")
    with pytest.raises(StackFileError, match="was changed meanwhile, so nothing was written"):
        edited.write(over=before)
    assert file.read_text() == "theirs"
    file.unlink()
    with pytest.raises(StackFileError, match="cannot be written: No such file"):
        edited.write(over=before)


def test_what_is_no_text_is_told_in_words(command: Command, file: Path) -> None:
    file.write_bytes("config: {}".encode("utf-16"))
    ended = command("upgrade", "--stack", "prod")
    assert (ended.exit_code, ended.stderr) == (1, f"Error: {file} cannot be read: it is no UTF-8 text.\n")
    file.unlink()
    file.mkdir()
    assert f"{file} cannot be read: Is a directory." in command("upgrade", "--stack", "prod").stderr


def test_a_file_with_two_names_is_left_to_a_person(command: Command, file: Path) -> None:
    file.with_name("copy").hardlink_to(file)
    ended = command("upgrade", "--stack", "prod", "--write")
    assert ended.exit_code == 1
    assert "hard links" in ended.stderr
    assert file.read_text() == file.with_name("copy").read_text() == STACK


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STACK.replace("ttl: 10h", "ttl:\t10h"), "has a tab that this command cannot read, write spaces: line 14"),
        (STACK.replace("ttl: 10h", "ttl: !mine 10h"), "has YAML that this command cannot read: line 14"),
        (STACK.replace("ttl: 10h", "ttl: =") + "\n", "has YAML that this command cannot read: line 14"),
        ("x: &a 1\ny: &a 2\n" + STACK, "has YAML that this command cannot read: line 2"),
        (
            STACK.replace("version: '2025-05-01'", "version: &v '2025-05-01'") + "  mine: *v\n",
            "chat.version is read elsewhere",
        ),
    ],
)
def test_a_file_that_others_accept_is_not_called_wrong(command: Command, file: Path, text: str, said: str) -> None:
    file.write_text(text)
    ended = command("upgrade", "--stack", "prod", "--write")
    assert ended.exit_code == 1
    assert said in ended.stderr
    assert "not valid" not in ended.stderr
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--check"], 1), (["--check", "50"], 1), (["--check=50d"], 1), (["--check", " 50D "], 1), (["--check", "49"], 0)],
)
def test_check_is_for_a_nightly_job(command: Command, file: Path, arguments: list[str], code: int) -> None:
    ended = command("upgrade", "--stack", "prod", *arguments)
    assert ended.exit_code == code
    within = 50 if len(arguments[-1]) < 7 or "=" in arguments[-1] else 100
    on = today() + dt.timedelta(days=50)
    line = f"Warning: mini: gpt-4o-mini 2024-07-18 retires within {within} days: on {on}, in 50 days.\n"
    assert (line in ended.stderr) == bool(code)
    assert json.loads(command("upgrade", "--stack", "prod", *arguments, "--json").stdout)["deployments"]


@pytest.mark.parametrize(
    ("days", "words"),
    [(-24, "24 days ago"), (-1, "1 day ago"), (0, "today"), (1, "in 1 day"), (2, "in 2 days")],
)
def test_what_is_retired_is_not_about_to_retire(
    command: Command, emulator: Emulator, file: Path, days: int, words: str
) -> None:
    on = today() + dt.timedelta(days=days)
    emulator.faults = [offering({"gpt-5": {"versions": [version("1", isLatest=True, retirementDate=f"{on}")]}})]
    ended = command("upgrade", "--stack", "prod", "--check", "30")
    what = f"retires within 30 days: on {on}, {words}" if days > 0 else f"was retired on {on}, {words}"
    assert ended.exit_code == 1
    assert f"free: gpt-5 latest {what}.\n" in ended.stderr
    (row,) = [line for line in ended.stdout.splitlines() if line.startswith("free")]
    assert (f"{on} (retired)" in row, f"{on} ({days}d)" in row) == (days <= 0, days > 0)


def test_what_is_not_offered_any_more_fails_the_check(command: Command, emulator: Emulator, file: Path) -> None:
    emulator.faults = [offering({"gpt-5": None})]
    ended = command("upgrade", "--stack", "prod", "--check", "0")
    assert ended.exit_code == 1
    assert after_first_line(ended) == "Warning: free: gpt-5 latest is not offered any more.\n"


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (["--stack", "dev"], STACK, "Stacks with a file: prod."),
        (["--stack", "prod"], "config: {}\n", "lists no aicore:deployments"),
        (["--stack", "prod"], "config: [\n", "is not valid YAML"),
        (
            ["--stack", "prod"],
            STACK.replace("'2025-05-01'", "2025-05-01"),
            "aicore:deployments.chat.version: YAML did not",
        ),
        (["--stack", "prod"], STACK + "  aicore:baseUrl: https://api.ai.example.com\n", "Use the credentials of the"),
        (["--stack", "prod", "--check", "soon"], STACK, "'soon' is no number of days"),
        (["--stack", "prod", "--check", "--write"], STACK, "exclude each other"),
        ([], STACK, "No stack to look at: there is no Pulumi CLI on PATH.\nName one with --stack, or choose one"),
    ],
)
def test_errors_are_words(command: Command, file: Path, arguments: list[str], text: str, said: str) -> None:
    file.write_text(text)
    ended = command("upgrade", *arguments)
    assert ended.exit_code != 0
    assert said in ended.stderr
    assert file.read_text() == text


def test_a_value_from_an_anchor_is_left_to_a_person(tmp_path: Path) -> None:
    anchor = 'config:\n  x: &v "1"\n  aicore:deployments:\n    chat: {model: m, version: *v}\n'
    merged = "config:\n  x: &e {version: latest}\n  aicore:deployments:\n    chat: {<<: *e, model: m}\n"
    block = "config:\n  aicore:deployments:\n    chat:\n      version: |-\n        1\n"
    for text in (anchor, merged, block):
        with pytest.raises(StackFileError, match="write '2' there yourself"):
            StackFile(tmp_path, text).edited({"chat": {"version": "2"}})


@pytest.mark.parametrize("new", ["2", "001", "it's", 'a "b"', "ä", "2.10", "null", "a: b # c"])
@pytest.mark.parametrize("old", ["'1'", '"1"', "latest"])
def test_a_version_is_read_as_it_was_written(tmp_path: Path, old: str, new: str) -> None:
    text = f"config:\n  aicore:deployments:\n    chat:\n      version: {old}\n      model: m # kept\n"
    edited = StackFile(tmp_path, text).edited({"chat": {"version": new}})
    assert yaml.safe_load(edited.text)["config"]["aicore:deployments"]["chat"] == {"version": new, "model": "m"}
    assert "# kept" in edited.text


def test_the_example_workflow_says_what_the_command_understands(command: Command, file: Path) -> None:
    example = yaml.safe_load((ROOT / "docs" / "workflows" / "upgrade-models.yml").read_text())
    steps = [step.get("run", "") for job in example["jobs"].values() for step in job["steps"]]
    runs = [step.partition(" | ")[0].split() for step in steps if step.startswith(".venv/bin/aicore-provider ")]
    assert len(runs) == 2
    codes = [command(*(part.replace('"$STACK"', "prod") for part in run[1:])).exit_code for run in runs]
    assert codes == [0, 0]


SEVERAL = """\
config:
  aicore:resourceGroups: {team-a: {}, team-new: {}}
  aicore:deployments:
    chat: {model: gpt-5-mini, version: "2025-05-01", resourceGroups: [team-a, team-b]} # ours
    router: {scenario: orchestration, resourceGroups: all}
"""


def test_an_entry_for_several_groups_is_changed_for_all_of_them(command: Command, file: Path, api: Api) -> None:
    for group in ("team-a", "team-b"):
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": group})
    api.emulator.advance(TRANSITION_S)
    file.write_text(SEVERAL)
    told = json.loads(command("upgrade", "--stack", "prod", "--json", "--write").stdout)
    assert [(each["name"], each["resourceGroup"], each["proposal"]) for each in told["deployments"]] == [
        ("chat/team-a", "team-a", {"version": "2025-08-07"}),
        ("chat/team-b", "team-b", {"version": "2025-08-07"}),
    ]
    assert file.read_text() == SEVERAL.replace("2025-05-01", "2025-08-07")


def test_what_one_of_its_groups_does_not_offer_is_not_proposed(command: Command, file: Path, api: Api) -> None:
    for group in ("team-a", "team-b"):
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": group})
    api.emulator.advance(TRANSITION_S)
    old = offering({"gpt-5-mini": {"versions": [version("2025-05-01", isLatest=True)]}})
    api.emulator.faults = [old | {"resourceGroup": "team-b"}, *api.emulator.faults]
    file.write_text(SEVERAL)
    ended = command("upgrade", "--stack", "prod", "--write")
    assert ended.exit_code == 0
    assert file.read_text() == SEVERAL
    assert after_first_line(ended).rstrip() == (
        "Warning: chat: nothing is proposed, since its resource groups do not offer the same: team-a: version"
        " 2025-08-07; team-b: nothing newer."
    )


def test_a_group_that_is_still_to_be_made_is_not_looked_at(command: Command, file: Path) -> None:
    file.write_text(SEVERAL.replace("[team-a, team-b]", "all").replace("team-a: {}, ", ""))
    ended = command("upgrade", "--stack", "prod")
    assert ended.exit_code == 0
    assert "not looked at, since `pulumi up` is to make it: resource group team-new." in ended.stderr
