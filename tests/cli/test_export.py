"""`aicore-provider export` from its options to its file; `test_export_document` has what becomes of each object."""

from __future__ import annotations

import json
import resource
from pathlib import Path
from typing import Any

import pytest
import yaml

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.cli.export.survey import survey
from aicore_provider.emulator import Emulator
from tests.cli.command import Command
from tests.support.client import TRANSITION_S, Api

ENCODED = {"user": "cmVhZGVy"}
LOGIN = {"username": "reader", "password": "s3cret-text"}


@pytest.fixture
def team(emulator: Emulator, api: Api) -> Api:
    """A resource group with one deployment."""
    make_group(api, "team-a")
    inside = Api(emulator, "team-a")
    inside.running(inside.configuration(name="chat"))
    emulator.clear_journal()
    return inside


def make_group(api: Api, name: str) -> None:
    assert api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": name, "labels": []}).ok
    api.emulator.advance(TRANSITION_S)


def config(text: str) -> dict[str, Any]:
    """The configuration of a stack file, without the namespace."""
    return {key.removeprefix("aicore:"): value for key, value in yaml.safe_load(text)["config"].items()}


def requests(emulator: Emulator) -> list[str]:
    return [each.path.partition("/v2")[2] for each in emulator.journal if "/v2/" in each.path]


def test_a_group_that_is_named_twice_is_read_once(command: Command, team: Api, emulator: Emulator) -> None:
    ended = command("export", "-g", "team-a", "-g", "team-a")
    assert (ended.exit_code, list(config(ended.stdout)["deployments"])) == (0, ["chat"])
    assert requests(emulator).count("/lm/deployments") == 1
    assert command("export", "-g", "team-a", "-g", "team-a", "--clone-to", "team-b").exit_code == 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["-g", "team-a", "--clone-to", "team-a"], "--clone-to names the resource group that is cloned"),
        (["--clone-to", "team-b"], "--clone-to wants one resource group to clone"),
        (["--json", "--output", "out.yaml"], "--json prints to stdout, so it does not go with --output"),
    ],
)
def test_options_that_do_not_go_together(
    command: Command, emulator: Emulator, options: list[str], complaint: str
) -> None:
    ended = command("export", *options)
    assert (ended.exit_code, complaint in ended.stderr) == (2, True), ended.stderr
    assert requests(emulator) == []
    assert not Path("out.yaml").exists()


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ("there.yaml", "there.yaml exists already"),
        (".", ". exists already"),
        ("nowhere/out.yaml", "nowhere/out.yaml cannot be written: No such file or directory."),
        ("there.yaml/out.yaml", "there.yaml/out.yaml cannot be written: Not a directory."),
        ("x" * 300, "cannot be written: File name too long."),
    ],
)
def test_a_file_that_cannot_be_written_is_told_before_anything_is_requested(
    command: Command, emulator: Emulator, output: str, complaint: str
) -> None:
    Path("there.yaml").touch()
    ended = command("export", "--output", output)
    assert ended.exit_code == 1
    assert complaint in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert requests(emulator) == []
    assert Path("there.yaml").read_text() == ""


def test_a_failed_export_leaves_no_file(command: Command, emulator: Emulator) -> None:
    ended = command("export", "-g", "nowhere", "--output", "out.yaml")
    assert (ended.exit_code, Path("out.yaml").exists()) == (1, False)
    assert command("export", "--output", "out.yaml").exit_code == 0
    assert config(Path("out.yaml").read_text()) == {"baseUrl": emulator.url}


def test_one_is_no_plural(command: Command, team: Api) -> None:
    team.running(team.configuration(name="other"))
    ended = command("export", "-g", "team-a", "--match", "team-a", "--output", "none.yaml")
    assert "2 entries are excluded by --match or --exclude" in ended.stderr
    assert "none.yaml: 1 entry, 0 left out." in ended.stdout
    ended = command("export", "-g", "team-a", "--exclude", "other", "--output", "chat.yaml")
    assert "1 entry is excluded by --match or --exclude" in ended.stderr
    assert "chat.yaml: 2 entries, 0 left out." in ended.stdout


def test_a_clone_into_a_group_that_exists_does_not_declare_it(command: Command, team: Api, api: Api) -> None:
    new = command("export", "-g", "team-a", "--clone-to", "team-b")
    assert config(new.stdout)["resourceGroups"] == {"team-b": {}}
    assert "resource group team-b does not exist yet" in new.stderr
    make_group(api, "team-b")
    there = command("export", "-g", "team-a", "--clone-to", "team-b")
    assert there.exit_code == 0, there.stderr
    assert "resourceGroups" not in config(there.stdout)
    assert config(there.stdout)["deployments"]["chat"]["resourceGroup"] == "team-b"
    assert "does not exist" not in there.stderr


