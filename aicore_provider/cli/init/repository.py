"""What a new repository holds: texts by path, as a function of what was chosen. Nothing is read but templates.

The texts are in `templates/`. In them `@NAME@` stands for a value; a line with nothing else stands for all lines of the
value, and vanishes where that is empty.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from aicore_provider.catalog.catalog import NO_VERSION
from aicore_provider.cli.init.choices import EMULATOR, Ci, Model
from aicore_provider.cli.init.package import Package
from aicore_provider.cli.init.state_store import PULUMI_CLOUD, StateStore, state_store
from aicore_provider.stack.entry import as_yaml, fit_name
from aicore_provider.stack.schema import stack_file_schema
from aicore_provider.stack.yaml_text import needs_no_quotes

README = "README.md"
OTHER_README = "INFRASTRUCTURE.md"
"""Takes the place of `README.md` in a folder that has one."""
PULUMI_VERSION = "3.259.0"
"""The CLI that a CI uses: the one with which this package is tested."""

_PORT = 8080
_ACTION = "pulumi/actions@8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0"
_SERVICE_KEY = {"AICORE_SERVICE_KEY": "the JSON of the service key of SAP AI Core"}
_WORKFLOWS = ("preview.yml", "up.yml", "drift.yml", "upgrade-models.yml")
_INSTALLED = "It installs just what requirements.txt names, with hashes, which no index can change afterwards."
_INSTALLED_WITHOUT_HASHES = "It installs what requirements.txt names, without hashes: what comes from Git has none."
_TOKEN = re.compile(r"@([A-Z]+(?:_[A-Z]+)*)@")
_ALONE = re.compile(r"( *)@([A-Z]+(?:_[A-Z]+)*)@")
_EMULATOR_FILE = f"""\
# yaml-language-server: $schema=stack.schema.json
# The emulated AI Core on this machine, which README.md says how to start. No CI looks at this file.
# Belongs to the passphrase of README.md; there is no secret in this file.
encryptionsalt: v1:fHBG3zwNbmE=:v1:frnAvZ1NW74sZjKq:ZriVkPQi7BeHrgyZmo4vvVRcpWY3mg==
config:
  aicore:baseUrl: http://127.0.0.1:{_PORT}
  aicore:deployments:
    # Pinned: it runs this version until you write another one here.
    chat: {{model: gpt-5-mini, version: "2025-08-07"}}
