"""What the emulated service offers: scenarios, executables, models. The data is `catalog.json` beside this file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

FOUNDATION_MODELS = "foundation-models"
ORCHESTRATION = "orchestration"
"""Id of the scenario, and of its one executable."""
LATEST = "latest"
"""Stands for the newest version of a model [docs]."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Catalog:
    """Scenarios, their versions and executables, and the models, each as the API shows it.

    The API cannot change them, and every resource group sees the same.
    """

    scenarios: Mapping[str, Document]
    versions: tuple[Document, ...]
    executables: Mapping[tuple[str, str], Document]
    models: Mapping[tuple[str, str], Document]

    def executables_of(self, scenario_id: str) -> list[Document]:
        """The executables of one scenario."""
        return [document for (scenario, _), document in self.executables.items() if scenario == scenario_id]

    def required_parameters(self, scenario_id: str, executable_id: str) -> list[str]:
        """The parameters of an executable that have no default."""
        parameters = self.executables[scenario_id, executable_id]["parameters"]
        return [parameter["name"] for parameter in parameters if "default" not in parameter]

    def required_artifacts(self, scenario_id: str, executable_id: str) -> list[str]:
        """The keys of the input artifacts of an executable."""
        return [artifact["name"] for artifact in self.executables[scenario_id, executable_id]["inputArtifacts"]]

    def has_versions(self, executable_id: str, model: str) -> bool:
        """False for a model of which no version is listed, so that none is applicable [docs]."""
        offered = self.models.get((executable_id, model))
        return offered is None or bool(offered["versions"])

    def resolve(self, executable_id: str, model: str, version: str) -> str | None:
        """The concrete version behind `version`, which may be `latest`; None when it is not offered.

        That of a model without versions is "", for which `latest` stands as well [guess].
        """
        if not self.has_versions(executable_id, model):
            return "" if version in ("", LATEST) else None
        for candidate in self.models.get((executable_id, model), {"versions": []})["versions"]:
            if version == candidate["name"] or (version == LATEST and candidate["isLatest"]):
                return str(candidate["name"])
        return None

    def with_changes(self, model: str, changes: Document, executable_id: str | None, version: str | None) -> Catalog:
        """A copy in which some fields of a model's versions are changed.

        Args:
            model: its name.
            changes: the fields to set in each version.
            executable_id: only where this executable offers it; None: wherever it is offered.
            version: only this one, which may be `latest`; None: all.

        Raises:
            LookupError: no such model or version is offered. The text names it.
        """
        entries = list(self._selected(model, executable_id, version))
        changed = {
            key: {
                **document,
                "versions": [{**each, **changes} if each in selected else each for each in document["versions"]],
            }
            for key, document, selected in entries
            if selected
        }
        if not changed:
            raise LookupError(f"{model} has no versions" if entries else _not_offered(model, executable_id, version))
        return replace(self, models={**self.models, **changed})

    def without(self, model: str, executable_id: str | None, version: str | None) -> Catalog:
        """A copy without a model, or without versions of it. The last version that is left becomes the latest one.

        The arguments are those of `with_changes`.

        Raises:
            LookupError: no such model or version is offered. The text names it.
        """
        models = dict(self.models)
        for key, document, selected in self._selected(model, executable_id, version):
            left = [each for each in document["versions"] if each not in selected]
            if left and not any(each["isLatest"] for each in left):
                left[-1] = {**left[-1], "isLatest": True}
            models[key] = {**document, "versions": left}
            if not left:
                del models[key]
        if models == self.models:
            raise LookupError(_not_offered(model, executable_id, version))
        return replace(self, models=models)

    def _selected(
        self, model: str, executable_id: str | None, version: str | None
    ) -> Iterator[tuple[tuple[str, str], Document, list[Document]]]:
        """The entries of a model, each with its versions that are selected: the one that is named, or all."""
        for key, document in self.models.items():
            if key[1] == model and executable_id in (None, key[0]):
                name = self.resolve(*key, version) if version == LATEST else version
                selected = [each for each in document["versions"] if version is None or each["name"] == name]
                if selected or version is None:
                    yield key, document, selected


def _not_offered(model: str, executable_id: str | None, version: str | None) -> str:
    where = f" by {executable_id}" if executable_id else ""
    return f"{model}{f' {version}' if version else ''} is not offered{where}"


@lru_cache(maxsize=1)
def shipped() -> Catalog:
    """The catalogue that comes with the package."""
    document = json.loads(files(__package__).joinpath("catalog.json").read_text(encoding="utf-8"))
    return Catalog(
        scenarios={scenario["id"]: scenario for scenario in document["scenarios"]},
        versions=tuple(document["versions"]),
        executables={(each["scenarioId"], each["id"]): each for each in document["executables"]},
        models={(model["executableId"], model["model"]): model for model in document["models"]},
    )
