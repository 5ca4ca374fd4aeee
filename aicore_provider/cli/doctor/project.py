"""Checks the Pulumi project: its file, and the Python that Pulumi runs because of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from aicore_provider.api.errors import AICoreError
from aicore_provider.cli.doctor.diagnosis import Diagnosis, ok, problem, skipped, warning
from aicore_provider.cli.pulumi_cli import run
from aicore_provider.cli.supported import OLDEST_PULUMI, OLDEST_PYTHON, PYTHON, number, pulumi_objection, version
from aicore_provider.json_document import read_json
from aicore_provider.resource_types import PACKAGE
from aicore_provider.stack.project import is_file
from aicore_provider.stack.yaml_text import position, read_yaml

_PROBE = """
import json, sys
from importlib import import_module, metadata

def look(distribution, module):
    try:
        import_module(module)
    except Exception as error:
        return {"error": str(error) or type(error).__name__}
    try:
        return {"version": metadata.version(distribution)}
    except metadata.PackageNotFoundError:
        return {}

print(json.dumps({
    "python": sys.version.split()[0],
    "pulumi": look("pulumi", "pulumi"),
    "provider": look("aicore-provider", "aicore_provider.providers.deployment"),
}))
"""
"""The program that the project's Python runs. It imports the packages, since an installed one may be broken."""


@dataclass(frozen=True)
class Project:
    """The parts of a project file that are checked; "" for what it does not say.

    `toolchain` and `virtualenv` are options of the runtime, `main` is the program's folder below that of the file.
    `plugin` is the folder of the provider plugin.
    """

    file: Path
    runtime: str
    toolchain: str = ""
    virtualenv: str = ""
    main: str = ""
    refresh: str = ""
    plugin: str = ""


@dataclass(frozen=True)
class Package:
    """An installed package. `version` is "" where it is only importable; `error` says why it is not even that."""

    version: str = ""
    error: str = ""


@dataclass(frozen=True)
class PythonFacts:
    """What an interpreter tells about itself, or why it did not run; then `failure` is not empty."""

    path: Path
    failure: str = ""
    python: str = ""
    pulumi: Package = Package()
    provider: Package = Package()


def read_project(file: Path) -> Project:
    """Read a project file, or raise an `AICoreError` when it cannot be read or is none."""
    try:
        document = read_yaml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise AICoreError(f"{file} cannot be read: {type(error).__name__}") from None
    except yaml.YAMLError as error:
        raise AICoreError(f"{file.name} is not valid YAML: {position(error)}\ncorrect it there") from None
    except ValueError:
        raise AICoreError(f"{file.name} cannot be read as YAML\nwrite its texts in quotes") from None
    if not isinstance(document, Mapping):
        raise AICoreError(f"{file.name} is not a YAML mapping\nwrite at least its name and runtime")
    return parse_project(file, document)


def parse_project(file: Path, document: Mapping[str, Any]) -> Project:
    """Read a project from the document. A part with another form than in Pulumi's schema counts as missing."""
    given = document.get("runtime")
    runtime = _mapping(given) or {"name": given}
    options = _mapping(runtime.get("options"))
    return Project(
        file=file,
        runtime=_text(runtime.get("name")),
        toolchain=_text(options.get("toolchain")),
        virtualenv=_text(options.get("virtualenv")),
        main=_text(document.get("main")),
        refresh=_text(_mapping(document.get("options")).get("refresh")),
        plugin=next((_text(each.get("path")) for each in _plugins(document) if each.get("name") == PACKAGE), ""),
    )


def interpreter(project: Project, environment: Mapping[str, str]) -> Path | None:
    """Return the Python with which Pulumi runs the providers; None when only another tool knows it, or there is none.

    Pulumi takes the virtual environment of the project file, or that of uv, or else `PULUMI_PYTHON_CMD` or `python3` on
    PATH.
    """
    named = project.virtualenv or (".venv" if project.toolchain == "uv" else "")
    if named:
        windows = os.name == "nt"
        return project.file.parent / named / ("Scripts/python.exe" if windows else "bin/python")
    if project.toolchain == "poetry":
        return None
    command = environment.get("PULUMI_PYTHON_CMD") or ("python" if os.name == "nt" else "python3")
    found = shutil.which(command, path=environment.get("PATH", ""))
    return Path(found) if found else None


