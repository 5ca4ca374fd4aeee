"""What a new repository holds: texts by path, as a function of what was chosen. Nothing is read but templates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aicore_provider.catalog.catalog import NO_VERSION
from aicore_provider.cli.init import readme
from aicore_provider.cli.init.choices import EMULATOR, Ci, Model
from aicore_provider.cli.init.package import Package
from aicore_provider.cli.init.state_store import PULUMI_CLOUD, StateStore, state_store
from aicore_provider.cli.init.template import filled, template
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

    def texts(self, readme_name: str = README) -> dict[str, str]:
        """Return the text of each file by its path, with `/`; the wheel of the package is not among them."""
        store, stacks = state_store(self.backend), [each.name for each in self.environments]
        values = {
            "README": readme_name,
            "PROJECT": _word(self.project),
            "BACKEND": "" if self.backend == PULUMI_CLOUD else f"backend:\n  url: {_word(self.backend)}",
            "PORT": str(_PORT),
            "PULUMI_ACTION": _ACTION,
            "PULUMI_VERSION": PULUMI_VERSION,
            "STACKS": ", ".join(map(_word, stacks)),
            **_of_package(self.package),
            **_of_state(store, oidc=self.oidc),
        }
        values |= {"SETUP": filled("github/setup.yml", values), "UP_JOBS": _up_jobs(stacks)}
        values |= readme.about_stacks({each.name: each.file for each in self.environments})
        values |= readme.about_state(self.backend, store, oidc=self.oidc)
        values |= readme.about_ci(self.ci, values)
        return {
            "Pulumi.yaml": filled("Pulumi.yaml", values),
            "__main__.py": template("__main__.py.txt"),
            **{each.file: self._stack_file(each) for each in self.environments},
            f"stacks/Pulumi.{EMULATOR}.yaml": filled("emulator.yaml", values),
            "stacks/stack.schema.json": f"{json.dumps(stack_file_schema(), indent=2)}\n",
            "requirements.in": f"{self.package.requirement('cli')}\n",
            "requirements.txt": f"# Not pinned yet; {readme_name} says how.\n{self.package.requirement('cli')}\n",
            ".gitignore": template("gitignore"),
            readme_name: filled("README.md", values),
            **_ci_files(self.ci, values),
        }

    def _stack_file(self, environment: Environment) -> str:
        known = f"aicore:baseUrl: {self.service_url}"
        unknown = "# aicore:baseUrl: https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com"
        values = {
            "BASE_URL": known if self.service_url else unknown,
            "RESOURCE_GROUP": _word(self.resource_group),
            "ENTRIES": "".join(as_yaml(name, entry) for name, entry in environment.deployments.items()),
        }
        return filled("stack.yaml", values)


def _use(model: Model) -> str:
    """Return what a model is for, by its name, as `inference` tells it."""
    return "embeddings" if "embed" in model.name else "chat"


def _entry(model: Model) -> dict[str, Any]:
    return {"model": model.name} | ({} if model.version == NO_VERSION else {"version": model.version})


def _of_package(package: Package) -> dict[str, str]:
    """Return the values for how the package is installed, and pinned."""
    install, lock = ("--require-hashes --only-binary :all: ", "--generate-hashes ") if package.has_hash else ("", "")
    return {
        "INSTALL": f"pip install {install}-r requirements.txt",
        "INSTALLED": _INSTALLED if package.has_hash else _INSTALLED_WITHOUT_HASHES,
        "LOCK": f"uv pip compile --universal {lock}requirements.in -o requirements.txt",
        "HASHES_TOO": " and the hashes of its files" if package.has_hash else "",
        "HASHES_NEEDED": "Without hashes the installation is refused." if package.has_hash else "",
        "EMULATOR_REQUIREMENT": package.requirement(EMULATOR),
        "PACKAGE_TEXT": readme.about_package(package),
    }


def _of_state(store: StateStore, *, oidc: bool) -> dict[str, str]:
    """Return the values for what a CI is given to reach the service and the states."""
    secrets = _SERVICE_KEY | dict(store.oidc_secrets if oidc else store.secrets)
    variables = store.oidc_variables if oidc else {}
    return {
        "SECRETS": _lines(f"{name}: ${{{{ secrets.{name} }}}}" for name in secrets),
        "CI_VALUES": _lines([*_rows("secret", secrets), *_rows("variable", variables)]),
        "OIDC_PERMISSION": "id-token: write # for the state" if oidc else "",
        "OIDC_STEP": template(f"github/{store.oidc}") if oidc else "",
        "OIDC_TOKEN": template(f"gitlab/{store.oidc}") if oidc else "",
        "OIDC_SCRIPT": store.oidc_script if oidc else "",
        "OIDC_VARIABLES": _lines(f"{name}: {value}" for name, value in store.oidc_environment.items()) if oidc else "",
    }


def _ci_files(ci: Ci, values: Mapping[str, str]) -> dict[str, str]:
    if ci == "github":
        return {f".github/workflows/{each}": filled(f"github/{each}", values) for each in _WORKFLOWS}
    if ci == "gitlab":
        return {
            ".gitlab-ci.yml": filled("gitlab/gitlab-ci.yml", values),
            ".gitlab/merge_request_comment.py": template("gitlab/merge_request_comment.py.txt"),
        }
    return {}


def _up_jobs(stacks: Sequence[str]) -> str:
    """Return the jobs of GitLab, each of which needs the one before."""
    jobs = []
    for before, stack in zip(("", *stacks), stacks, strict=False):
        needs = f"needs: [{_word(f'up:{before}')}]" if before else ""
        jobs.append(filled("gitlab/up-job.yml", {"STACK_NAME": stack, "STACK": _word(stack), "NEEDS": needs}))
    return "\n".join(jobs)


def _rows(kind: str, named: Mapping[str, str]) -> list[str]:
    return [f"   | {kind} | `{name}` | {what} |" for name, what in named.items()]


def _word(text: str) -> str:
    """Return a text as YAML, in quotes where a reader may take it for something else."""
    return text if needs_no_quotes(text) else json.dumps(text)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)
