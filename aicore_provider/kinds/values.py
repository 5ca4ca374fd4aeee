"""The normal form of properties, and how two values are compared.

A front end passes plain dictionaries. In these a number may be a float, a property without a value may be None or
missing, and in a preview any value may be `UNKNOWN`, at any depth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from aicore_provider.api.naming import resource_group_problem
from aicore_provider.kinds.outcome import CheckFailure
from aicore_provider.kinds.property import Change, Properties, Property


class _Unknown:
    """The class of `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
"""Stands for a value that a preview does not know yet."""
HOME = (
    Property("service_url", "The service that it is on, without version.", is_constant=True),
    Property("tenant", "Identity zone of the tenant that it belongs to.", is_constant=True),
)
"""Properties of every kind."""
RESOURCE_GROUP = Property(
    "resource_group", "Resource group that it is in.", Change.REPLACES, rule=resource_group_problem
)
"""A property of every kind whose objects are in resource groups."""
SECRET_INPUTS = Property("secret_inputs", "Which inputs are secret, such as `parameter_bindings.apiKey`.", type="list")
"""A property of every kind: a front end passes plain values, so the program lists those that must not be shown."""

CLOCK_TOLERANCE = dt.timedelta(seconds=5)
"""The service tells its time in whole seconds."""
_NO_TEXT = "must be a string; write lists and objects as JSON text"


def is_unknown(value: Any) -> bool:
    """Whether a value, or anything in it, is not known yet."""
    if value is None or isinstance(value, str):
        return False
    if isinstance(value, Mapping):
        return any(map(is_unknown, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(is_unknown, value))
    return value is UNKNOWN


def complete(told: Properties, table: Iterable[Property]) -> dict[str, Any]:
    """Return outputs of which none is missing; None counts as missing, and gets the value that the table has for it.

    Pulumi's engine takes a missing output for unknown in every preview.
    """
    return {each.name: each.empty for each in table} | {key: value for key, value in told.items() if value is not None}


def moved(table: Iterable[Property], olds: Properties, news: Properties) -> dict[str, Any]:
    """Return the outputs of an object that comes from another front end, from the inputs and outputs of the state."""
    told = {each.name: olds.get(each.name) for each in table}
    return complete({**told, SECRET_INPUTS.name: news.get(SECRET_INPUTS.name)}, table)


def complaints(
    table: Iterable[Property], olds: Properties, inputs: Properties, *, but: Collection[str] = ()
) -> list[CheckFailure]:
    """Return what is wrong with inputs, without asking the service. A value that the state holds already is accepted.

    The inputs in the state, `olds`, are empty for a new object. Properties with a name in `but` are not checked.
    """
    found = []
    for each in table:
        value = inputs.get(each.name)
        if each.change is None or each.name in but or is_unknown(value) or _is_taken(value, olds.get(each.name)):
            continue
        if each.type == "text" and value is not None and as_text(value) is None:
            found.append(CheckFailure(each.name, "must be a text"))
            continue
        if each.is_required and not each.rule and value in (None, "", {}) and not _may_be_unknown(each, olds, inputs):
            found.append(CheckFailure(each.name, "is missing"))
        if each.choices and value not in (None, "", *each.choices):
            found.append(CheckFailure(each.name, f"must be one of {', '.join(each.choices)}"))
        if each.type == "flag" and value not in (None, True, False):
            found.append(CheckFailure(each.name, "must be true or false"))
        if (
            each.rule
            and (value is not None or each.is_required)
            and (problem := each.rule("" if value is None else str(value)))
        ):
            found.append(CheckFailure(each.name, problem))
        if each.type == "map" and value is not None and not isinstance(value, Mapping):
            found.append(CheckFailure(each.name, "must be a map of texts"))
        elif each.type == "map" and value is not None:
            rule = each.item_rule or (lambda _key, _item: None)
            for key, item in value.items():
                problem = _NO_TEXT if item is None else None if is_unknown(item) else rule(key, str(item))
                found += [CheckFailure(f"{each.name}.{key}", problem)] if problem else []
    return found


def changed(table: Iterable[Property], olds: Properties, news: Properties) -> list[str]:
    """Return the names of the inputs that differ in meaning, or may differ where a preview does not know them yet."""
    return [
        each.name
        for each in table
        if each.change not in (None, Change.NO_DIFFERENCE)
        and not (each.is_left_alone and news.get(each.name) is None)
        and not (each.may_be_left_out and not (olds.get(each.name) and news.get(each.name)))
        and differ(_or_default(each, olds), _or_default(each, news))
    ]


def _or_default(each: Property, properties: Properties) -> Any:
    value = properties.get(each.name)
    return each.empty if value is None and each.type == "flag" else value


def replacing(table: Iterable[Property], different: Iterable[str], news: Properties) -> list[str]:
    """Return those of the differing inputs that replace the object, as far as a preview knows that they differ."""
    names = {each.name for each in table if each.change is Change.REPLACES}
    return [key for key in different if key in names and not is_unknown(news.get(key))]


def input_names(table: Iterable[Property]) -> tuple[str, ...]:
    """Return the names of everything that stands in the inputs of an object of the state."""
    return (*(each.name for each in table if each.change), "service_url", SECRET_INPUTS.name)


def secret_inputs(properties: Properties) -> frozenset[str]:
    """Return the paths of the secret inputs, such as `parameter_bindings.apiKey`, as the program lists them."""
    told = properties.get(SECRET_INPUTS.name)
    # The policy SDK passes lists of a class of its own.
    if not isinstance(told, Sequence) or isinstance(told, str) or is_unknown(told):
        return frozenset()
    return frozenset(map(str, told))


def is_secret_parameter(secret: frozenset[str], name: str) -> bool:
    """Whether a parameter is secret by the secret inputs of its configuration."""
    return bool(secret & {"parameter_bindings", f"parameter_bindings.{name}"})


def secret_texts(properties: Properties) -> Iterator[str]:
    """Return the texts of the secret inputs, as far as they are known."""
    for path in secret_inputs(properties):
        key, _, within = path.partition(".")
        value = properties.get(key)
        if within and isinstance(value, Mapping):
            value = value.get(within)
        for each in value.values() if isinstance(value, Mapping) else (value,):
            if isinstance(each, str):
                yield each


def text(properties: Properties, key: str) -> str:
    """Return a property as a text; "" when it is missing or not known yet."""
    value = properties.get(key)
    return "" if value is None or is_unknown(value) else str(value)


def string_map(properties: Properties, key: str) -> dict[str, str]:
    """Return a property as a map of texts, without the entries that are not known yet."""
    value = properties.get(key)
    if not isinstance(value, Mapping):
        return {}
    return {k: plain for k, v in value.items() if (plain := as_text(v)) is not None}


def as_text(value: Any) -> str | None:
    """Return a value as the text that the service stores; None when it is no scalar, or not known yet."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case str() | int() | float():
            return str(value)
        case _:
            return None


def normal_map(value: Any) -> Any:
    """Return a map with texts for scalars, without the entries that are None.

    A value that is no scalar becomes None.
    """
    if not isinstance(value, Mapping):
        return value
    return {key: item if is_unknown(item) else as_text(item) for key, item in value.items() if item is not None}


def iso(moment: dt.datetime | None) -> str | None:
    """Return a point in time as the state has it: ISO 8601, UTC, whole seconds; None for none."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def differ(old: Any, new: Any) -> bool:
    """Whether two values differ in meaning, or may differ where a preview does not know the new one yet."""
    return is_unknown(new) or _normal(old) != _normal(new)


def _normal(value: Any) -> Any:
    """Return the value with texts for scalars, and None for an empty text or map."""
    if isinstance(value, Mapping):
        return {k: as_text(v) for k, v in value.items() if v is not None} or None
    return as_text(value) or None


def _may_be_unknown(each: Property, olds: Properties, inputs: Properties) -> bool:
    """Whether a value that the service never tells is unknown: of an object that is, or was, taken over as it is."""
    return each.is_untold and (bool(inputs.get("take_over")) or (bool(olds) and not olds.get(each.name)))


def _is_taken(value: Any, before: Any) -> bool:
    return value is not None and value == before
