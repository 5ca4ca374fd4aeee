"""What the emulated service offers: scenarios, executables, models. The data is `catalogue.json` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

FOUNDATION_MODELS = "foundation-models"
ORCHESTRATION = "orchestration"
"""Id of the scenario, and of its one executable."""
LATEST = "latest"
"""The version that follows the newest one of a model by itself [docs]."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Catalogue:
    """Scenarios, their versions and executables, and the models, each as the API shows it.

    Read-only through the API, and global: every resource group sees the same.
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

    def resolve(self, executable_id: str, model: str, version: str) -> str | None:
        """The concrete version behind `version`, which may be `latest`; None when it is not offered."""
        offered = self.models.get((executable_id, model), {"versions": []})["versions"]
        for candidate in offered:
            if version == candidate["name"] or (version == LATEST and candidate["isLatest"]):
                return str(candidate["name"])
        return None


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue that comes with the package."""
    document = json.loads(files(__package__).joinpath("catalogue.json").read_text(encoding="utf-8"))
    return Catalogue(
        scenarios={scenario["id"]: scenario for scenario in document["scenarios"]},
        versions=tuple(document["versions"]),
        executables={(each["scenarioId"], each["id"]): each for each in document["executables"]},
        models={(model["executableId"], model["model"]): model for model in document["models"]},
    )
