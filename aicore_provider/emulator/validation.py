"""The rules of the contract for requests: patterns, lengths, ranges, media types.

Patterns and limits are those of the contract [spec], in the meaning of ECMAScript: word characters are ASCII, and a
pattern with `^` and `$` matches the whole text. The schemas of the contract do not forbid unknown properties, so these
are ignored (samples in SAP's documentation have `versionId`). Unknown query parameters are ignored too: SAP's Python
SDK sends `top` and `skip` without the dollar sign. Every violation, including a wrong media type, is refused with 400
[guess].
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from aicore_provider.api.naming import (
    CONFIGURATION_NAME,
    GENERIC_ID,
    LABEL_KEY,
    LONGEST_CONFIGURATION_NAME,
    LONGEST_LABEL_KEY,
    LONGEST_LABEL_VALUE,
    RESOURCE_GROUP,
)
from aicore_provider.emulator.errors import invalid

SEARCH = re.compile(r"[^~]{1,80}")
TTL = re.compile(r"[0-9]+[m,M,h,H,d,D]")
"""The contract has these commas."""
LABEL_SELECTOR = re.compile(r"[^ =,!]+!?=[^ =,!]+")
EXT_LABEL_SELECTOR = re.compile(r"ext\.ai\.sap\.com/[\w.-]+!?=[^ =,]+", re.ASCII)

RFC_3339 = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[tT](?P<time>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?(?P<zone>[zZ]|[+-]\d\d:\d\d)", re.ASCII
)

MERGE_PATCH = "application/merge-patch+json"
JSON = "application/json"

STATUS_FILTER = ("PENDING", "RUNNING", "COMPLETED", "DEAD", "STOPPING", "STOPPED", "UNKNOWN")
MAX_TOP = 100_000
DEFAULT_TOP = 10_000
MAX_EXECUTABLE_IDS = 1000
MAX_LOG_LINES = 5000
DEFAULT_LOG_LINES = 1000

MIN_TTL_S = 600.0
"""`10m`, as in `/lm/meta` [docs]. That less is refused is a guess."""
_LONGEST_TTL = 9
"""The most characters of a ttl [guess]; the contract sets no limit."""
_DEEPEST = 100
"""The most levels of a JSON document, since recursive functions process it."""
_SECONDS = {"m": 60.0, "h": 3600.0, "d": 86_400.0}


def matching(pattern: re.Pattern[str]) -> AfterValidator:
    """A validator of a text that has to match a pattern as a whole."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"should match pattern ^{pattern.pattern}$")
        return value

    return AfterValidator(check)


def refuse_null(value: Any) -> Any:
    """A validator that refuses null where a property may be absent."""
    if value is None:
        raise ValueError("should not be null")
    return value


Id = Annotated[str, matching(GENERIC_ID)]
BindingKey = Annotated[str, Field(max_length=256)]


class Body(BaseModel):
    """Base of the request bodies: strict types, camelCase, unknown properties ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_camel)


class StrictModel(BaseModel):
    """Base of the emulator's own JSON: camelCase, unknown keys are errors."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class ParameterBinding(Body):
    """A parameter binding. Values are strings."""

    key: BindingKey
    value: Annotated[str, Field(max_length=5000)]


class InputArtifactBinding(Body):
    """An artifact binding. The artifact need not exist before there is an execution [guess]."""

    key: BindingKey
    artifact_id: Id


class NewConfiguration(Body):
    """POST /lm/configurations."""

    name: Annotated[str, Field(max_length=LONGEST_CONFIGURATION_NAME), matching(CONFIGURATION_NAME)]
    scenario_id: Id
    executable_id: Id
    parameter_bindings: Annotated[list[ParameterBinding], Field(max_length=1000)] = []
    input_artifact_bindings: Annotated[list[InputArtifactBinding], Field(max_length=1000)] = []


class NewDeployment(Body):
    """POST /lm/deployments."""

    configuration_id: Id
    ttl: Annotated[str, matching(TTL)] | None = None


class DeploymentChange(Body):
    """PATCH /lm/deployments/{id}, with one of the two properties. Both together, or none, are refused [guess]."""

    target_status: Literal["STOPPED"] | None = None
    configuration_id: Id | None = None

    _not_null = field_validator("target_status", "configuration_id", mode="before")(refuse_null)


