"""Metrics, tags and custom information of executions: what is stored, what is found, and the limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote

from pydantic import AfterValidator, Field, field_validator

from aicore_provider.emulator.errors import METRICS_NOT_FOUND, PAYLOAD_TOO_LARGE, ServiceRefusal, invalid
from aicore_provider.emulator.execution_machine import Execution
from aicore_provider.emulator.records import Pairs
from aicore_provider.emulator.validation import Body, Id, refuse_null, rfc_3339_seconds

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

MOST_METRICS = 1000
MOST_LABELS = 20
"""Of one metric."""
MOST_TAGS = 100
MOST_CUSTOM_INFO = 100
MOST_CUSTOM_INFO_BYTES = 5 * 2**20
MOST_EXECUTION_IDS = 10
MOST_TAG_FILTERS = 100
LONGEST_TAG_FILTERS = 5000

_METRIC_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
_QUOTED_ID = r"'([\w.-]{4,64})'"
_EQUALS = re.compile(rf"\s*executionId\s+eq\s+{_QUOTED_ID}\s*", re.ASCII)
_IN = re.compile(rf"\s*executionId\s+in\s*\(\s*{_QUOTED_ID}(?:\s*,\s*{_QUOTED_ID})*\s*\)\s*", re.ASCII)


def _is_metric_name(name: str) -> str:
    # The pattern has neither ^ nor $, so that the contract's own example "Error Rate" matches.
    if not _METRIC_NAME.search(name):
        raise ValueError(f"should match pattern {_METRIC_NAME.pattern}")
    return name


def _is_moment(text: str) -> str:
    rfc_3339_seconds(text)
    return text


Name = Annotated[str, Field(min_length=1, max_length=256)]
Moment = Annotated[str, AfterValidator(_is_moment)]


class NamedValue(Body):
    """A tag, or a label of a metric."""

    name: Name
    value: Annotated[str, Field(min_length=1, max_length=256)]


class CustomInfo(Body):
    """Custom information, such as a matrix as JSON text."""

    name: Name
    value: Annotated[str, Field(min_length=1)]


class MetricBody(Body):
    """A metric of a request."""

    name: Annotated[str, Field(max_length=256), AfterValidator(_is_metric_name)]
    value: Annotated[float, Field(allow_inf_nan=False)]
    timestamp: Moment | None = None
    step: Annotated[int, Field(ge=0)] | None = None
    labels: list[NamedValue] | None = None

    _not_null = field_validator("timestamp", "step", "labels", mode="before")(refuse_null)


class MetricsChange(Body):
    """PATCH /lm/metrics. `createdAt` and `modifiedAt` are ignored [guess]."""

    execution_id: Id
    created_at: Moment | None = None
    modified_at: Moment | None = None
    metrics: list[MetricBody] = Field(default_factory=list)
    tags: list[NamedValue] = Field(default_factory=list)
    custom_info: list[CustomInfo] = Field(default_factory=list)

    _not_null = field_validator("created_at", "modified_at", mode="before")(refuse_null)


@dataclass(frozen=True)
class Metric:
    """A metric. `timestamp` is as it was sent, or the moment at which it was stored."""

    name: str
    value: float
    timestamp: str
    step: int | None
    labels: Pairs


@dataclass(frozen=True)
class MetricResource:
    """What is stored for one execution, whose id it has. Times are seconds since the epoch."""

    id: str
    resource_group: str
    created_at: float
    modified_at: float
    metrics: tuple[Metric, ...] = ()
    tags: Pairs = ()
    custom_info: Pairs = ()


def change(service: Service, group: str, body: MetricsChange, timestamp: str) -> None:
    """PATCH: add what is new, and replace what is there.

    A metric with the same name, step and labels is replaced, and so is a tag or custom information with the same name
    [guess]. An execution that does not exist is refused with 400, since the contract has no 404 here [guess]. The
    limits [docs] count for all that is stored in the end [guess]. A metric without a timestamp gets the given one.
    """
    now = service.now()
    if service.store.get(Execution, group, body.execution_id) is None:
        raise invalid(f"executionId: execution {body.execution_id} not found")
    before = service.store.get(MetricResource, group, body.execution_id) or MetricResource(
        body.execution_id, group, now, now
    )
    metrics = {(each.name, each.step, each.labels): each for each in before.metrics}
    for sent in body.metrics:
        labels = tuple((label.name, label.value) for label in sent.labels or ())
        metrics[sent.name, sent.step, labels] = Metric(
            sent.name, sent.value, sent.timestamp or timestamp, sent.step, labels
        )
    changed = replace(
        before,
        modified_at=now,
        metrics=tuple(metrics.values()),
        tags=_merged(before.tags, body.tags),
        custom_info=_merged(before.custom_info, body.custom_info),
    )
    _refuse_too_much(changed)
    service.store.put(changed)


def found(
    service: Service, group: str, execution_ids: Sequence[str], tag_filters: Sequence[tuple[str, bool, str | None]]
) -> list[MetricResource]:
    """What is stored for executions.

    Raises:
        ServiceRefusal: 404 when nothing is stored for any of them [live test].
    """
    stored = {each.id: each for each in service.listed(MetricResource, group)}
    known = [stored[each] for each in dict.fromkeys(execution_ids) if each in stored]
    if not known:
        raise _not_found()
    return [each for each in known if all(_selects(selector, each.tags) for selector in tag_filters)]


def delete(service: Service, group: str, execution_id: str) -> None:
    """DELETE: all that is stored for an execution."""
    stored = service.store.get(MetricResource, group, execution_id)
    if stored is None:
        raise _not_found()
    service.store.remove(stored)


def ids_of_filter(text: str) -> list[str]:
    """The executions of `$filter`, which has the operators `eq` and `in` [spec]."""
    if not _EQUALS.fullmatch(text) and not _IN.fullmatch(text):
        raise invalid("$filter: should be executionId eq 'ID' or executionId in ('ID', 'ID')")
    return re.findall(_QUOTED_ID, text)


def tag_filters(text: str) -> list[tuple[str, bool, str | None]]:
    """`tagFilters` as (name, must be equal, value); the value is None where the tag need only be there [spec].

    Names and values are percent-decoded once more, since a comma separates filters [guess].
    """
    items = text.split(",")
    if len(items) > MOST_TAG_FILTERS:
        raise invalid(f"tagFilters: at most {MOST_TAG_FILTERS} items")
    return [_tag_filter(item) for item in items]


def _tag_filter(item: str) -> tuple[str, bool, str | None]:
    name, equals, value = item.partition("=")
    equal = not (equals and name.endswith("!"))
    if not name.removesuffix("!"):
        raise invalid("tagFilters: an item should be name, name=value or name!=value")
    return unquote(name if equal else name[:-1]), equal, unquote(value) if equals else None


def _selects(selector: tuple[str, bool, str | None], tags: Pairs) -> bool:
    """Whether a tag filter holds. Also `name!=value` needs the tag, as for labels of artifacts [guess]."""
    name, equal, value = selector
    known = dict(tags)
    return name in known and (value is None or (known[name] == value) is equal)


def _merged(before: Pairs, sent: Iterable[NamedValue | CustomInfo]) -> Pairs:
    return tuple({**dict(before), **{each.name: each.value for each in sent}}.items())


def _refuse_too_much(changed: MetricResource) -> None:
    limits: Mapping[str, tuple[int, int]] = {
        "metrics": (len(changed.metrics), MOST_METRICS),
        "labels of a metric": (max((len(each.labels) for each in changed.metrics), default=0), MOST_LABELS),
        "tags": (len(changed.tags), MOST_TAGS),
        "customInfo": (len(changed.custom_info), MOST_CUSTOM_INFO),
        "bytes of customInfo": (
            sum(len(name.encode()) + len(value.encode()) for name, value in changed.custom_info),
            MOST_CUSTOM_INFO_BYTES,
        ),
    }
    for what, (number, most) in limits.items():
        if number > most:
            text = f"PayloadLimitException: {number} {what}, at most {most}"
            raise ServiceRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, PAYLOAD_TOO_LARGE, text)


def _not_found() -> ServiceRefusal:
    return ServiceRefusal(HTTPStatus.NOT_FOUND, METRICS_NOT_FOUND, "Metrics was not found.")
