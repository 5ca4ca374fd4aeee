"""The workflows that `aicore-provider init` writes: what they are trusted with is no more than they need."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from aicore_provider.cli.init.package import Package
from aicore_provider.cli.init.repository import PULUMI_VERSION
from aicore_provider.cli.upgrade import upgrade
from sandbox.pulumi_from_go import VERSION
from tests.support.repositories import repository

ROOT = Path(__file__).parents[2]
BIN = Path(sys.prefix) / "bin"
S3 = "s3://states?region=eu-central-1"
STATES = [
    ("https://api.pulumi.com", False),
    ("https://api.pulumi.com", True),
    (S3, False),
    (S3, True),
    ("gs://s", False),
]
INSTALL = ".venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt"
SECRET = re.compile(r"\$\{\{ secrets\.(\w+) \}\}")
USED = re.compile(r"^\s*- uses: (\S+)(.*)$", re.MULTILINE)
KEY = "AICORE_SERVICE_KEY"


def github(backend: str = "https://api.pulumi.com", *, oidc: bool = False) -> dict[str, str]:
    """The workflow files by name."""
    texts = repository("dev", "prod", backend=backend, oidc=oidc).texts()
    return {Path(path).name: text for path, text in texts.items() if path.startswith(".github/workflows/")}


def gitlab(backend: str = "https://api.pulumi.com", *, oidc: bool = False) -> str:
    return repository("dev", "prod", ci="gitlab", backend=backend, oidc=oidc).texts()[".gitlab-ci.yml"]


def jobs(workflow: Any) -> list[Any]:
    return list(workflow["jobs"].values())


def steps(workflow: Any) -> Iterator[Any]:
    for job in jobs(workflow):
        yield from job["steps"]


CASES = [(name, backend, oidc) for backend, oidc in STATES for name in github()]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1].partition(':')[0]}{'-oidc' if case[2] else ''}")
def text(request: pytest.FixtureRequest) -> str:
    name, backend, oidc = request.param
    return github(backend, oidc=oidc)[name]


@pytest.fixture
def workflow(text: str) -> Any:
    return yaml.safe_load(text)


def run(*command: str | Path) -> str:
    ended = subprocess.run([str(each) for each in command], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.parametrize(("backend", "oidc"), STATES)
def test_checkers_of_workflows_find_nothing(tmp_path: Path, backend: str, oidc: bool) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name, text in github(backend, oidc=oidc).items():
        (folder / name).write_text(text)
    pipeline = tmp_path / ".gitlab-ci.yml"
    pipeline.write_text(gitlab(backend, oidc=oidc))
    check = BIN / "check-jsonschema"
    run(check, "--builtin-schema", "vendor.github-workflows", *sorted(folder.iterdir()))
    run(check, "--builtin-schema", "vendor.gitlab-ci", pipeline)
    assert "No findings to report" in run(BIN / "zizmor", "--offline", "--no-progress", tmp_path)


def test_the_example_in_the_documentation_is_what_init_writes() -> None:
    written = repository("prod").texts()[".github/workflows/upgrade-models.yml"]
    assert (ROOT / "docs" / "workflows" / "upgrade-models.yml").read_text() == written


def test_the_cli_is_the_one_with_which_this_package_is_tested() -> None:
    assert PULUMI_VERSION == VERSION
    used = {step["with"]["pulumi-version"] for text in github().values() for step in steps(yaml.safe_load(text))
            if step.get("uses", "").startswith("pulumi/actions@")}  # fmt: skip
    assert used == {VERSION}
    assert yaml.safe_load(gitlab())["default"]["image"]["name"].endswith(f":{VERSION}")


def test_actions_are_pinned_by_commit_with_their_version_beside(text: str, workflow: Any) -> None:
    used = USED.findall(text)
    assert [action for action, _ in used] == [step["uses"] for step in steps(workflow) if "uses" in step]
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_of_each_action_there_is_one_version() -> None:
    texts = [text for backend, oidc in STATES for text in github(backend, oidc=oidc).values()]
    used = {each for text in texts for each in USED.findall(text)}
    assert len(used) == len({action.partition("@")[0] for action, _ in used}) == 5


def test_a_secret_is_given_to_the_one_step_that_needs_it(workflow: Any) -> None:
    elsewhere = {**workflow, "jobs": [{**job, "steps": []} for job in jobs(workflow)]}
    assert "secrets." not in str(elsewhere)
    for step in steps(workflow):
        is_engine = step.get("uses", "").startswith("pulumi/actions@")
        is_ours = step.get("run", "").startswith(".venv/bin/aicore-provider ")
        given = {name: SECRET.fullmatch(value) for name, value in step.get("env", {}).items() if "secrets." in value}
        assert (KEY in given) is (is_engine or is_ours)
        assert all(found and found[1] == name for name, found in given.items())
        assert is_engine or set(given) <= {KEY}
        assert "secrets." not in str({**step, "env": {}})


@pytest.mark.parametrize(
    ("backend", "oidc", "secrets"),
    [
        ("https://api.pulumi.com", False, {"PULUMI_ACCESS_TOKEN"}),
        ("https://api.pulumi.com", True, set()),
        (S3, False, {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PULUMI_CONFIG_PASSPHRASE"}),
        (S3, True, {"PULUMI_CONFIG_PASSPHRASE"}),
    ],
)
def test_oidc_leaves_no_key_of_the_backend(backend: str, oidc: bool, secrets: set[str]) -> None:
    made = repository("dev", backend=backend, oidc=oidc)
    text = made.texts()[".github/workflows/up.yml"]
    assert set(SECRET.findall(text)) == {KEY, *secrets}
    assert (yaml.safe_load(text)["jobs"]["up"]["permissions"].get("id-token") == "write") is oidc
    told = [line for line in made.texts()["README.md"].splitlines() if line.strip().startswith("| secret | `")]
    assert {line.split("`")[1] for line in told} == {KEY, *secrets}


def test_no_credentials_are_left_on_the_disk(workflow: Any) -> None:
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs(workflow))
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_each_job_has_rights_of_its_own(workflow: Any) -> None:
    assert workflow["permissions"] == {}
    for job in jobs(workflow):
        pushes = any("git push" in step.get("run", "") for step in job["steps"])
        comments = any(step.get("with", {}).get("comment-on-pr") for step in job["steps"])
        by_oidc = any("id-token" in each for each in job["permissions"])
        proves = {"pulumi/auth-actions", "aws-actions/configure-aws-credentials"}
        assert by_oidc is any(step.get("uses", "").partition("@")[0] in proves for step in job["steps"])
        wanted = {"contents": "write" if pushes else "read"}
        wanted |= {"pull-requests": "write"} if pushes or comments else {}
        assert job["permissions"] == wanted | ({"id-token": "write"} if by_oidc else {})


def test_what_is_installed_is_fixed_by_hashes(workflow: Any) -> None:
    installs = [step["run"] for step in steps(workflow) if "pip install" in step.get("run", "")]
    assert installs == [INSTALL] * len(jobs(workflow))
    assert INSTALL in yaml.safe_load(gitlab())["default"]["before_script"]


def test_what_comes_from_git_has_no_hashes_and_nobody_says_so() -> None:
    package = Package(url="git+https://HOST/OWNER/REPOSITORY@v0.2.0")
    texts = repository("dev", package=package).texts()
    for path in (".github/workflows/up.yml", ".github/workflows/upgrade-models.yml", "README.md"):
        assert "--require-hashes" not in texts[path]
        assert "--generate-hashes" not in texts[path]
    assert "with hashes" not in texts[".github/workflows/upgrade-models.yml"]


def test_nothing_is_put_into_a_script_by_expression(workflow: Any) -> None:
    assert not any("${{" in step.get("run", "") for step in steps(workflow))


def test_no_up_is_cancelled_and_no_two_run_at_once() -> None:
    up = yaml.safe_load(github()["up.yml"])
    assert up["concurrency"] == {"group": "up", "cancel-in-progress": False}
    assert up["jobs"]["up"]["strategy"] == {"max-parallel": 1, "matrix": {"stack": ["dev", "prod"]}}
    pipeline = yaml.safe_load(gitlab())
    assert pipeline[".up"]["interruptible"] is False
    assert [pipeline[f"up:{stack}"]["resource_group"] for stack in ("dev", "prod")] == ["dev", "prod"]
    assert pipeline["up:prod"]["needs"] == ["up:dev"]


def test_every_job_that_runs_the_engine_waits_for_many_deployments_at_once() -> None:
    for text in github().values():
        for step in steps(yaml.safe_load(text)):
            if step.get("uses", "").startswith("pulumi/actions@"):
                assert step["env"]["PULUMI_PARALLEL"] == "64"
    assert yaml.safe_load(gitlab())["variables"]["PULUMI_PARALLEL"] == "64"


def test_a_preview_of_a_fork_is_not_tried() -> None:
    preview = yaml.safe_load(github()["preview.yml"])["jobs"]["preview"]
    assert preview["if"] == "github.event.pull_request.head.repo.full_name == github.repository"


def test_a_name_that_yaml_reads_otherwise_is_quoted() -> None:
    texts = repository("on", "1.0", ci="github").texts()
    assert yaml.safe_load(texts[".github/workflows/up.yml"])["jobs"]["up"]["strategy"]["matrix"]["stack"] == [
        "on",
        "1.0",
    ]
    pipeline = yaml.safe_load(repository("on", "1.0", ci="gitlab").texts()[".gitlab-ci.yml"])
    assert pipeline["up:1.0"]["variables"] == {"STACK": "1.0"}


def commands() -> Iterator[str]:
    for text in github().values():
        yield from (step["run"].partition(" | ")[0] for step in steps(yaml.safe_load(text)) if "run" in step)
    for job in yaml.safe_load(gitlab()).values():
        yield from job.get("script", ()) if isinstance(job, dict) else ()


def test_the_command_takes_what_it_is_called_with() -> None:
    called = [shlex.split(each)[1:] for each in commands() if each.startswith(".venv/bin/aicore-provider ")]
    assert len(called) == 3
    for name, *arguments in called:
        assert name == "upgrade"
        assert upgrade.make_context(name, arguments).params["stack"] == "$STACK"


class GitLab(HTTPServer):
    """What the comments of a merge request need of GitLab's API."""

    def __init__(self) -> None:
        self.notes: list[dict[str, Any]] = [{"id": 1, "body": "I like it"}]
        self.seen: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Notes)


