"""What `doctor` makes of facts: pure functions, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.types import ResourceGroup
from aicore_provider.cli.doctor.checks import Check, judge
from aicore_provider.cli.doctor.diagnosis import Diagnosis, from_error, line
from aicore_provider.cli.doctor.groups import judge_orchestration
from aicore_provider.cli.doctor.plugin import PluginFacts, judge_plugin, look_for_plugin
from aicore_provider.cli.doctor.project import (
    Package,
    Project,
    PythonFacts,
    interpreter,
    judge_environment,
    judge_refresh,
    judge_runtime,
    parse_project,
)
from aicore_provider.cli.doctor.pulumi_cli import CliFacts, judge_cli, judge_language_host
from aicore_provider.cli.doctor.service import (
    GroupFacts,
    judge_credentials,
    judge_group,
    judge_scenarios,
    result_of,
)
from aicore_provider.cli.doctor.stack import (
    MOST_CONFIG_BYTES,
    judge_backend,
    judge_config_size,
    judge_parallelism,
    judge_pending_operations,
)
from aicore_provider.cli.pulumi_cli import complaint
from aicore_provider.cli.stack import Backend, Selection, Stack, parse_config
from aicore_provider.cli.state import PendingOperation, Resource, State, read_state
from aicore_provider.cli.target import WantedGroup, other_service
from aicore_provider.secret_text import SecretText
from aicore_provider.stack.complaints import ConfigError
from aicore_provider.stack.model import StackConfig

REAL = "https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com"
LOCAL = "http://127.0.0.1:4711"
PULUMI = Path("/opt/pulumi/pulumi")
PYTHON = Path("/project/.venv/bin/python")
FILE = Path("/project/Pulumi.yaml")
HEALTHY = PythonFacts(PYTHON, python="3.12.1", pulumi=Package("3.272.0"), provider=Package("0.1.0"))


@pytest.mark.parametrize(
    ("version", "level", "words"),
    [
        ("v3.259.0", "ok", "3.259.0"),
        ("v3.216.0", "ok", ""),
        ("v3.216.0-dev.1", "ok", ""),
        ("v3.215.9", "problem", "is too old, 3.216 or newer is needed"),
        ("v4.0.0", "problem", "ends before 4"),
        ("cannot be run: exec format error", "problem", "does not tell its version"),
    ],
)
def test_the_cli_has_a_supported_version(version: str, level: str, words: str) -> None:
    found = judge_cli(CliFacts(PULUMI, version))

    assert found.level == level
    assert words in found.message


def test_the_cli_comes_with_its_language_host() -> None:
    alone = judge_language_host(CliFacts(PULUMI, "v3.259.0"), "python", ("pulumi-language-python",))

    assert (alone.level, alone.message) == ("problem", "pulumi-language-python neither beside pulumi nor on PATH")
    assert judge_language_host(CliFacts(PULUMI, "v3.259.0"), "python", ()).level == "ok"
    assert judge_language_host(CliFacts(PULUMI, "v3.259.0"), "yaml", ()).message == "language host of yaml found"
    assert judge_language_host(CliFacts(None), "python", ()).level == "skipped"


@pytest.mark.parametrize(
    ("facts", "level", "words"),
    [
        (PluginFacts("/bin/plugin", "0.2.0-dev.0"), "ok", "provider plugin 0.2.0-dev.0 (/bin/plugin)"),
        (PluginFacts("/bin/plugin", "0.1.0"), "warning", "is 0.1.0 (/bin/plugin), this command is 0.2.0-dev.0"),
        (PluginFacts("/bin/plugin", failure="cannot be run"), "problem", "/bin/plugin cannot be run"),
        (None, "problem", "there is no provider plugin aicore"),
    ],
)
def test_programs_in_other_languages_have_the_plugin(facts: PluginFacts | None, level: str, words: str) -> None:
    found = judge_plugin(facts, "0.2.0.dev0")

    assert found.level == level
    assert words in found.message


def test_the_plugin_is_found_as_the_engine_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named, on_path = tmp_path / "named", tmp_path / "path"
    for folder, version in ((named, "1.0.0"), (on_path, "2.0.0")):
        folder.mkdir()
        command = folder / "pulumi-resource-aicore"
        command.write_text(f"#!/bin/sh\necho {version}\n")
        command.chmod(0o755)
    project = parse_project(tmp_path / "Pulumi.yaml", {"runtime": "yaml"})
    plugins = {"providers": [{"name": "other", "path": "x"}, {"name": "aicore", "path": "named"}]}
    naming = parse_project(tmp_path / "Pulumi.yaml", {"runtime": "yaml", "plugins": plugins})
    monkeypatch.setenv("PATH", f"{on_path}:/bin:/usr/bin")
    assert look_for_plugin(naming, None) == PluginFacts(str(named / "pulumi-resource-aicore"), "1.0.0")
    assert look_for_plugin(project, None) == PluginFacts(str(on_path / "pulumi-resource-aicore"), "2.0.0")
    monkeypatch.setenv("PATH", "/bin")
    assert look_for_plugin(project, None) is None


@pytest.mark.parametrize(
    ("facts", "level", "words"),
    [
        (HEALTHY, "ok", "Python 3.12.1 with pulumi 3.272.0 and aicore-provider 0.1.0"),
        (PythonFacts(PYTHON, failure="does not exist"), "problem", "does not exist"),
        (PythonFacts(PYTHON, python="3.9.2"), "problem", "Python 3.9.2, 3.10 or newer"),
        (PythonFacts(PYTHON, python="3.12.1", pulumi=Package(error="No module")), "problem", "cannot import pulumi"),
        (PythonFacts(PYTHON, python="3.12.1", pulumi=Package("3.100.0")), "problem", "pulumi 3.100.0 of"),
        (
            PythonFacts(PYTHON, python="3.12.1", pulumi=Package("3.272.0"), provider=Package(error="No module")),
            "problem",
            "cannot import aicore_provider",
        ),
        (
            PythonFacts(PYTHON, python="3.12.1", pulumi=Package("3.272.0"), provider=Package("0.0.9")),
            "warning",
            "has aicore-provider 0.0.9, this command is 0.1.0",
        ),
        (PythonFacts(PYTHON, python="3.12.1", pulumi=Package("3.272.0")), "ok", "(from its sources)"),
    ],
)
def test_the_environment_has_what_the_providers_need(facts: PythonFacts, level: str, words: str) -> None:
    found = judge_environment(Project(FILE, "python"), facts, "0.1.0")

    assert found.level == level
    assert words in found.message


def test_the_interpreter_is_the_one_of_pulumis_launcher(tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.touch(mode=0o755)
    path = {"PATH": str(tmp_path)}

    assert interpreter(Project(FILE, "python", virtualenv=".venv"), path) == PYTHON
    assert interpreter(Project(FILE, "python", toolchain="uv"), path) == PYTHON
    assert interpreter(Project(FILE, "python", toolchain="pip"), path) == python
    assert interpreter(Project(FILE, "python"), {"PULUMI_PYTHON_CMD": str(python), "PATH": ""}) == python
    assert interpreter(Project(FILE, "python"), {"PATH": ""}) is None
    assert interpreter(poetry := Project(FILE, "python", toolchain="poetry"), path) is None
    assert judge_environment(poetry, None, "0.1.0").level == "skipped"
    assert judge_environment(Project(FILE, "python"), None, "0.1.0").level == "problem"


@pytest.mark.parametrize(
    ("document", "level"),
    [
        ({"runtime": {"name": "python", "options": {"virtualenv": ".venv"}}}, "ok"),
        ({"runtime": {"name": "python", "options": {"toolchain": "uv"}}}, "ok"),
        ({"runtime": "python"}, "warning"),
        ({"runtime": {"name": "python"}}, "warning"),
        ({"runtime": "nodejs"}, "ok"),
        ({}, "problem"),
    ],
)
def test_the_project_fixes_its_interpreter(document: dict[str, object], level: str) -> None:
    assert judge_runtime(parse_project(FILE, document)).level == level


@pytest.mark.parametrize(
    ("options", "level"),
    [({"refresh": "always"}, "ok"), ({"refresh": "never"}, "warning"), ({}, "warning"), (None, "warning")],
)
def test_the_project_refreshes_always(options: object, level: str) -> None:
    found = judge_refresh(parse_project(FILE, {"runtime": "python", "options": options}))

    assert found.level == level
    if level == "warning":
        assert found.advice == "add the two lines `options:` and, indented below it, `refresh: always`"


@pytest.mark.parametrize(
    ("backend", "service", "level"),
    [
        (Backend("file:///state"), REAL, "warning"),
        (Backend("file://~"), REAL, "warning"),
        (Backend("file:///state"), LOCAL, "ok"),
        (Backend("file:///state"), None, "ok"),
        (Backend("s3://states"), REAL, "ok"),
        (Backend("https://api.pulumi.com"), REAL, "ok"),
        (Backend("", "PULUMI_ACCESS_TOKEN must be set"), REAL, "problem"),
        (Backend(""), REAL, "skipped"),
    ],
)
def test_the_state_of_a_real_service_is_not_on_one_machine_alone(
    backend: Backend, service: str | None, level: str
) -> None:
    assert judge_backend(backend, service).level == level


def test_a_backends_keys_are_not_shown() -> None:
    url = "postgres://me:hush@db.example.com/states?sslkey=hush"

    for found in (judge_backend(Backend(url), REAL), judge_backend(Backend(url, "no route"), REAL)):
        assert "db.example.com/states" in found.message
        assert "hush" not in found.message
    assert judge_backend(Backend("https://[", "no route"), REAL).level == "problem"


def test_pending_operations_are_named() -> None:
    urn = "urn:pulumi:dev::aicore::aicore:index:ModelDeployment$pulumi-python:dynamic/aicore:AIDeployment::chat"
    state = {"deployment": {"pending_operations": [{"resource": {"urn": urn}, "type": "creating"}]}}

    found = judge_pending_operations(Stack("dev"), read_state("dev", state), ())

    assert (found.level, found.message) == (
        "warning",
        "an earlier run on stack dev was cut short (pending: creating AIDeployment chat)",
    )
    assert "`aicore-provider recover`" in found.advice
    assert "what was being created may exist" in found.advice
    deleting = judge_pending_operations(
        Stack("dev"),
        State(stack="dev", pending=(PendingOperation(operation="deleting", resource=Resource(urn=urn)),)),
        (),
    )
    assert deleting.advice == "the next `pulumi up` goes on from there"
    unknown = judge_pending_operations(
        Stack("dev"),
        State(stack="dev", pending=(PendingOperation(operation="updating", resource=Resource(urn=urn)),)),
        None,
    )
    assert unknown.advice == (
        "`aicore-provider recover` puts it right; where no lock is left, `pulumi up` goes on from there"
    )
    empty: list[dict[str, Any]] = [
        {},
        {"deployment": None},
        {"deployment": {}},
        {"deployment": {"pending_operations": []}},
    ]
    for nothing in empty:
        assert judge_pending_operations(Stack("dev"), read_state("dev", nothing), None).level == "ok"
    assert judge_pending_operations(Stack("dev"), "no network", None).level == "problem"


def test_a_configuration_may_be_too_large_for_a_program() -> None:
    def judged(size: int) -> list[tuple[str, str, str]]:
        frame = len('{"aicore:deployments":""}')
        stack = Stack("dev", {"aicore:deployments": "a" * (size - frame)}, frozenset({"aicore:serviceKey"}))
        return [(each.level, each.message, each.advice) for each in judge_config_size(stack)]

    choices = "divide the stack, or write once what several resource groups have in common, with `resourceGroups`"
    assert judged(100_000) == []
    assert judged(MOST_CONFIG_BYTES) == [
        (
            "warning",
            "the configuration of stack dev has 131,057 bytes, and Linux passes 131,057 at most to a program",
            f"before it has more: {choices}",
        )
    ]
    assert judged(MOST_CONFIG_BYTES + 1) == [
        (
            "problem",
            "the configuration of stack dev has 131,058 bytes, and Linux passes 131,057 at most to a program:"
            " `pulumi up` ends with `argument list too long`",
            choices,
        )
    ]


def test_what_more_operations_at_once_would_save() -> None:
    def judged(declared: int, *, held: int = 0, chosen: int | None = None, default: int = 8) -> list[Diagnosis]:
        chat = {"model": "gpt-5-mini", "version": "2025-08-07"}
        config = StackConfig.parse({"deployments": {f"d{n}": chat for n in range(declared)}}) if declared else None
        urn = "urn:pulumi:dev::aicore::pulumi-python:dynamic/aicore:AIDeployment::d"
        kind = "pulumi-python:dynamic/aicore:AIDeployment"
        there = tuple(Resource(urn=f"{urn}{n}", type=kind, id=f"d{n}") for n in range(held))
        state = State(stack="dev", resources=there)
        return list(judge_parallelism(config, state if held else None, chosen, default))

    (found,) = judged(50)
    assert (found.level, found.message) == (
        "warning",
        "Pulumi works on 8 of the stack's 50 deployments at once on this machine, so that they wait in 7 turns",
    )
    assert found.advice == "set PULUMI_PARALLEL=64 where `pulumi` runs: then all of them wait at the same time"
    assert judged(200)[0].advice.endswith(": then they wait in 4 turns")
    assert judged(0, held=9)[0].message.startswith("Pulumi works on 8 of the stack's 9")
    assert [*judged(8), *judged(0), *judged(50, chosen=4), *judged(200, default=64)] == []


def test_credentials_must_be_for_the_stacks_service() -> None:
    credentials = find_credentials(
        {
            "AICORE_BASE_URL": REAL,
            "AICORE_AUTH_URL": "https://auth.example.com",
            "AICORE_CLIENT_ID": "client",
            "AICORE_CLIENT_SECRET": "hush",
        }
    )

    def judged(selection: Selection) -> Diagnosis:
        facts = (credentials, selection, result_of(lambda: other_service(credentials, selection)))
        (found,) = judge(Check("credentials", (), judge_credentials), facts)
        return found

    fits = judged(Selection(Stack("dev", {"aicore:baseUrl": f"{REAL}/v2"})))
    differs = judged(Selection(Stack("dev", {"aicore:baseUrl": LOCAL})))
    nonsense = judged(Selection(Stack("dev", {"aicore:baseUrl": "ftp://example.com"})))

    assert fits == judged(Selection())
    assert fits.message == f"credentials from the AICORE_* variables, for {REAL}"
    spelt = judged(Selection(Stack("dev", {"aicore:baseUrl": f"{REAL.upper()}:443/v2"})))
    secret = judged(Selection(Stack("dev", {"aicore:baseUrl": "https://me:hush@example.com"})))

    assert spelt == fits
    assert (differs.level, nonsense.level) == ("problem", "problem")
    assert "aicore:baseUrl contains a user name or password" in secret.message
    assert "hush" not in secret.message
    assert LOCAL in differs.message


def test_a_group_that_is_not_ready() -> None:
    wanted = WantedGroup("team-b", "from --resource-group")

    def judged(status: str, message: str = "") -> Diagnosis:
        group = ResourceGroup(resourceGroupId="team-b", status=status, status_message=message)
        return judge_group(GroupFacts(wanted, group))

    assert judged("PROVISIONED").level == "ok"
    assert judged("PROVISIONING").level == "problem"
    assert judged("ERROR", "Out of luck.").message.endswith("has status ERROR, Out of luck")
    assert judged("SOMETHING-NEW").level == "problem"


@pytest.mark.parametrize(
    ("plan", "told", "advice"),
    [
        ("standard", " (its service plan is standard)", "the service plan must be extended, or use another"),
        (None, "", "the service plan must be extended, or use another"),
        ("extended", "", "use another resource group"),
    ],
)
def test_the_plan_is_told_where_it_is_known(plan: str | None, told: str, advice: str) -> None:
    group = ResourceGroup(resourceGroupId="team-b", status="PROVISIONED", service_plan=plan)

    found = judge_scenarios(GroupFacts(WantedGroup("team-b", "by option"), group), [])

    assert (found.level, found.message) == (
        "problem",
        f"resource group team-b has no scenario foundation-models{told}",
    )
    assert found.advice.startswith(advice)


def test_a_stacks_configuration() -> None:
    document = {
        "aicore:resourceGroup": {"value": "team-b", "secret": False},
        "aicore:serviceKey": {"secret": True},
        "aicore:baseUrl": {"value": "shown by --show-secrets", "secret": True},
    }

    stack = parse_config("dev", document)

    assert stack.config == {"aicore:resourceGroup": "team-b"}
    assert "aicore:serviceKey" in stack.encrypted


def test_a_diagnosis_is_one_line_in_every_encoding() -> None:
    found = Diagnosis("problem", "the token\nis old", "get a new one")

    assert line(found, "utf-8") == "✗ the token is old: get a new one"
    assert line(found, "ascii") == "x the token is old: get a new one"
    assert line(Diagnosis("ok", "fine …"), "utf-8") == "✓ fine …"
    assert line(Diagnosis("ok", "fine …"), "ascii") == "+ fine ?"


def test_the_complaints_about_a_stack_file_stay_apart() -> None:
    found = from_error(ConfigError(["aicore:checks: must be on or off", "aicore:deployments.b.model: is missing"]))

    assert line(found, "utf-8") == (
        "✗ The stack's configuration is not valid: aicore:checks: must be on or off; "
        "aicore:deployments.b.model: is missing"
    )


def test_the_advice_of_an_error_is_one_text() -> None:
    found = from_error(AICoreError("It is gone.\nMake it anew,\nor do not."))

    assert line(found, "utf-8") == "✗ It is gone: Make it anew, or do not"


@pytest.mark.parametrize(
    ("errors", "text"),
    [
        ("warning: old\nerror: no stack selected; please\n", "no stack selected; please"),
        ("error: no YAML:\n  line 7: chat twice\nhelp: see", "no YAML: line 7: chat twice"),
        ("Traceback\n  File\nImportError: gone\n\n", "ImportError: gone"),
        ("", ""),
    ],
)
def test_a_failed_commands_reason(errors: str, text: str) -> None:
    assert complaint(errors) == text


def test_a_secret_resource_group_is_named_in_no_finding() -> None:
    hidden = SecretText("hidden-group")
    config = StackConfig.parse({"deployments": {"chat": {"model": "m", "version": "1", "resourceGroup": hidden}}})

    (told,) = judge_orchestration(config, [hidden])

    assert "[secret]" in told.message
    assert "hidden-group" not in f"{told.message} {told.advice}"
