"""Checks the provider plugin, which programs in other languages than Python need."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from aicore_provider.cli.doctor.diagnosis import Diagnosis, ok, problem, warning
from aicore_provider.cli.doctor.project import Project
from aicore_provider.cli.pulumi_cli import PulumiCli, run
from aicore_provider.own_version import semantic
from aicore_provider.resource_types import PACKAGE

_COMMAND = f"pulumi-resource-{PACKAGE}"
_INSTALL = (
    "install it with `pulumi plugin install resource aicore VERSION --file FOLDER/bin/pulumi-resource-aicore`, from the"
    " virtual environment that has aicore-provider"
)


@dataclass(frozen=True)
class PluginFacts:
    """Where the plugin is, in words, and its version; "" where it does not tell, and then `failure` says why."""

    place: str
    version: str = ""
    failure: str = ""


def look_for_plugin(project: Project, cli: PulumiCli | None) -> PluginFacts | None:
    """Find the plugin as the engine does: what the project names, else on PATH, else what is installed."""
    named = project.file.parent / project.plugin / _COMMAND if project.plugin else None
    on_path = shutil.which(_COMMAND, path=os.environ.get("PATH", ""))
    if found := named or (Path(on_path) if on_path else None):
        answer = run([str(found), "--version"], project.file.parent)
        return PluginFacts(str(found), answer.output.strip(), answer.failure)
    listed = cli.ask("plugin", "ls", "--json").json if cli else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and (each.get("kind"), each.get("name")) == ("resource", PACKAGE):
            return PluginFacts("installed for Pulumi", str(each.get("version") or ""))
    return None


def judge_plugin(facts: PluginFacts | None, own_version: str) -> Diagnosis:
    """Check that there is a plugin, of the version of this command."""
    own = semantic(own_version)
    if facts is None:
        return problem(f"there is no provider plugin {PACKAGE}", _INSTALL)
    if facts.failure or not facts.version:
        return problem(f"provider plugin {facts.place} {facts.failure or 'does not tell its version'}", _INSTALL)
    if own and facts.version != own:
        return warning(
            f"the provider plugin is {facts.version} ({facts.place}), this command is {own}",
            f"install it as `pulumi plugin install resource aicore {own} --file FOLDER/bin/{_COMMAND}`",
        )
    return ok(f"provider plugin {facts.version} ({facts.place})")