class _Notes(BaseHTTPRequestHandler):
    server: GitLab

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.server.notes.append({"id": len(self.server.notes) + 1, **self._body()})
        self._answer()

    def do_PUT(self) -> None:
        self.server.notes[int(self.path.rpartition("/")[2]) - 1].update(self._body())
        self._answer()

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self) -> None:
        self.server.seen.append((self.command, self.headers["PRIVATE-TOKEN"]))
        assert self.path.startswith("/api/v4/projects/7/merge_requests/3/notes")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(self.server.notes).encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_a_preview_is_one_comment_that_is_renewed(tmp_path: Path) -> None:
    script, preview = tmp_path / "comment.py", tmp_path / "preview.txt"
    script.write_text(repository("dev", ci="gitlab").texts()[".gitlab/merge_request_comment.py"])
    with GitLab() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = {"CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}/api/v4", "CI_PROJECT_ID": "7"}
        environment = base | {"CI_MERGE_REQUEST_IID": "3", "GITLAB_TOKEN": "a-token", "no_proxy": "*"}

        def comment(stack: str, told: str, **more: str) -> subprocess.CompletedProcess[str]:
            preview.write_text(told)
            command = [sys.executable, str(script), str(preview)]
            variables = {**environment, "STACK": stack, **more}
            return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)

        for stack, told in (("dev", "+ create"), ("prod", "1 ```unchanged"), ("dev", "~ update")):
            assert comment(stack, told).returncode == 0
        assert [each["body"] for each in server.notes] == [
            "I like it",
            "#### Preview of dev\n\n```text\n~ update\n```\n",
            "#### Preview of prod\n\n```text\n1 '''unchanged\n```\n",
        ]
        assert {token for _, token in server.seen} == {"a-token"}
        without = comment("dev", "+ create", GITLAB_TOKEN="")
        assert (without.returncode, without.stderr) == (1, "No comment: the variable GITLAB_TOKEN is not set.\n")
        server.shutdown()
