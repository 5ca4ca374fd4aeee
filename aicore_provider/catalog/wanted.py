"""`Wanted`: what a deployment is to run, in the form that is compared with the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.catalog.catalog import LATEST
from aicore_provider.json_document import read_json
from aicore_provider.secret_text import SecretText, UnreadText


@dataclass(frozen=True)
class Wanted:
    """What a deployment of this logical name is to run.

    Attributes:
        executable_id: None where it is to be looked up.
        model: None when it is no single model, such as orchestration.
        version: None when none is given; the service then takes `latest` if the model has versions. `NO_VERSION` when
            the program says that the model has none.
        filtered: models that an orchestration deployment allows or denies, each with its versions; empty for no filter.
    """

    name: str
    resource_group: str
    scenario_id: str = FOUNDATION_MODELS
    executable_id: str | None = None
    model: str | None = None
    version: str | None = None
    filtered: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def from_parameters(
        cls,
        name: str,
        resource_group: str,
        scenario_id: str,
        executable_id: str | None,
        parameter_bindings: Mapping[str, Any],
    ) -> Wanted:
        """Return what a configuration with these parameters is to run.

        `modelName` and `modelVersion` count for a foundation model; `modelFilterList`, a JSON text or the list that it
        holds, for everything else.
        """
        wanted = cls(name, resource_group, scenario_id, executable_id)
        if scenario_id != FOUNDATION_MODELS:
            return replace(wanted, filtered=_filtered(parameter_bindings.get("modelFilterList")))
        model, version = parameter_bindings.get("modelName"), parameter_bindings.get("modelVersion")
        return replace(wanted, model=model, version=version)

    @property
    def follows_latest(self) -> bool:
        """Whether the service takes new versions by itself. Correct only after `resolved`."""
        return self.version in (None, LATEST)

    @property
    def is_read(self) -> bool:
        """Whether all of its texts are known: none is encrypted and was not decrypted."""
        texts = [self.resource_group, self.scenario_id, self.executable_id, self.model, self.version]
        texts += [text for model, versions in self.filtered for text in (model, *versions)]
        return not any(isinstance(each, UnreadText) for each in texts)


def _filtered(models: str | list[Any] | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the models of a filter; empty when it has another form, which the service may refuse."""
    if isinstance(models, UnreadText):
        return ((models, ()),)
    # All parts of a secret text are secret.
    shown = SecretText if isinstance(models, SecretText) else _text
    try:
        items = read_json(models or "[]") if isinstance(models, str) else models or ()
        return tuple((shown(each["modelName"]), tuple(map(shown, each.get("modelVersions") or ()))) for each in items)
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)