def look_at_python(project: Project) -> PythonFacts | None:
    """Run the interpreter in the program's folder to find out its version and the two packages."""
    path = interpreter(project, os.environ)
    if path is None:
        return None
    if not is_file(path):
        return PythonFacts(path, failure="does not exist")
    answer = run([str(path), "-c", _PROBE], project.file.parent / project.main)
    if answer.failure:
        return PythonFacts(path, failure=answer.failure)
    try:
        # An imported module may have printed something of its own before.
        said = read_json(answer.output.strip().rpartition("\n")[2])
        return PythonFacts(
            path, python=said["python"], pulumi=Package(**said["pulumi"]), provider=Package(**said["provider"])
        )
    except (ValueError, TypeError, KeyError):
        return PythonFacts(path, failure="did not answer like Python")


def judge_runtime(project: Project) -> Diagnosis:
    """Check that program and providers run on the same Python, where the program is one in Python."""
    if not project.runtime:
        return problem(f"{project.file.name} names no runtime", "write one, such as `runtime: python`")
    if project.runtime != PYTHON:
        return ok(f"{project.file.name} has the runtime {project.runtime}: its resources come from the provider plugin")
    if not (project.toolchain or project.virtualenv):
        return warning(
            f"{project.file.name} names neither `toolchain` nor `virtualenv`, so the program and the providers may run"
            " on different interpreters",
            "write `runtime: {name: python, options: {toolchain: pip, virtualenv: .venv}}`",
        )
    chosen = {"toolchain": project.toolchain, "virtualenv": project.virtualenv}
    return ok(f"{project.file.name} fixes the interpreter ({', '.join(f'{k} {v}' for k, v in chosen.items() if v)})")


def judge_environment(project: Project, facts: PythonFacts | None, own_version: str) -> Diagnosis:
    """Check that the interpreter has what the providers need."""
    if facts is None and project.toolchain == "poetry":
        return skipped("Python environment: only poetry knows where it is")
    if facts is None:
        return problem("no Python on PATH", "install Python and run `pulumi install`")
    install = "run `pulumi install` in the project's folder"
    if facts.failure:
        return problem(f"{facts.path} {facts.failure}", install)
    if (version(facts.python) or (0, 0)) < OLDEST_PYTHON:
        return problem(
            f"{facts.path} is Python {facts.python}, {number(OLDEST_PYTHON)} or newer is needed",
            "make the virtual environment anew with a newer Python",
        )
    if facts.pulumi.error:
        return problem(f"{facts.path} cannot import pulumi ({facts.pulumi.error})", install)
    if objection := pulumi_objection(facts.pulumi.version):
        return problem(
            f"pulumi {facts.pulumi.version} of {facts.path} {objection}",
            f"require `pulumi>={number(OLDEST_PULUMI)},<4` and {install}",
        )
    if facts.provider.error:
        return problem(
            f"{facts.path} cannot import aicore_provider ({facts.provider.error})",
            f"add aicore-provider to the project's requirements and {install}",
        )
    provider = facts.provider.version
    if own_version and provider and provider != own_version:
        return warning(
            f"{facts.path} has aicore-provider {provider}, this command is {own_version}",
            "run the one of the project's environment",
        )
    return ok(
        f"Python {facts.python} with pulumi {facts.pulumi.version} and aicore-provider"
        f" {provider or '(from its sources)'} ({facts.path})"
    )


def judge_refresh(project: Project) -> Diagnosis:
    """Check that every command of Pulumi asks the service first."""
    if project.refresh == "always":
        return ok("every command asks the service first (refresh: always)")
    return warning(
        f"{project.file.name} lacks `refresh: always`, so Pulumi believes its state: what was changed, stopped or"
        " expired outside of it is neither seen nor put right",
        "add the two lines `options:` and, indented below it, `refresh: always`",
    )


def _plugins(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    named = _mapping(document.get("plugins")).get("providers")
    return [_mapping(each) for each in named] if isinstance(named, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
