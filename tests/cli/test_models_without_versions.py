"""Models of which the catalogue lists no version, in every command that speaks of models."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.catalog.source import Catalogs
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.cli.doctor.models import judge_models
from aicore_provider.cli.stack import Stack
from aicore_provider.emulator import Emulator
from aicore_provider.stack.model import StackConfig
from tests.cli.command import Command
from tests.support.catalogs import MODELS
from tests.support.client import TRANSITION_S, Api
from tests.support.clocks import today

PLAIN = "sonar-deep-research"
STACK = f"""\
config:
  aicore:deployments:
    research: {{model: {PLAIN}}}
    forgotten: {{model: gpt-5}}
    own:
      scenario: foundation-models
      executable: perplexity-ai
      parameters: {{modelName: {PLAIN}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(STACK)
    return path


def test_models_has_a_line_for_it(command: Command, emulator: Emulator) -> None:
    assert re.search(rf"{PLAIN} +- ", command("models", PLAIN).stdout)
    told = command("models", PLAIN, "--json").stdout
    assert '"version": null' in told
    assert '"latest": false' in told
    for filters in (("--retiring", "9999"), ("--capability", "e")):
        assert PLAIN not in command("models", *filters).stdout


@pytest.mark.usefixtures("emulator")
def test_upgrade_proposes_nothing_and_calls_nothing_latest(command: Command, file: Path) -> None:
    ended = command("upgrade", "--stack", "prod")
    rows = {line.split()[0]: line.split() for line in ended.stdout.splitlines()}
    assert rows["research"] == ["research", PLAIN, "-", "-", "-", "-"]
    assert rows["own"] == ["own", PLAIN, "-", "-", "-", "-"]
    assert rows["forgotten"][:4] == ["forgotten", "gpt-5", "-", "2025-08-07"]
    assert command("upgrade", "--stack", "prod", "--check", "1").exit_code == 0
    document = json.loads(command("upgrade", "--stack", "prod", "--json").stdout)
    research = next(each for each in document["deployments"] if each["name"] == "research")
    assert (research["version"], research["latest"], research["offered"], research["proposal"]) == (
        None,
        None,
        True,
        None,
    )
    assert command("upgrade", "--stack", "prod", "--write").exit_code == 0
    assert file.read_text() == STACK


def test_doctor_tells_a_missing_version_and_nothing_else(emulator: Emulator) -> None:
    entries = yaml.safe_load(STACK)["config"]["aicore:deployments"]
    config = StackConfig.parse({"deployments": entries, "versions": {"allowLatest": False}})
    catalogs = Catalogs(AICore(find_credentials(emulator.environment())))
    held = {"research": Wanted("research", "default", executable_id="perplexity-ai", model=PLAIN)}
    for known in ({}, held):
        found = list(judge_models(Stack("dev"), config, catalogs, known, today()))
        assert [each.message for each in found if "missing" in each.message] == ["forgotten: version is missing"]
        assert not [each for each in found if "allow version latest" in each.message]
        (twins,) = (each for each in found if "both deploy" in each.message)
        assert f"both deploy model {PLAIN} in resource group default" in twins.message


def test_take_over_leaves_the_version_out(command: Command, api: Api) -> None:
    id_ = api.create(api.configuration(None, model=PLAIN, executable="perplexity-ai"))
    api.emulator.advance(TRANSITION_S)
    entry = {"model": PLAIN, "executable": "perplexity-ai", "takeOver": id_}
    assert json.loads(command("take-over", id_, "--json").stdout)["entries"][0]["entry"] == entry
    # Nobody can tell; `latest` is what the service would take of a model that has versions.
    api.emulator.faults = [{"path": MODELS, "effect": {"status": 403, "body": "no"}}]
    told = json.loads(command("take-over", id_, "--json").stdout)["entries"][0]["entry"]
    assert told == entry | {"version": "latest"}


def test_deployments_lists_it(command: Command, api: Api) -> None:
    api.create(api.configuration(None, model=PLAIN, executable="perplexity-ai"))
    api.emulator.advance(TRANSITION_S)
    told = command("deployments").stdout
    assert PLAIN in told
    assert "latest" not in told
