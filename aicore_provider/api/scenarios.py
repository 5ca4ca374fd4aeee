"""`/lm/scenarios`: the scenarios of a resource group, and the models of one of them, which are the model catalogue.

Of the list of models alone, entries that cannot be read are left out and named, since the others are still useful. In a
list of deployments, a missing entry would look as if a deployment were gone.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from aicore_provider.api.decoding import decode_list, items_of, unreadable_fields
from aicore_provider.api.http import Http
from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.api.types import ApiObject, Scenario, Words, timestamp

_SCENARIOS = "/lm/scenarios"
_MODELS = f"{_SCENARIOS}/{FOUNDATION_MODELS}/models"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _texts(value: object) -> tuple[str, ...]:
    """Return a list of strings; empty when the service sends something else, since nothing depends on these."""
    return tuple(str(item) for item in value if item is not None) if isinstance(value, list) else ()


def _pairs(value: object) -> dict[str, str]:
    """The service's list of objects with one key each, as one map."""
    found: dict[str, str] = {}
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            found |= {str(k): str(v) for k, v in item.items() if v is not None}
    return found


def _whole_number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


Names = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Texts = Annotated[tuple[Words, ...], BeforeValidator(_texts)]
Pairs = Annotated[dict[Words, Words], BeforeValidator(_pairs)]
WholeNumber = Annotated[int | None, BeforeValidator(_whole_number)]


class ModelVersion(ApiObject):
    """A version of a model. `name` is opaque: never compared for order; `is_latest` says what is newest."""

    name: str
    is_latest: bool = False
    deprecated: bool = False
    retirement_date: Words = ""
    """As the service writes it; "" where none is planned or known."""
    context_length: WholeNumber = None
    input_types: Texts = ()
    capabilities: Texts = ()
    orchestration_capabilities: Texts = ()
    suggested_replacements: Names = ()
    """Names of models."""
    streaming_supported: bool | None = None
    cost: Pairs = Field(default_factory=dict)

    @property
    def retires_on(self) -> dt.date | None:
        """The day of the retirement in UTC; None where there is none, or it cannot be read as a date."""
        return day(self.retirement_date)

    def days_left(self, today: dt.date) -> int | None:
        """The days until the retirement, negative once it is past; None when there is no date."""
        return (self.retires_on - today).days if self.retires_on else None


class AllowedScenario(ApiObject):
    """A scenario in which a model may be used, and through which executable."""

    scenario_id: str
    executable_id: str = ""


class OfferedModel(ApiObject):
    """An entry of the catalogue: a model, offered by one executable."""

    model: str
    executable_id: str
    display_name: Words = ""
    provider: Words = ""
    access_type: Words = ""
    allowed_scenarios: tuple[AllowedScenario, ...] = ()
    versions: tuple[ModelVersion, ...]
    unreadable_versions: bool = False
    """Whether versions of it were left out, because they cannot be read."""

    @property
    def has_versions(self) -> bool:
        """Whether the catalogue lists any. Where it lists none, a version is "not applicable" (SAP's documentation)."""
        return bool(self.versions) or self.unreadable_versions

    def version(self, name: str) -> ModelVersion | None:
        """One version by its name."""
        return next((each for each in self.versions if each.name == name), None)

    @property
    def latest(self) -> ModelVersion | None:
        """The version that the catalogue calls latest now."""
        return next((each for each in self.versions if each.is_latest), None)

    def allows(self, scenario_id: str) -> bool:
        """Whether it may be used in a scenario; an entry that names none does not restrict."""
        return not self.allowed_scenarios or any(each.scenario_id == scenario_id for each in self.allowed_scenarios)


@dataclass(frozen=True)
class ModelList:
    """The catalogue in the service's order, and a name and a reason for each entry that was left out as unreadable."""

    models: tuple[OfferedModel, ...]
    unreadable: tuple[str, ...] = ()


class KnownModels:
    """The lists of models that were read, each once. Safe for many threads.

    The resource groups of a tenant mostly offer the same models, and a list that was read takes a fifth of a megabyte.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: list[tuple[list[Any], ModelList]] = []

    def read(self, items: list[Any], redact: Callable[[str], str]) -> ModelList:
        """Return the list of models that a list of JSON objects tells; `redact` returns a text without secrets."""
        with self._lock:
            for told, known in self._known:
                if told == items:
                    return known
            models: list[OfferedModel] = []
            unreadable: list[str] = []
            for number, item in enumerate(items, start=1):
                model, complaints = _read(item, f"entry {number}", redact)
                models += [model] if model else []
                unreadable += map(redact, complaints)
            self._known.append((items, ModelList(tuple(models), tuple(unreadable))))
            return self._known[-1][1]


@dataclass(frozen=True)
class Scenarios:
    """The scenarios of one resource group."""

    http: Http
    resource_group: str

    def list(self) -> list[Scenario]:
        """All of them. `foundation-models` is missing without the service plan `extended`.

        Raises:
            Forbidden: the resource group does not exist or is not ready.
        """
        answer = self.http.request("GET", _SCENARIOS, resource_group=self.resource_group)
        return decode_list(Scenario, answer, f"GET {_SCENARIOS}", self.http.redact)

    def models(self, known: KnownModels | None = None) -> ModelList:
        """All models with all their versions, in one request; the API has no pages here.

        With what is `known` of other resource groups, the same list is not read again.

        Raises:
            NotFound: the scenario `foundation-models` is not there; SAP documents no other answer for that.
            UnexpectedAnswer: the answer has no list.
        """
        answer = self.http.request("GET", _MODELS, resource_group=self.resource_group)
        return (known or KnownModels()).read(items_of(answer, f"GET {_MODELS}"), self.http.redact)


def day(text: str) -> dt.date | None:
    """Return the date in UTC of a date or timestamp in ISO 8601; None for any other text. No time zone means UTC."""
    text = text.strip()
    if moment := timestamp(text):
        return moment.date()
    # Python 3.10 does not read every timestamp, and some have no place in UTC; both begin with a date.
    found = _DAY.match(text)
    try:
        return dt.date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _read(item: Any, place: str, redact: Callable[[str], str]) -> tuple[OfferedModel | None, list[str]]:
    """An entry without those of its versions that cannot be read, and what was left out."""
    name = str(item.get("model") or place) if isinstance(item, Mapping) else place
    unreadable: list[str] = []
    if isinstance(item, Mapping) and isinstance(item.get("versions"), list):
        versions = []
        for number, version in enumerate(item["versions"], start=1):
            try:
                versions.append(ModelVersion.model_validate(version, context={"redact": redact}))
            except ValidationError as error:
                told = version.get("name") if isinstance(version, Mapping) else None
                unreadable.append(f"{name}, version {told or number} ({unreadable_fields(error, 'no object')})")
        item = {**item, "versions": versions, "unreadableVersions": bool(unreadable)}
    try:
        return OfferedModel.model_validate(item, context={"redact": redact}), unreadable
    except ValidationError as error:
        return None, [f"{name} ({unreadable_fields(error, 'no object')})"]
