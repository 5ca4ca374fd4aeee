"""The names that other people's scripts and states rely on. A change here breaks them."""

from __future__ import annotations

import base64
import pickletools
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import pulumi
import pytest
from pulumi.dynamic.dynamic import serialize_provider

import aicore_provider
from aicore_provider import (
    AIConfiguration,
    AIDeployment,
    ExecutableDeployment,
    ModelDeployment,
    OrchestrationDeployment,
)
from aicore_provider.cli.commands import aicore_provider as aicore_provider_command
from tests.program.mocked_engine import run
from tests.program.released_names import lost, names, released

ROOT = Path(__file__).parents[2]


@dataclass
class Declared:
    """What a program with one model deployment tells the engine."""

    resources: list[pulumi.runtime.MockResourceArgs] = field(default_factory=list)
    urns: list[str] = field(default_factory=list)
    summary: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def declared() -> Declared:
    found = Declared()

    def declare() -> pulumi.Output[None]:
        made = ModelDeployment("chat", model="gpt-5-mini", version="latest", executable_id="azure-openai")
        found.summary = set(made.summary)
        return pulumi.Output.all(made.urn, made.configuration.urn, made.deployment.urn).apply(found.urns.extend)

    found.resources = run(declare)
    return found


def test_type_tokens_logical_names_and_parents(declared: Declared) -> None:
    component, configuration, deployment = "index:ModelDeployment", "AIConfiguration", "AIDeployment"
    # The mocked engine shows the stack as a parent of the component alone; the real one shows it nowhere.
    here = "urn:pulumi:test::aicore::"
    assert declared.urns == [
        f"{here}pulumi:pulumi:Stack$aicore:{component}::chat",
        f"{here}aicore:{component}$pulumi-python:dynamic/aicore:{configuration}::chat",
        f"{here}aicore:{component}$pulumi-python:dynamic/aicore:{deployment}::chat",
    ]


@pytest.mark.parametrize(
    ("kind", "module", "name"),
    [
        ("AIConfiguration", "aicore_provider.providers.configuration", "AIConfigurationProvider"),
        ("AIDeployment", "aicore_provider.providers.deployment", "AIDeploymentProvider"),
    ],
)
def test_states_hold_providers_by_this_module_and_class(declared: Declared, kind: str, module: str, name: str) -> None:
    (resource,) = (each for each in declared.resources if each.typ.endswith(f":{kind}"))
    stored = resource.inputs["__provider"]
    assert stored == serialize_provider(getattr(sys.modules[module], name)())
    texts = [argument for _, argument, _ in pickletools.genops(base64.b64decode(stored)) if isinstance(argument, str)]
    assert texts == [module, name], "by reference, and nothing else"


def test_the_other_components() -> None:
    kinds: list[str] = []

    def declare() -> pulumi.Output[None]:
        router = OrchestrationDeployment("router")
        own = ExecutableDeployment("own", scenario_id="own-scenario", executable_id="own-executable")
        return pulumi.Output.all(router.urn, own.urn).apply(
            lambda urns: kinds.extend(urn.rsplit("$", 1)[-1] for urn in urns)
        )

    run(declare)
    assert kinds == ["aicore:index:OrchestrationDeployment::router", "aicore:index:ExecutableDeployment::own"]


def test_the_package_offers_these_names() -> None:
    assert set(aicore_provider.__all__) >= {"AIConfiguration", "AIDeployment", "ModelDeployment", "StackConfig"}
    assert all(getattr(aicore_provider, name).__name__ == name for name in aicore_provider.__all__)
    assert [kind.__name__ for kind in (AIConfiguration, AIDeployment)] == ["AIConfiguration", "AIDeployment"]


def test_no_name_of_the_last_release_is_gone() -> None:
    assert lost(released(), names()) == []


def test_a_name_that_goes_is_told_and_a_new_one_is_not() -> None:
    before = {"commands": {"doctor": ["--json"], "models": []}, "types": ["a", "b"]}
    now = {"commands": {"doctor": ["--stack"], "init": []}, "types": ["b", "c"], "more": []}
    assert lost(before, now) == ["commands > doctor > --json", "commands > models", "types > a"]


def test_the_command_is_called_aicore_provider() -> None:
    scripts = metadata.entry_points(group="console_scripts")
    assert [script.value for script in scripts if script.name == "aicore-provider"] == ["aicore_provider.cli:main"]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("deployments", {"--stack", "--resource-group", "--json", "--watch"}),
        ("doctor", {"--stack", "--resource-group", "--json"}),
        ("emulator", {"--port", "--state", "--transition-seconds"}),
        ("init", {"--project", "--environment", "--model", "--ci", "--backend", "--package", "--yes", "--json"}),
        ("orphans", {"--stack", "--remove", "--yes", "--json"}),
        ("recover", {"--stack", "--lock", "--yes", "--json"}),
        ("schema", set()),
        ("models", {"--stack", "--resource-group", "--retiring", "--json"}),
        ("take-over", {"--name", "--stack", "--resource-group", "--json"}),
        ("upgrade", {"--stack", "--write", "--check", "--json"}),
    ],
)
def test_its_commands_and_their_options_keep_their_names(command: str, options: set[str]) -> None:
    known = aicore_provider_command.commands[command].params
    assert options <= {name for parameter in known for name in parameter.opts}


def test_the_emulator_says_where_it_listens_in_its_first_line() -> None:
    command = [sys.executable, "-m", "aicore_provider.cli", "emulator", "--port", "0", "--transition-seconds", "0.5"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
        finally:
            process.terminate()
    said, _, port = first.strip().rpartition(":")
    assert said == "AI Core emulator listening on http://127.0.0.1"
    assert int(port) > 0


@pytest.mark.parametrize("target", ["up", "down", "test", "check", "sandbox-env", "pulumi-path"])
def test_make_knows_its_targets(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip(), "it does something"


def test_the_exports_of_the_program_keep_their_keys(declared: Declared) -> None:
    keys = {"id", "url", "model", "version", "executable", "configurationId", "resourceGroup", "status", "call"}
    assert declared.summary == keys
