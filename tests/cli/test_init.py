"""`aicore-provider init`: what it writes, asks and refuses. `tests/engine/test_init.py` runs what it writes."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from aicore_provider.cli.init.choices import Model
from aicore_provider.cli.init.package import Package, read_package
from aicore_provider.cli.init.repository import Environment
from aicore_provider.emulator import Emulator
from aicore_provider.own_version import own_version
from aicore_provider.stack.model import StackConfig
from tests.cli.command import Command
from tests.cli.documents import document
from tests.support.repositories import repository

ROOT = Path(__file__).parents[2]
ALWAYS = {
    ".gitignore",
    "Pulumi.yaml",
    "README.md",
    "__main__.py",
    "requirements.in",
    "requirements.txt",
    "stacks/Pulumi.emulator.yaml",
    "stacks/stack.schema.json",
}
GITHUB = {f".github/workflows/{each}.yml" for each in ("preview", "up", "drift", "upgrade-models")}
NOBODY = {"AICORE_BASE_URL": None, "AICORE_AUTH_URL": None, "AICORE_CLIENT_ID": None, "AICORE_CLIENT_SECRET": None}


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def stack_file(folder: Path, stack: str) -> Any:
    """The configuration of a stack file, after a check that it is valid, for the program and for an editor."""
    text = (folder / "stacks" / f"Pulumi.{stack}.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=stack.schema.json\n")
    document = yaml.safe_load(text)
    jsonschema.validate(document, json.loads((folder / "stacks" / "stack.schema.json").read_text()))
    config = {key.removeprefix("aicore:"): value for key, value in document["config"].items()}
    StackConfig.parse(config)
    return config


def test_without_options_or_credentials_it_writes_one_environment_for_github(command: Command, tmp_path: Path) -> None:
    ended = command("init", "--yes", **NOBODY)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert written(tmp_path) == ALWAYS | GITHUB | {"stacks/Pulumi.dev.yaml"}
    assert all(f"  {path}\n" in ended.stdout for path in written(tmp_path))
    assert stack_file(tmp_path, "dev") == {
        "resourceGroup": "default",
        "deployments": {"chat": {"model": "gpt-5-mini", "version": "latest"}},
        "retirement": {"warnDays": 90, "failDays": 0},
    }
    assert yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())["name"] == tmp_path.name
    wanted = f"aicore-provider[cli]=={own_version()}\n"
    assert (tmp_path / "requirements.in").read_text() == wanted
    assert (tmp_path / "requirements.txt").read_text().endswith(wanted)


def test_flags_say_everything(command: Command, tmp_path: Path, emulator: Emulator) -> None:
    options = ["--project", "models", "--environment", "dev", "--environment", "prod", "-g", "team-a", "--ci", "gitlab"]
    models = [
        "--model",
        "text-embedding-3-large@1",
        "--model",
        "dev=gpt-5@latest",
        "--model",
        "prod=gpt-5-mini@2025-08-07",
    ]
    state = ["--backend", "s3://states", "--service-url", "https://api.example.com/"]
    ended = command("init", *options, *models, *state, "--package", "aicore-provider>=0.2,<0.3", "--yes")
    assert ended.exit_code == 0, ended.stderr
    assert emulator.journal == [], "the credentials are for another service"
    ours = {".gitlab-ci.yml", ".gitlab/merge_request_comment.py", "stacks/Pulumi.dev.yaml", "stacks/Pulumi.prod.yaml"}
    assert written(tmp_path) == ALWAYS | ours
    embeddings = {"model": "text-embedding-3-large", "version": "1"}
    dev, prod = stack_file(tmp_path, "dev"), stack_file(tmp_path, "prod")
    assert dev["deployments"] == {"embeddings": embeddings, "chat": {"model": "gpt-5", "version": "latest"}}
    assert prod["deployments"]["chat"] == {"model": "gpt-5-mini", "version": "2025-08-07"}
    assert (dev["baseUrl"], dev["resourceGroup"]) == ("https://api.example.com", "team-a")
    project = yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())
    assert (project["name"], project["backend"]) == ("models", {"url": "s3://states"})
    assert (tmp_path / "requirements.in").read_text() == "aicore-provider[cli]>=0.2,<0.3\n"


def test_models_that_are_for_the_same_are_called_by_their_names() -> None:
    both = Environment("dev", (Model("gpt-5", "latest"), Model("gpt-5-mini", "latest"), Model("own/embed", "")))
    assert both.deployments == {
        "gpt-5": {"model": "gpt-5", "version": "latest"},
        "gpt-5-mini": {"model": "gpt-5-mini", "version": "latest"},
        "embeddings": {"model": "own/embed"},
    }


def test_with_credentials_versions_are_those_of_the_catalogue(
    command: Command, tmp_path: Path, emulator: Emulator
) -> None:
    ended = command("init", "--environment", "dev", "--environment", "prod", "--model", "dev=gpt-5.2", "--yes")
    assert ended.exit_code == 0
    assert ended.stderr == f"Looking up the models of {emulator.url}, resource group default ...\n"
    assert stack_file(tmp_path, "dev")["deployments"] == {"chat": {"model": "gpt-5.2", "version": "2025-12-11"}}
    assert stack_file(tmp_path, "prod")["deployments"] == {"chat": {"model": "gpt-5-mini", "version": "2025-08-07"}}
    assert stack_file(tmp_path, "prod")["baseUrl"] == emulator.url
    assert {each.method for each in emulator.journal if "/v2/" in each.path} == {"GET"}


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("gpt-5-mimi", "the service does not offer gpt-5-mimi; it has gpt-5-mini"),
        ("gpt-5-mini@1", "the service does not offer gpt-5-mini@1; it has 2025-05-01, 2025-08-07"),
    ],
)
def test_what_the_service_does_not_offer_is_told_and_written(
    command: Command, tmp_path: Path, model: str, told: str
) -> None:
    ended = command("init", "--model", model, "--yes")
    assert ended.exit_code == 0
    assert told in ended.stderr
    assert stack_file(tmp_path, "dev")["deployments"]["chat"]["model"] == model.partition("@")[0]


def test_a_service_that_does_not_answer_is_no_obstacle(command: Command, tmp_path: Path, emulator: Emulator) -> None:
    emulator.faults = [{"path": "/v2/lm/scenarios*", "effect": {"status": 403, "body": "denied"}}]
    ended = command("init", "--yes")
    assert ended.exit_code == 0
    assert "Warning: models and versions are not looked up: " in ended.stderr
    assert stack_file(tmp_path, "dev")["deployments"]["chat"]["version"] == "latest"


def test_the_stack_for_the_emulator_is_what_it_offers(command: Command, tmp_path: Path) -> None:
    assert command("init", "--yes").exit_code == 0
    [entry] = stack_file(tmp_path, "emulator")["deployments"].values()
    offered = json.loads(command("models", entry["model"], "--json").stdout)["models"]
    [version] = [each for each in offered if (each["model"], each["version"]) == tuple(entry.values())]
    assert version["retirementDate"] is None, "so that it works for as long as this version of the emulator"


def test_json_tells_what_was_written_by_the_documented_keys(command: Command, tmp_path: Path) -> None:
    ended = command("init", "--project", "models", "--yes", "--json")
    told = document("init", ended.stdout)
    assert told["files"] == sorted(written(tmp_path))
    dev = {"model": "gpt-5-mini", "version": "2025-08-07"}
    assert told["environments"] == [{"name": "dev", "file": "stacks/Pulumi.dev.yaml", "deployments": {"chat": dev}}]


@pytest.mark.parametrize("options", [[], ["--json"], ["--environment", "dev", "--ci", "none"]])
def test_without_a_terminal_nothing_is_written_without_yes(
    command: Command, tmp_path: Path, options: list[str]
) -> None:
    ended = command("init", *options)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == ("Error: Nothing was written: there is no terminal to ask on.\nRun it again with --yes.\n")
    assert written(tmp_path) == set()


@pytest.mark.parametrize(
    "package", ["aicore-provider", "aicore-provider==0.2.0", "git+https://HOST/OWNER/REPOSITORY@v1"]
)
def test_a_package_on_an_index_is_told_to_be_on_no_public_one(command: Command, package: str) -> None:
    ended = command("init", "--package", package, "--yes", **NOBODY)
    told = "from an index. No public index has it yet, so this fails without an index of your own.\n"
    assert (told in ended.stdout) == (not package.startswith("git+"))


@pytest.mark.parametrize("taken", ["Pulumi.yaml", "stacks/Pulumi.dev.yaml", ".github/workflows/up.yml", ".gitignore"])
def test_a_file_that_exists_is_named_and_nothing_is_written(command: Command, tmp_path: Path, taken: str) -> None:
    path = tmp_path / taken
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    ended = command("init", "--yes", **NOBODY)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"Nothing was written, since this folder has already: {taken}." in ended.stderr
    assert (written(tmp_path), path.read_text()) == ({taken}, "mine")


def test_a_file_in_the_place_of_a_folder_is_named_too(command: Command, tmp_path: Path) -> None:
    (tmp_path / "stacks").write_text("mine")
    (tmp_path / "README.md").symlink_to("nowhere")
    ended = command("init", "--yes", **NOBODY)
    assert "this folder has already: stacks." in ended.stderr
    assert written(tmp_path) == {"stacks"}


def test_what_was_written_is_taken_away_where_the_rest_cannot_be(command: Command, tmp_path: Path) -> None:
    (tmp_path / "stacks").symlink_to("nowhere/at/all")
    ended = command("init", "--yes", **NOBODY)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "cannot be written: " in ended.stderr
    assert written(tmp_path) == set()


def test_a_fresh_clone_keeps_its_readme(command: Command, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)  # noqa: S607
    for name in ("README.md", "LICENSE"):
        (tmp_path / name).write_text("mine")
    ended = command("init", "--yes", **NOBODY)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.splitlines()[-1].startswith("INFRASTRUCTURE.md says how to try it")
    assert [(tmp_path / name).read_text() for name in ("README.md", "LICENSE")] == ["mine", "mine"]
    assert "## Try it without a tenant" in (tmp_path / "INFRASTRUCTURE.md").read_text()
    assert "INFRASTRUCTURE.md" in (tmp_path / "requirements.txt").read_text()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--project", "my models"], "'my models' is no name"),
        (["--environment", "dev/x"], "'dev/x' is no name"),
        (["--environment", "emulator"], "'emulator' is the stack that is written in any case"),
        (["--model", "prod=gpt-5"], "--model names the environment prod, which is none of dev"),
        (["--model", "gpt-5@"], "'gpt-5@' is not of the form"),
        (["-g", "x"], "'x' is no resource group id"),
        (["--service-url", "http://api.example.com"], "it is no https URL"),
        (["--backend", "states"], "is no address such as"),
        (["--backend", "postgres://me:s3cret@host/states"], "holds a password"),
        (["--backend", "s3://["], "is no address such as"),
        (["--backend", "s3://two words"], "is no address such as"),
        (["--environment=-dev"], "'-dev' begins like an option"),
        (["--backend", "azblob://states", "--oidc"], "--oidc is for Pulumi Cloud and S3"),
        (["--backend", "https://pulumi.example.com", "--oidc"], "--oidc is for Pulumi Cloud and S3"),
        (["--package", "nothing.whl"], "nothing.whl is no wheel of aicore-provider on this machine"),
        (["--package", "flask"], "'flask' is neither a wheel, nor a URL"),
        (["--package", "aicore-providers"], "'aicore-providers' is neither a wheel, nor a URL"),
        (["--package", "aicore-provider 0.2.0"], "'aicore-provider 0.2.0' is neither a wheel, nor a URL"),
        (["--package", "https://["], "'https://[' is neither a wheel, nor a URL"),
        (["--package", "https://host/two words"], "'https://host/two words' is neither a wheel, nor a URL"),
        (["--package", "git+https://me:s3cret@host/r@v1"], "the URL holds a password or token"),
        (["--package", "git+https://s3cret@host/r@v1"], "the URL holds a password or token"),
        (["--package", "aicore-provider @ https://s3cret@host/p.whl"], "the URL holds a password or token"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    command: Command, tmp_path: Path, options: list[str], complaint: str
) -> None:
    ended = command("init", *options, "--yes", **NOBODY)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert complaint in " ".join(ended.stderr.split())
    assert "s3cret" not in ended.stderr
    assert written(tmp_path) == set()


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        ("aicore-provider==0.2.0", "aicore-provider[cli]==0.2.0"),
        ("aicore-provider", "aicore-provider[cli]"),
        ("aicore-provider[emulator]~=0.3", "aicore-provider[cli]~=0.3"),
        ("git+https://HOST/OWNER/REPOSITORY@v0.2.0", "aicore-provider[cli] @ git+https://HOST/OWNER/REPOSITORY@v0.2.0"),
        ("aicore-provider @ https://HOST/a.whl", "aicore-provider[cli] @ https://HOST/a.whl"),
    ],
)
def test_how_the_package_is_required(text: str, requirement: str) -> None:
    assert read_package(text).requirement("cli") == requirement


def test_a_wheel_is_copied_and_required_by_its_path(command: Command, tmp_path: Path) -> None:
    wheel = tmp_path / "dist" / "aicore_provider-0.2.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"PK\x05\x06\r\n")
    ended = command("init", "--package", f"dist/{wheel.name}", "--yes", **NOBODY)
    assert ended.exit_code == 0, ended.stderr
    assert (tmp_path / "wheels" / wheel.name).read_bytes() == wheel.read_bytes()
    assert (tmp_path / "requirements.in").read_text() == f"./wheels/{wheel.name}[cli]\n"
    assert f"pip install './wheels/{wheel.name}[emulator]'" in (tmp_path / "README.md").read_text()


def test_a_wheel_that_is_there_already_is_used(command: Command, tmp_path: Path) -> None:
    wheel = tmp_path / "wheels" / "aicore_provider-0.2.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"PK")
    ended = command("init", "--package", f"wheels/{wheel.name}", "--yes", **NOBODY)
    assert ended.exit_code == 0, ended.stderr
    assert wheel.read_bytes() == b"PK"


def test_program_and_project_are_those_of_this_repository() -> None:
    texts = repository("dev").texts()
    assert texts["__main__.py"] == (ROOT / "__main__.py").read_text()
    project, own = (yaml.safe_load(text) for text in (texts["Pulumi.yaml"], (ROOT / "Pulumi.yaml").read_text()))
    same = ("runtime", "stackConfigDir", "options")
    assert {key: project[key] for key in same} == {key: own[key] for key in same}


@pytest.mark.parametrize("ci", ["github", "gitlab", "none"])
@pytest.mark.parametrize("oidc", [False, True])
@pytest.mark.parametrize("package", [Package(version="==0.2.0"), Package(url="git+https://HOST/OWNER/REPOSITORY")])
def test_no_place_of_a_template_is_left_and_the_readme_leads_somewhere(ci: Any, oidc: bool, package: Package) -> None:
    texts = repository("dev", "prod", ci=ci, oidc=oidc, package=package).texts()
    assert not [path for path, text in texts.items() if re.search(r"@[A-Z_]+@", text)]
    assert not [path for path, text in texts.items() if not text.endswith("\n") or " \n" in text]
    readme = texts["README.md"]
    headings = {re.sub(r"\W+", "-", line.lstrip("# ").lower()) for line in readme.splitlines() if line.startswith("#")}
    assert set(re.findall(r"\]\(#([\w-]+)\)", readme)) <= headings


def in_a_terminal(folder: Path, answers: list[str], *options: str) -> tuple[int, str]:
    """Run the command in a terminal; its exit code and all that it shows."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "aicore_provider.cli", "init", *options]
    environment = {"PATH": "", "HOME": str(folder), "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, "".join(f"{each}\n" for each in answers).encode())
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:
            """The other end is closed."""
    os.close(ours)
    return process.returncode, shown.decode().replace("\r", "")


def test_in_a_terminal_it_asks_for_what_no_option_says(tmp_path: Path) -> None:
    names = ["not a name", "models", "emulator", "dev, prod"]
    others = [
        "http://api.example.com",
        "",
        "",
        "gpt-5@2025-08-07",
        "",
        "none",
        "gs://states",
        "flask",
        "git+https://HOST/OWNER/REPOSITORY@v1",
    ]
    code, shown = in_a_terminal(tmp_path, names + others)
    assert code == 0, shown
    assert [
        each
        for each in ("'not a name' is no name", "'emulator' is the stack", "it is no https URL", "'flask' is neither")
        if each not in shown
    ] == []
    assert "Model of prod, such as MODEL or MODEL@VERSION [gpt-5@2025-08-07]: " in shown
    assert f" a wheel or a URL) [aicore-provider=={own_version()}]: " in shown
    assert "from an index" not in shown
    assert "@ git+https://HOST/OWNER/REPOSITORY@v1" in (tmp_path / "requirements.in").read_text()
    assert written(tmp_path) == ALWAYS | {"stacks/Pulumi.dev.yaml", "stacks/Pulumi.prod.yaml"}
    project = yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())
    assert (project["name"], project["backend"]["url"]) == ("models", "gs://states")
    assert stack_file(tmp_path, "prod")["deployments"]["chat"] == {"model": "gpt-5", "version": "2025-08-07"}


def test_in_a_terminal_a_folder_in_use_is_told_before_any_question(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("mine")
    code, shown = in_a_terminal(tmp_path, [])
    assert (code, shown.splitlines()[0]) == (
        1,
        "Error: Nothing was written, since this folder has already: Pulumi.yaml.",
    )


def test_with_json_it_asks_too(tmp_path: Path) -> None:
    options = [
        "--environment",
        "dev",
        "--model",
        "gpt-5",
        "--service-url",
        "",
        "-g",
        "default",
        "--ci",
        "none",
        "--json",
    ]
    code, shown = in_a_terminal(tmp_path, ["models", "", ""], *options)
    assert code == 0, shown
    told = document("init", shown[shown.index("{") :])
    assert (told["project"], told["package"]) == ("models", f"aicore-provider[cli]=={own_version()}")


def test_yes_asks_nothing_in_a_terminal(tmp_path: Path) -> None:
    code, shown = in_a_terminal(tmp_path, [], "--yes", "--ci", "none")
    assert (code, "[" in shown.partition("pip gets")[0]) == (0, False)
    assert written(tmp_path) == ALWAYS | {"stacks/Pulumi.dev.yaml"}