def test_models_of_a_clone_are_looked_up_although_entries_name_artifacts(command: Command, team: Api) -> None:
    bound = {"key": "texts", "artifactId": team.artifact(name="t")}
    body = {"scenarioId": "foundation-models", "executableId": "azure-openai", "inputArtifactBindings": [bound]}
    model = [{"key": "modelName", "value": "gpt-5-mini"}, {"key": "modelVersion", "value": "2025-08-07"}]
    answer = team.call("POST", "/lm/configurations", json={"name": "2024", "parameterBindings": model, **body})
    team.running(answer.json()["id"])
    ended = command("export", "-g", "team-a", "--clone-to", "default")
    assert (ended.exit_code, "not valid" in ended.stderr) == (0, False), ended.stderr
    found = config(ended.stdout)
    assert found["deployments"]["2024"]["artifacts"] == {"texts": "t"}
    assert set(found["deployments"]) == {"chat", "2024"}


def test_models_that_the_group_of_a_clone_does_not_offer_are_named(
    command: Command, emulator: Emulator, team: Api
) -> None:
    emulator.retire("gpt-5-mini")
    ended = command("export", "-g", "team-a", "--clone-to", "default")
    assert ended.exit_code == 0
    assert "Warning: chat: " in ended.stderr
    emulator.faults = [{"path": "/v2/lm/scenarios*", "effect": {"status": 400, "body": "denied"}}]
    ended = command("export", "-g", "team-a", "--clone-to", "default")
    assert ended.exit_code == 0
    assert "whether resource group default offers the models is not known: " in ended.stderr


def test_the_keys_of_a_secret_are_placeholders_in_a_clone(command: Command, team: Api) -> None:
    team.call("POST", "/admin/secrets", json={"name": "db", "data": ENCODED})
    ended = command("export", "-g", "team-a", "--clone-to", "team-b")
    assert config(ended.stdout)["genericSecrets"]["db"]["data"] == {"KEY": "SET-ME"}
    assert "The service tells neither keys nor values of secrets" in ended.stdout.partition("config:")[0]


@pytest.mark.parametrize("count", [1, 3])
def test_applications_have_the_names_that_they_are_requested_by(
    command: Command, emulator: Emulator, api: Api, count: int
) -> None:
    names = [f"train-{number}" for number in range(count)]
    for name in names:
        url = f"https://git.example.com/{name}"
        api.call("POST", "/admin/repositories", json={"name": name, "url": url, **LOGIN})
        body = {"applicationName": name, "repositoryUrl": url, "revision": "HEAD", "path": "."}
        assert api.call("POST", "/admin/applications", json=body).ok
    emulator.clear_journal()
    ended = command("export")
    assert sorted(config(ended.stdout)["applications"]) == names
    told = [each for each in requests(emulator) if each.startswith("/admin/applications")]
    assert told == ["/admin/applications", "/admin/applications/train-0"], "one request tells the prefix of all"


def test_what_the_plan_does_not_have_is_named_and_the_rest_is_exported(
    command: Command, emulator: Emulator, api: Api
) -> None:
    url = "https://git.example.com/t"
    api.call("POST", "/admin/repositories", json={"name": "templates", "url": url, **LOGIN})
    body = {"applicationName": "templates", "repositoryUrl": url, "revision": "HEAD", "path": "."}
    assert api.call("POST", "/admin/applications", json=body).ok
    emulator.faults = [{"path": "/v2/admin/repositories", "effect": {"status": 403, "body": "RBAC: access denied"}}]
    ended = command("export", "--json")
    assert ended.exit_code == 0, ended.stderr
    found = json.loads(ended.stdout)
    (left_out,) = found["leftOut"]
    assert left_out["what"] == "the tenant"
    assert left_out["why"].startswith("cannot be read: /admin/repositories: ")
    assert "403" in left_out["why"]
    assert f"left out: the tenant: {left_out['why']}" in " ".join(ended.stderr.split())
    (entry,) = found["entries"]
    assert (entry["section"], entry["name"]) == ("applications", "templates")
    assert entry["entry"]["repositoryUrl"] == url


def test_after_ctrl_c_no_further_list_is_requested(emulator: Emulator, api: Api) -> None:
    for number in range(12):
        make_group(api, f"team-{number}")
    emulator.clear_journal()
    client = AICore(find_credentials(emulator.environment()))

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        survey(client, (), interrupt)

    assert client.interrupted.is_set()
    assert len(requests(emulator)) < 12 * 7, "not all of those that were to come"


def test_a_file_that_is_cut_by_a_full_disk_is_taken_away(command: Command, team: Api) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        ended = command("export", "--output", "out.yaml")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (ended.exit_code, Path("out.yaml").exists()) == (1, False)
    assert "out.yaml cannot be written: File too large." in ended.stderr