class BulkItem(Body):
    """One deployment or execution of a bulk PATCH."""

    id: Id
    target_status: Literal["STOPPED", "DELETED"]


def _each_once(items: list[BulkItem]) -> list[BulkItem]:
    if len({item.id for item in items}) < len(items):
        raise ValueError("should name each id once")
    return items


BulkItems = Annotated[list[BulkItem], Field(min_length=1, max_length=100), AfterValidator(_each_once)]


class BulkChange(Body):
    """PATCH /lm/deployments."""

    deployments: BulkItems


class Label(Body):
    """A label of a resource group or a generic secret."""

    key: Annotated[str, Field(max_length=LONGEST_LABEL_KEY), matching(LABEL_KEY)]
    value: Annotated[str, Field(max_length=LONGEST_LABEL_VALUE)]


class NewResourceGroup(Body):
    """POST /admin/resourceGroups. The id is optional in the schema, but required by the service [field]."""

    resource_group_id: Annotated[str, Field(min_length=3, max_length=253), matching(RESOURCE_GROUP)]
    labels: list[Label] = []


class ResourceGroupChange(Body):
    """PATCH /admin/resourceGroups/{id}, with all labels. Without `labels`, they stay as they are [guess]."""

    labels: list[Label] | None = None

    _not_null = field_validator("labels", mode="before")(refuse_null)


AnyBody = TypeVar("AnyBody", bound=Body)


def parse_body(
    model: type[AnyBody], data: bytes, content_type: str, *, media_types: Sequence[str] = (JSON,)
) -> AnyBody:
    """Read a request body of one of the media types.

    Raises:
        ServiceRefusal: 400 with what is wrong.
    """
    if content_type not in media_types:
        raise invalid(f"unsupported media type {content_type or '(none)'}, expected {' or '.join(media_types)}")
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise invalid(describe(error)) from None


def any_json(data: bytes) -> Any:
    """A JSON document; None for invalid JSON, NaN, infinite numbers, and more than 100 levels."""
    try:
        found = json.loads(data, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return found if _is_shallow(found) else None


def _no_number(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _is_shallow(document: Any) -> bool:
    level = [document]
    for _ in range(_DEEPEST):
        inside = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list)))
        level = list(chain.from_iterable(inside))
        if not level:
            return True
    return False


def describe(error: ValidationError) -> str:
    """What is wrong with a document, in one line."""
    return "; ".join(
        f"{'/'.join(str(part) for part in each['loc']) or 'body'}: {each['msg']}"
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    )


def ttl_seconds(ttl: str | None) -> float | None:
    """A ttl in seconds; None for None.

    Raises:
        ServiceRefusal: 400 for a comma, which the contract's pattern allows, and for less than the minimum.
    """
    if ttl is None:
        return None
    unit = _SECONDS.get(ttl[-1].lower())
    if unit is None or len(ttl) > _LONGEST_TTL or int(ttl[:-1]) * unit < MIN_TTL_S:
        raise invalid(f"ttl {ttl:.20} is not a number of minutes, hours or days of at least 10m")
    return int(ttl[:-1]) * unit


def check_id(value: str, name: str) -> str:
    """A generic id in the path or the query."""
    return check_pattern(value, name, GENERIC_ID)


def check_pattern(
    value: str, name: str, pattern: re.Pattern[str], *, shortest: int = 0, longest: int | None = None
) -> str:
    """Check a text against a pattern and the limits of its length, and return it.

    Raises:
        ServiceRefusal: 400.
    """
    if len(value) < shortest:
        raise invalid(f"{name}: should have at least {shortest} characters")
    if longest is not None and len(value) > longest:
        raise invalid(f"{name}: should have at most {longest} characters")
    if not pattern.fullmatch(value):
        raise invalid(f"{name}: should match pattern ^{pattern.pattern}$")
    return value


def rfc_3339_seconds(text: Any) -> float:
    """A date and time of RFC 3339 as seconds since the epoch.

    Raises:
        ValueError: it is none.
    """
    wrong = ValueError("should be a date-time of RFC 3339")
    parts = RFC_3339.fullmatch(text) if isinstance(text, str) else None
    if parts is None:
        raise wrong
    # Python 3.10 reads neither Z nor a fraction of any length.
    zone = "+00:00" if parts["zone"] in "zZ" else parts["zone"]
    try:
        whole = dt.datetime.fromisoformat(f"{parts['date']}T{parts['time']}{zone}").timestamp()
    except (ValueError, OverflowError):
        raise wrong from None
    return whole + float(f"0{parts['fraction'] or '.0'}")


