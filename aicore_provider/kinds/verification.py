"""How a deployment is verified: which request it must answer, from its input `verify`.

`verify` is `true`, a path below the deployment's URL, or "". `true` stands for the smallest request to a model, whose
form follows from executable and model. A path is requested with GET: so is the health of a server, and it costs no
inference and changes nothing. A POST would need a body that only the user knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aicore_provider.api.errors import AICoreError
from aicore_provider.api.scenarios import ModelVersion
from aicore_provider.catalog.catalog import LATEST, Catalog
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.inference import Probe, is_known, is_reasoning, smallest_request
from aicore_provider.kinds.property import Properties
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.values import as_text, is_unknown, text

BY_MODEL = "true"
_ORCHESTRATION = "orchestration"
_TEXT_GENERATION = "text-generation"
_NOT_ASKED_FOR = Probe("", "")
"""Stands for the request where nothing is sent, so that nothing needs to be known of the model."""


def normal_form(inputs: Properties) -> dict[str, Any]:
    """Return the inputs with `verify` as a text; without it where nothing is to be verified."""
    given = inputs.get("verify")
    verify = given if is_unknown(given) else as_text(given) or given
    others = {key: value for key, value in inputs.items() if key != "verify"}
    return others if verify in (None, "", "false") else {**others, "verify": verify}


def problem(inputs: Properties) -> str | None:
    """Return the complaint that no request is known for the executable; None where there is one, or it is not told."""
    scenario, executable = text(inputs, "scenario_id"), text(inputs, "executable_id")
    if text(inputs, "verify") != BY_MODEL or not (scenario and executable) or is_known(scenario, executable):
        return None
    return f"true is for models and orchestration; of executable {executable} give a path such as '/v1/health'"


def is_due(olds: Properties, news: Properties) -> Probe | None:
    """Return a probe where an earlier command could not verify the deployment, and the program still wants that.

    It is for a preview, and cannot be sent.
    """
    return _NOT_ASKED_FOR if olds.get("unverified") and text(news, "verify") else None


def probe_of(session: Session, inputs: Properties) -> Probe | None:
    """Return the request that the deployment must answer; None where RUNNING is enough.

    For `true` the configuration is read, and for orchestration the model catalogue.

    Raises:
        AICoreError: no such request is known, or the configuration or the catalogue cannot be read.
    """
    verify = text(inputs, "verify")
    if verify != BY_MODEL:
        return Probe("GET", verify) if verify else None
    group, configuration_id = text(inputs, "resource_group"), text(inputs, "configuration_id")
    found = session.client.configurations(group).get(configuration_id)
    bindings = found.parameter_bindings
    named: tuple[str, str] | None = bindings.get("modelName", ""), bindings.get("modelVersion", LATEST)
    if found.scenario_id == _ORCHESTRATION:
        wanted = Wanted.from_parameters(configuration_id, group, found.scenario_id, found.executable_id, bindings)
        is_allowing = bindings.get("modelFilterListType") == "allow"
        named = completing_model(session.catalog(group), wanted.filtered, is_allowing=is_allowing)
    probe = named and smallest_request(found.scenario_id, found.executable_id, *named)
    if not probe:
        raise AICoreError(
            f"Configuration {configuration_id} cannot be verified: no request is known for executable "
            f"{found.executable_id} with its model. No deployment was changed.\n"
            "Give `verify` a path that a GET answers, or leave it out."
        )
    return probe


def completing_model(
    catalog: Catalog, filtered: Sequence[tuple[str, Sequence[str]]], *, is_allowing: bool
) -> tuple[str, str] | None:
    """Return model and version for a completion that orchestration allows, one that can be limited where there is one.

    `filtered` are models, each with its versions, that are allowed or else denied; empty for no filter. None where no
    model is known. Of a filter that allows models of which the catalogue knows none, the first is returned.
    """
    listed = dict(filtered)
    completing = [each.model for each in catalog.models if each.allows(_ORCHESTRATION) and _completes(each.latest)]
    fit = [each for each in completing if not listed or (each in listed) == is_allowing]
    model = min(fit, key=is_reasoning, default=next(iter(listed), None) if is_allowing else None)
    if model is None:
        return None
    versions = listed.get(model) if is_allowing else None
    return model, versions[0] if versions else LATEST


def _completes(version: ModelVersion | None) -> bool:
    return version is not None and _TEXT_GENERATION in version.capabilities and not version.deprecated