"""


@dataclass(frozen=True)
class Environment:
    """A stack: its name, and the models that it offers."""

    name: str
    models: tuple[Model, ...]

    @property
    def file(self) -> str:
        """The path of its stack file in the repository."""
        return f"stacks/Pulumi.{self.name}.yaml"

    @property
    def deployments(self) -> dict[str, dict[str, Any]]:
        """The entries of its stack file.

        A model is called by what it is for, as long as no other one of the environment is for the same.
        """
        uses = Counter(_use(each) for each in self.models)
        return {_use(each) if uses[_use(each)] == 1 else fit_name(each.name): _entry(each) for each in self.models}


@dataclass(frozen=True)
class Repository:
    """What was chosen for a new repository.

    `service_url` is "" where it is not known. `backend` is the address of the states. With `oidc`, a CI proves to the
    backend who it is, in place of a key.
    """

    project: str
    environments: tuple[Environment, ...]
    service_url: str
    resource_group: str
    package: Package
    ci: Ci
    backend: str = PULUMI_CLOUD
    oidc: bool = False

    @property
    def stacks(self) -> tuple[str, ...]:
        """The names of its environments."""
        return tuple(each.name for each in self.environments)

    def texts(self, readme: str = README) -> dict[str, str]:
        """Return the text of each file by its path, with `/`; the wheel of the package is not among them."""
        values = self._values()
        found = {
            "Pulumi.yaml": _filled("Pulumi.yaml", values),
            "__main__.py": _template("__main__.py.txt"),
            **{each.file: self._stack_file(each) for each in self.environments},
            f"stacks/Pulumi.{EMULATOR}.yaml": _EMULATOR_FILE,
            "stacks/stack.schema.json": f"{json.dumps(stack_file_schema(), indent=2)}\n",
            "requirements.in": f"{self.package.requirement('cli')}\n",
            "requirements.txt": f"# Not pinned yet; {readme} says how.\n{self.package.requirement('cli')}\n",
            ".gitignore": _template("gitignore"),
            readme: _filled("README.md", values),
        }
        if self.ci == "github":
            found |= {f".github/workflows/{each}": _filled(f"github/{each}", values) for each in _WORKFLOWS}
        if self.ci == "gitlab":
            found[".gitlab-ci.yml"] = _filled("gitlab/gitlab-ci.yml", values)
            found[".gitlab/merge_request_comment.py"] = _template("gitlab/merge_request_comment.py.txt")
        return found

    def _stack_file(self, environment: Environment) -> str:
        lines = ["# yaml-language-server: $schema=stack.schema.json", "config:"]
        lines.append(
            "  # The `serviceurls.AI_API_URL` of the service key. Credentials for any other service are refused."
        )
        if self.service_url:
            lines.append(f"  aicore:baseUrl: {self.service_url}")
        else:
            lines.append("  # aicore:baseUrl: https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com")
        lines += [f"  aicore:resourceGroup: {_word(self.resource_group)}", "  aicore:deployments:"]
        lines += [f"    {as_yaml(name, entry)}".rstrip() for name, entry in environment.deployments.items()]
        lines.append("  # A preview warns 90 days before a model retires, and fails once it is retired.")
        lines.append("  aicore:retirement: {warnDays: 90, failDays: 0}")
        return "\n".join(lines) + "\n"

    def _values(self) -> dict[str, str]:
        """Return the values of all templates."""
        store = state_store(self.backend)
        hashes = self.package.has_hash
        oidc = store.oidc if self.oidc else ""
        secrets = _SERVICE_KEY | {**(store.oidc_secrets if self.oidc else store.secrets)}
        variables = store.oidc_variables if self.oidc else {}
        shown = ", ".join(f"`{each}`" for each in self.stacks)
        rows = [("secret", secrets), ("variable", variables)]
        values = {
            "PROJECT": _word(self.project),
            "BACKEND": "" if self.backend == PULUMI_CLOUD else f"backend:\n  url: {_word(self.backend)}",
            "PORT": str(_PORT),
            "PULUMI_ACTION": _ACTION,
            "PULUMI_VERSION": PULUMI_VERSION,
            "STACKS": ", ".join(map(_word, self.stacks)),
            "SECRETS": _lines(f"{name}: ${{{{ secrets.{name} }}}}" for name in secrets),
            "INSTALL": f"pip install {'--require-hashes --only-binary :all: ' if hashes else ''}-r requirements.txt",
            "INSTALLED": _INSTALLED if hashes else _INSTALLED_WITHOUT_HASHES,
            "LOCK": f"uv pip compile --universal {'--generate-hashes ' if hashes else ''}requirements.in"
            " -o requirements.txt",
            "EMULATOR_REQUIREMENT": self.package.requirement(EMULATOR),
            "PACKAGE_TEXT": _package_text(self.package),
            "HASHES_TOO": " and the hashes of its files" if hashes else "",
            "HASHES_NEEDED": "Without hashes the installation is refused." if hashes else "",
            "LOGIN": _login(self.backend),
            "STACK_ROWS": _lines(
                f"| `{each.file}` | what environment {each.name} offers |" for each in self.environments
            ),
            "SET_UP_STACKS": _lines(_set_up(each) for each in self.stacks),
            "STACK_ORDER": shown,
            "ENVIRONMENTS": shown,
            "PREVIEW_ENVIRONMENTS": ", ".join(f"`{each}-preview`" for each in self.stacks),
            "UP_JOB_NAMES": ", ".join(f"`up:{each}`" for each in self.stacks),
            "CI_VALUES": _lines(
                f"   | {kind} | `{name}` | {what} |" for kind, named in rows for name, what in named.items()
            ),
            "STATE_SECRETS": ", ".join(f"`{each}`" for each in store.secrets),
            "OIDC_TEXT": _oidc_text(store, oidc=self.oidc),
            "OIDC_PERMISSION": "id-token: write # for the state" if oidc else "",
            "OIDC_STEP": _template(f"github/{oidc}") if oidc else "",
            "OIDC_TOKEN": _template(f"gitlab/{oidc}") if oidc else "",
            "OIDC_SCRIPT": store.oidc_script if oidc else "",
            "OIDC_VARIABLES": _lines(f"{name}: {value}" for name, value in store.oidc_environment.items())
            if oidc
            else "",
        }
        values["SETUP"] = _filled("github/setup.yml", values)
        values["UP_JOBS"] = _up_jobs(self.stacks)
        values["CI_ROW"] = _ci_row(self.ci)
        values["CI_TEXT"] = _filled("none.md" if self.ci == "none" else f"{self.ci}/README.md", values)
        return values


def _use(model: Model) -> str:
    """Return what a model is for, by its name, as `inference` tells it."""
    return "embeddings" if "embed" in model.name else "chat"


def _entry(model: Model) -> dict[str, Any]:
    return {"model": model.name} | ({} if model.version == NO_VERSION else {"version": model.version})


def _login(backend: str) -> str:
    if backend == PULUMI_CLOUD:
        return "The state lives in Pulumi Cloud: `pulumi login`."
    return (
        f"The state lives in `{backend}`, as `Pulumi.yaml` says. Set what is needed to get there; for a DIY backend also\n"
        "   `export PULUMI_CONFIG_PASSPHRASE=...`, a passphrase of your choice for secrets in stack files."
    )


def _set_up(stack: str) -> str:
    return _lines(
        f"   {each} --stack {stack}" if "init" not in each else f"   {each} {stack}"
        for each in ("pulumi stack init", "aicore-provider doctor", "pulumi up")
    )


def _up_jobs(stacks: Sequence[str]) -> str:
    jobs = []
    for before, stack in zip((None, *stacks), stacks, strict=False):
        needs = "" if before is None else f"needs: [{_word(f'up:{before}')}]"
        jobs.append(_filled("gitlab/up-job.yml", {"STACK_NAME": stack, "STACK": _word(stack), "NEEDS": needs}))
    return "\n".join(jobs)


def _ci_row(ci: Ci) -> str:
    if ci == "github":
        return "| `.github/workflows/` | what GitHub runs, see [below](#workflows) |"
    return "| `.gitlab-ci.yml`, `.gitlab/` | what GitLab runs, see [below](#pipelines) |" if ci == "gitlab" else ""


def _package_text(package: Package) -> str:
    if package.wheel:
        return (
            f"`{package.copy}` is the wheel of it, so that everybody and every CI has the same. For a new version put\n"
            "its wheel there and its name into `requirements.in`."
        )
    if package.url:
        return f"It comes from <{package.url}>."
    return (
        "It comes from the index that pip is configured for, which can be one of your own. Where no index has it, put\n"
        "its wheel into a folder `wheels/` and write `./wheels/NAME.whl[cli]` into both files."
    )


def _oidc_text(store: StateStore, *, oidc: bool) -> str:
    honest = "SAP AI Core itself takes a service key alone, so that `AICORE_SERVICE_KEY` stays a secret."
    if oidc:
        return (
            f"The CI proves to the backend who it is by OIDC, so that no key of the backend is stored here.\n  {honest}"
        )
    if store.oidc:
        return f"`aicore-provider init --oidc` writes the same without a key for the backend, by OIDC.\n  {honest}"
    return f"OIDC can take the place of the key for the backend, with a step of the cloud's own.\n  {honest}"


def _word(text: str) -> str:
    """Return a text as YAML, in quotes where a reader may take it for something else."""
    return text if needs_no_quotes(text) and ":" not in text else json.dumps(text)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _template(name: str) -> str:
    return files("aicore_provider.cli.init").joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def _filled(name: str, values: Mapping[str, str]) -> str:
    """Return a template with its values."""
    lines: list[str] = []
    for line in _template(name).splitlines():
        if alone := _ALONE.fullmatch(line):
            lines += [f"{alone[1]}{each}".rstrip() for each in values[alone[2]].splitlines()]
        else:
            lines.append(_TOKEN.sub(lambda found: values[found[1]], line).rstrip())
    return _lines(lines) + "\n"