Parsed = TypeVar("Parsed")


class Query:
    """The query parameters of one request. Each is checked when it is read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        """Any text."""
        return self._values.get(name)

    def id(self, name: str) -> str | None:
        """A generic id."""
        return self._read(name, lambda text: check_id(text, name))

    def matching(self, name: str, pattern: re.Pattern[str], *, longest: int) -> str | None:
        """A text that matches a pattern, and has at most so many characters."""

        def check(text: str) -> str:
            if len(text) > longest:
                raise invalid(f"{name}: should have at most {longest} characters")
            return check_pattern(text, name, pattern)

        return self._read(name, check)

    def ids(self, name: str) -> frozenset[str] | None:
        """Generic ids, joined by commas."""
        found = self._read(name, lambda text: frozenset(check_id(part, name) for part in text.split(",")))
        if found is not None and len(found) > MAX_EXECUTABLE_IDS:
            raise invalid(f"{name}: at most {MAX_EXECUTABLE_IDS} items")
        return found

    def choice(self, name: str, *choices: str) -> str | None:
        """One of a list of words."""

        def check(text: str) -> str:
            if text not in choices:
                raise invalid(f"{name}: should be one of {', '.join(choices)}")
            return text

        return self._read(name, check)

    def choices(self, name: str, *choices: str) -> tuple[str, ...] | None:
        """Words of a list, joined by commas."""

        def check(text: str) -> tuple[str, ...]:
            found = tuple(text.split(","))
            if not set(found) <= set(choices):
                raise invalid(f"{name}: should be of {', '.join(choices)}")
            return found

        return self._read(name, check)

    def integer(self, name: str, *, minimum: int = 0, maximum: int | None = None) -> int | None:
        """A whole number. The contract sets no minimum for `/lm`; negative numbers are refused [guess]."""

        def check(text: str) -> int:
            if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
                raise invalid(f"{name}: should be an integer")
            number = int(text)
            if number < minimum or (maximum is not None and number > maximum):
                limit = f"at least {minimum}" + ("" if maximum is None else f" and at most {maximum}")
                raise invalid(f"{name}: should be {limit}")
            return number

        return self._read(name, check)

    def boolean(self, name: str) -> bool:
        """`true` or `false`; false when absent."""
        return self.choice(name, "true", "false") == "true"

    def moment(self, name: str) -> float | None:
        """An RFC 3339 date and time, as seconds since the epoch."""

        def check(text: str) -> float:
            try:
                return rfc_3339_seconds(text)
            except ValueError as error:
                raise invalid(f"{name}: {error} (write + as %2B)") from None

        return self._read(name, check)

    def search(self) -> Callable[[str], bool] | None:
        """`$search` and `searchCaseInsensitive`, as a function that tells whether a name contains the text."""
        insensitive = self.boolean("searchCaseInsensitive")
        wanted = self._read("$search", lambda text: check_pattern(text, "$search", SEARCH))
        if wanted is None:
            return None
        if insensitive:
            folded = wanted.casefold()
            return lambda text: folded in text.casefold()
        return lambda text: wanted in text

    def selectors(self, name: str, pattern: re.Pattern[str], *, most: int | None = None) -> list[tuple[str, bool, str]]:
        """Label selectors as (key, must be equal, value); all of them must hold."""

        def check(text: str) -> list[tuple[str, bool, str]]:
            found = []
            items = text.split(",")
            if most is not None and len(items) > most:
                raise invalid(f"{name}: at most {most} items")
            for item in items:
                check_pattern(item, name, pattern)
                key, _, value = item.partition("=")
                found.append((key.removesuffix("!"), not key.endswith("!"), value))
            return found

        return self._read(name, check) or []

    def page(self, *, most: int = MAX_TOP, default: int = DEFAULT_TOP) -> slice:
        """`$top` and `$skip` of `/lm` lists."""
        skip = self.integer("$skip") or 0
        top = self.integer("$top", maximum=most)
        return slice(skip, skip + (default if top is None else top))

    def _read(self, name: str, check: Callable[[str], Parsed]) -> Parsed | None:
        text = self._values.get(name)
        return None if text is None else check(text)
