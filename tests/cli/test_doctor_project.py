"""`aicore-provider doctor` in a project, with the real Pulumi CLI."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Mapping

import pytest

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.catalog.source import Catalogs
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.cli.doctor.diagnosis import as_document
from aicore_provider.cli.doctor.models import judge_models, models_in_state
from aicore_provider.cli.stack import Stack
from aicore_provider.cli.state import State, read_state
from aicore_provider.emulator import Emulator
from aicore_provider.kinds.parallelism import default_parallelism
from aicore_provider.stack.model import StackConfig
from tests.cli.command import DAY_S, after_first_line
from tests.cli.project import Project
from tests.cli.states import creating, entry, exported
from tests.support.catalogs import offering
from tests.support.clocks import today

pytestmark = pytest.mark.engine


def levels(found: Mapping[str, Mapping[str, str]], level: str) -> list[str]:
    return [check for check, each in found.items() if each["level"] == level]


def test_all_is_well(project: Project, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    project.pulumi("stack", "init", "dev")
    project.configure("resourceGroup", "default")
    project.configure("deployments", {"chat": {"model": "gpt-5-mini", "version": "latest"}})
    inside = project.folder / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)

    ended, found = project.doctor()

    assert levels(found, "ok") == list(found)
    assert found["resourceGroup"]["message"] == "resource group default (from stack dev) is PROVISIONED"
    assert found["backend"]["message"] == f"backend file://{project.folder / 'state'}"
    assert found["stack"]["message"] == "stack dev is selected"
    assert (ended.exit_code, after_first_line(ended)) == (0, "")


def test_warnings_alone_are_no_failure(project: Project) -> None:
    project.write(runtime={"name": "python"})
    project.pulumi("stack", "init", "dev")
    project.remember(exported(pending=[creating("made")]))

    ended, found = project.doctor(PULUMI_PYTHON_CMD=sys.executable)

    assert levels(found, "warning") == ["interpreter", "refresh", "pendingOperations"]
    assert found["pendingOperations"]["message"] == (
        "an earlier run on stack dev was cut short (pending: creating AIDeployment chat)"
    )
    assert levels(found, "problem") == []
    assert ended.exit_code == 0


def test_a_stacks_own_credentials_group_and_service(project: Project, emulator: Emulator) -> None:
    project.pulumi("stack", "init", "dev")
    url = emulator.url
    key = {"clientid": "emulator", "clientsecret": "emulator", "url": url, "serviceurls": {"AI_API_URL": url}}
    project.pulumi("config", "set", "--secret", "aicore:serviceKey", json.dumps(key))
    project.configure("resourceGroup", "team-b")
    nobodys = dict.fromkeys(("AICORE_BASE_URL", "AICORE_AUTH_URL", "AICORE_CLIENT_ID", "AICORE_CLIENT_SECRET"))

    _, found = project.doctor(**nobodys)
    _, locked = project.doctor(**nobodys, PULUMI_CONFIG_PASSPHRASE=None)
    project.configure("baseUrl", "https://api.ai.example.com")
    _, elsewhere = project.doctor()

    assert found["credentials"]["message"] == f"credentials from the stack's aicore:serviceKey, for {url}"
    assert found["resourceGroup"]["message"] == (
        "resource group team-b (from stack dev) does not exist, there are: default"
    )
    assert levels(locked, "problem") == ["credentials", "passphrase"]
    assert "passphrase must be set" in locked["credentials"]["message"]
    assert elsewhere["credentials"]["message"] == (
        f"credentials from the AICORE_* variables are for {url}, stack dev is for https://api.ai.example.com"
    )
    assert levels(elsewhere, "skipped") == ["token", "resourceGroup", "scenario", "models"]


def test_nobody_is_logged_in(project: Project) -> None:
    _, found = project.doctor(PULUMI_BACKEND_URL=None)

    assert levels(found, "problem") == ["backend"]
    assert "PULUMI_ACCESS_TOKEN must be set" in found["backend"]["message"]
    assert found["stack"]["message"] == "stack: no usable backend"


def test_no_stack_is_selected(project: Project) -> None:
    ended, found = project.doctor()

    assert levels(found, "skipped") == ["stack", "pendingOperations", "models"]
    assert found["stack"]["message"].startswith("stack: no stack selected; please use `pulumi stack select`")
    assert ended.exit_code == 0


def test_a_stack_that_there_is_not_is_told_once(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    ended, found = project.doctor("--stack", "nope")

    assert levels(found, "problem") == ["stack"]
    assert found["stack"]["message"] == "there is no stack nope"
    assert found["stack"]["advice"] == "run `pulumi stack init nope`, or take one of the stacks that there are: dev"
    assert ended.exit_code == 1


@pytest.mark.parametrize(
    ("passphrase", "said"), [(None, "passphrase must be set"), ("s3cret", "incorrect passphrase"), ("tests", "")]
)
def test_the_passphrase_of_the_stack(project: Project, passphrase: str | None, said: str) -> None:
    project.pulumi("stack", "init", "dev")
    file = project.folder / "Pulumi.dev.yaml"
    before = file.read_text()
    ended, found = project.doctor(PULUMI_CONFIG_PASSPHRASE=passphrase)

    assert levels(found, "problem") == (["passphrase"] if said else [])
    assert said in found.get("passphrase", {"message": ""})["message"]
    assert ended.exit_code == (1 if said else 0)
    assert "s3cret" not in ended.output
    assert file.read_text() == before
    file.write_text(f"secretsprovider: awskms://alias/key\n{before}")
    assert "passphrase" not in project.doctor(PULUMI_CONFIG_PASSPHRASE=passphrase)[1]


@pytest.mark.parametrize(
    ("secure", "said"), [("x", "bad value"), (f"v1:{'A' * 16}:{'B' * 32}", "cipher: message authentication failed")]
)
def test_a_value_that_cannot_be_decrypted(project: Project, secure: str, said: str) -> None:
    project.pulumi("stack", "init", "dev")
    project.pulumi("config", "set", "--secret", "aicore:resourceGroup", "s3cret")
    well = project.doctor()[1]
    project.configure("genericSecrets", {"db": {"data": {"user": {"secure": secure}}}})
    ended, found = project.doctor()

    assert "encryptedValues" not in well
    assert levels(found, "problem") == [*levels(well, "problem"), "encryptedValues"]
    assert found["encryptedValues"]["message"] == (
        "Pulumi cannot decrypt aicore:genericSecrets of stack dev "
        f"(could not decrypt configuration value: db.data.user: {said})"
    )
    assert ended.exit_code == 1
    assert secure not in ended.output or secure == "x"


def test_a_stack_without_deployments_is_checked_as_well(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    project.configure("resourceGroups", {"team-a": {}})
    well = project.doctor()[1]
    project.configure("resourceGroups", {"team-a": {"lables": {}}})
    ended, found = project.doctor()

    assert well["resourceGroups"]["message"] == "resource group team-a does not exist yet; `pulumi up` makes it"
    assert "lists no aicore:deployments" in well["models"]["message"]
    assert levels(found, "problem") == [*levels(well, "problem"), "models"]
    assert "aicore:resourceGroups.team-a.lables" in ended.output


def test_a_section_that_is_misspelt(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    project.configure("resourceGroup", "default")
    project.configure("deployment", {"chat": {"model": "gpt-5-mini", "version": "latest"}})

    found = project.doctor()[1]

    assert levels(found, "warning") == ["models"]
    assert found["models"]["message"] == (
        "aicore:deployment of stack dev is no key of a stack file; did you mean aicore:deployments?"
    )


def test_a_lock_that_a_killed_run_has_left(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    lock = project.lock()
    with pytest.raises(subprocess.CalledProcessError, match="pulumi"):
        project.pulumi("refresh", "--yes")
    ended, found = project.doctor()

    assert levels(found, "problem") == ["pendingOperations"]
    assert found["pendingOperations"]["message"] == f"stack dev is locked by {lock}"
    assert found["pendingOperations"]["advice"].startswith("`aicore-provider recover` removes the lock")
    assert ended.exit_code == 1


def test_a_stack_file_that_cannot_be_read(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    (project.folder / "Pulumi.dev.yaml").write_text("config: [not, a, map]\n")

    ended, found = project.doctor(AICORE_RESOURCE_GROUP=None)

    assert found["stack"]["level"] == "problem"
    assert found["stack"]["message"].startswith("the configuration of stack dev cannot be read (")
    assert (found["models"]["level"], found["models"]["message"]) == (
        "skipped",
        "models: the configuration of stack dev cannot be read",
    )
    assert "resource group default (by default; that of the stack is not known), stack dev" in ended.stderr
    assert ended.exit_code == 1


def test_environments_that_do_not_do(project: Project) -> None:
    """Without Pulumi on PATH, since the environment is looked at all the same."""
    project.write(runtime={"name": "python", "options": {"virtualenv": "missing"}})
    _, missing = project.doctor(PATH="")
    venv.create(project.folder / "bare", symlinks=True)
    project.write(runtime={"name": "python", "options": {"virtualenv": "bare"}})
    _, bare = project.doctor(PATH="")

    assert missing["environment"]["message"].endswith("missing/bin/python does not exist")
    assert missing["environment"]["advice"] == "run `pulumi install` in the project's folder"
    assert bare["environment"]["message"].endswith("cannot import pulumi (No module named 'pulumi')")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "Pulumi.yaml is not valid YAML"),
        ("- a list", "is not a YAML mapping"),
        ("name: nothing-else", "names no runtime"),
    ],
)
def test_project_files_that_do_not_do(project: Project, text: str, words: str) -> None:
    project.file.write_text(text)

    ended, found = project.doctor(PATH="")

    assert found["interpreter"]["level"] == "problem"
    assert words in found["interpreter"]["message"]
    assert found["environment"]["level"] == "skipped"
    assert ended.exit_code == 1


def test_a_project_in_another_language_needs_the_plugin(project: Project) -> None:
    project.file.write_text("name: other\nruntime: go\n")

    ended, found = project.doctor(PATH="")

    assert "has the runtime go" in found["interpreter"]["message"]
    assert found["environment"]["message"] == "Python environment: the project is not one for Python"
    assert (found["plugin"]["level"], ended.exit_code) == ("problem", 1)
    assert found["plugin"]["message"].startswith("there is no provider plugin aicore")


def test_days_are_counted_from_the_services_date(project: Project, emulator: Emulator) -> None:
    project.pulumi("stack", "init", "dev")
    project.configure("deployments", {"chat": {"model": "gpt-5-mini", "version": "2025-05-01"}})
    emulator.deprecate("gpt-5-mini", version="2025-05-01", retires_in_days=20)
    emulator.advance(15 * DAY_S)

    assert "in 5 days" in project.doctor()[1]["models"]["message"]


def test_the_models_of_the_stack(project: Project, emulator: Emulator) -> None:
    project.pulumi("stack", "init", "dev")
    assert "lists no aicore:deployments" in project.doctor()[1]["models"]["message"]
    chat = {"model": "gpt-5-mini", "version": "2025-08-07"}
    project.configure("deployments", {"chat": chat})
    assert project.doctor()[1]["models"]["message"] == "the service offers all that stack dev wants (1 deployment)"

    project.configure("deployments", {"chat": chat, "typo": chat | {"model": "gpt5-mini"}, "twin": chat})
    ended, _ = project.doctor()
    found = [each for each in json.loads(ended.stdout)["findings"] if each["check"] == "models"]
    assert [(each["level"], each["message"]) for each in found] == [
        ("problem", "typo: model gpt5-mini is not offered in resource group default"),
        ("warning", "chat, twin: both deploy version 2025-08-07 of model gpt-5-mini in resource group default"),
    ]
    assert [each["deployments"] for each in found] == [["typo"], ["chat", "twin"]]
    assert ended.exit_code == 1
    project.configure("versions", {"allowed": True})
    assert "aicore:versions.allowed: is no known key" in project.doctor()[1]["models"]["advice"]
    project.configure("versions", {})
    project.configure("resourceGroups", {"team-a": {}})
    project.configure("checks", "off")
    with_checks_off = project.doctor()[1]
    assert with_checks_off["models"] == {
        "check": "models",
        "level": "skipped",
        "message": "models: stack dev says aicore:checks: off",
        "advice": "",
        "deployments": [],
    }
    assert "team-a does not exist yet" in with_checks_off["resourceGroups"]["message"]


def test_what_runs_already_is_warned_about_only(emulator: Emulator) -> None:
    emulator.faults = [offering({"gpt-5": None})]
    config = StackConfig.parse({"deployments": {"chat": {"model": "gpt-5", "version": "2025-08-07"}}})
    inputs = {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "resource_group": "default",
        "parameter_bindings": {"modelName": "gpt-5", "modelVersion": "2025-08-07"},
    }
    kind = "pulumi-python:dynamic/aicore:AIConfiguration"
    urn = f"urn:pulumi:dev::aicore::aicore:index:ModelDeployment${kind}::chat"
    state = {"deployment": {"resources": [{"urn": "other", "type": "x"}, {"urn": urn, "type": kind, "inputs": inputs}]}}
    catalogs = Catalogs(AICore(find_credentials(emulator.environment())))
    levels = [
        [each.level for each in judge_models(Stack("dev"), config, catalogs, known, today())]
        for known in (models_in_state(read_state("dev", state)), models_in_state(State(stack="dev")))
    ]
    assert levels == [["warning"], ["problem"]]


def test_equals_are_one_line_for_people_and_all_of_them_for_scripts(emulator: Emulator) -> None:
    names = [f"d{n}" for n in range(200)]
    same = {name: {"model": "gpt-5", "version": "2025-08-07"} for name in names}
    catalogs = Catalogs(AICore(find_credentials(emulator.environment())))
    (found,) = judge_models(Stack("dev"), StackConfig.parse({"deployments": same}), catalogs, {}, today())
    assert found.message.startswith("d0, d1 and 198 more: all deploy version 2025-08-07 of model gpt-5 in")
    assert as_document("models", found)["deployments"] == tuple(names)


def test_what_saps_clean_up_script_would_delete(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    held = entry("AIDeployment", "d1", name="in-state")
    held["outputs"] |= {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "model_name": "gpt-5-mini",
    }
    held["id"] = "d1"
    looked_at = entry("AIDeployment", "d2", name="looked-at", external=True)
    looked_at["outputs"] |= held["outputs"]
    project.remember(exported(held, looked_at))
    chat = {"model": "gpt-5-mini", "executable": "azure-openai"}
    project.configure(
        "deployments", {"pinned": chat | {"version": "2025-08-07"}, "other": {"model": "gpt-5", "version": "latest"}}
    )
    (found,) = (each for each in json.loads(project.doctor()[0].stdout)["findings"] if each["check"] == "cleanUp")
    assert found["level"] == "warning"
    assert found["message"].startswith(
        "in-state, pinned: both run model gpt-5-mini by executable azure-openai in resource group default;"
        " SAP's clean-up script dedup_deployments would delete all but the newest"
    )
    assert found["deployments"] == ["in-state", "pinned"]
    project.remember(exported(looked_at))
    assert "cleanUp" not in project.doctor()[1]


def test_a_stack_with_more_deployments_than_the_engine_works_on_at_once(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    chat = {"model": "gpt-5-mini", "executable": "azure-openai", "version": "2025-08-07"}
    project.configure("deployments", {f"d{n}": chat for n in range(default_parallelism() + 1)})
    told = project.doctor()[1].get("parallelism")
    assert (told or {}).get("level") == (None if default_parallelism() >= 64 else "warning")
    assert "parallelism" not in project.doctor(PULUMI_PARALLEL="64")[1]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_a_configuration_that_is_too_large_for_a_program(project: Project) -> None:
    project.pulumi("stack", "init", "dev")
    chat = {"model": "gpt-5-mini", "version": "2025-08-07", "executable": "azure-openai"}
    project.configure("deployments", {f"chat-{n}": chat for n in range(1500)})

    ended, found = project.doctor(PULUMI_PARALLEL="64")

    assert "configurationSize" in levels(found, "problem")
    assert "Linux passes 131,057 at most to a program" in found["configurationSize"]["message"]
    assert ended.exit_code == 1

    project.write(runtime="yaml")
    assert "configurationSize" not in project.doctor()[1], "Pulumi runs such a program without a process of its own"


def test_a_mistyped_resource_group_of_an_entry_is_what_a_preview_says(emulator: Emulator) -> None:
    chat = {"model": "gpt-5", "version": "2025-08-07", "resourceGroup": "defalt"}
    router = {"scenario": "orchestration", "resourceGroup": "defalt"}
    config = StackConfig.parse({"deployments": {"chat": chat, "router": router}})
    catalogs = Catalogs(AICore(find_credentials(emulator.environment())))
    held = {name: Wanted(name, "defalt") for name in ("chat", "router")}

    (new,) = judge_models(Stack("dev"), config, catalogs, {}, today())
    (unchanged,) = judge_models(Stack("dev"), config, catalogs, held, today())

    assert (new.level, new.deployments) == ("problem", ("chat", "router"))
    assert new.message.startswith("chat, router: Resource group defalt does not exist on ")
    assert new.message.endswith("there are: default")
    assert unchanged.level == "warning", "a preview does not refuse what stays as it is"
