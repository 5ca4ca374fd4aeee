"""`aicore-provider models`: the catalogue of a resource group, for people and scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from aicore_provider.cli.console import say, say_document, warn
from aicore_provider.cli.failures import errors_in_words
from aicore_provider.cli.options import as_days, json_option, resource_group_option, stack_option
from aicore_provider.cli.table import Column, retirement, show

if TYPE_CHECKING:
    from aicore_provider.api.models import ModelVersion, OfferedModel
    from aicore_provider.catalog.catalog import Catalog
    from aicore_provider.cli.target import Target

_SOON_DAYS = 90


@dataclass(frozen=True)
class Filter:
    """Which versions to show. An attribute that is None or empty excludes nothing.

    Attributes:
        texts: each must occur in the name of the model, its provider or executable, in upper or lower case.
        executable: such as `azure-openai`.
        capability: must occur in one of the version's capabilities.
        retiring_days: only versions that retire within so many days, or are retired.
    """

    texts: tuple[str, ...] = ()
    executable: str | None = None
    capability: str | None = None
    retiring_days: int | None = None


class Offer(NamedTuple):
    """A version of a model, or a model without versions: one row of the table."""

    model: OfferedModel
    version: ModelVersion


@click.command()
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@resource_group_option
@stack_option
@click.option("--executable", "-e", metavar="NAME", help="Only models of this executable, such as azure-openai.")
@click.option("--capability", "-c", metavar="TEXT", help="Only versions with this capability, such as embedding.")
@click.option(
    "--retiring",
    "retiring_days",
    metavar="DAYS",
    callback=as_days,
    help="Only versions that are retired, or retire within 90d, say.",
)
@json_option
def models(
    texts: tuple[str, ...],
    resource_group: str | None,
    stack: str | None,
    executable: str | None,
    capability: str | None,
    retiring_days: int | None,
    as_json: bool,
) -> None:
    """List the models that a resource group offers, a line for each version; "-" where a model has none.

    TEXT is looked for in the names of model, provider and executable. An asterisk marks the version that "latest"
    stands for. Credentials are those of the environment, else of the stack, as for `pulumi up`.
    """
    from aicore_provider.cli.target import introduced

    wanted = Filter(texts, executable, capability, retiring_days)
    with errors_in_words():
        target = introduced(stack=stack, resource_group=resource_group)
        catalog, today = read_catalog(target)
    shown = list(select(catalog.models, wanted, today))
    if as_json:
        found = [as_document(*each, catalog.resource_group, today) for each in shown]
        say_document(**target.facts, models=found)
        return
    if not shown:
        say(_nothing_to_show(catalog, wanted))
        return
    show(_columns(today), shown)


def read_catalog(target: Target) -> tuple[Catalog, dt.date]:
    """Return the catalogue of a resource group, and the service's date. Warns of entries that cannot be read.

    Raises:
        AICoreError: the catalogue cannot be read, or the group has no scenario with models.
    """
    from aicore_provider.api.errors import AICoreError
    from aicore_provider.catalog.findings import missing_scenario
    from aicore_provider.catalog.source import Catalogs

    found = Catalogs(target.client, warn).of(target.group.name)
    if missing := missing_scenario(found):
        raise AICoreError("\n".join(missing))
    return found, target.client.today


def select(offered: Iterable[OfferedModel], wanted: Filter, today: dt.date) -> Iterator[Offer]:
    """Return the versions to show, sorted by executable and model; versions are in the service's order.

    A model without versions has one row, whose version has no name.
    """
    from aicore_provider.api.models import ModelVersion
    from aicore_provider.catalog.catalog import NO_VERSION

    none = ModelVersion.model_construct(name=NO_VERSION)
    for model in sorted(offered, key=lambda each: (each.executable_id, each.model)):
        if wanted.executable not in (None, model.executable_id) or not _is_named(model, wanted.texts):
            continue
        for version in model.versions if model.has_versions else (none,):
            days = days_left(version, today)
            if wanted.retiring_days is not None and (days is None or days > wanted.retiring_days):
                continue
            if wanted.capability and not any(wanted.capability.lower() in c.lower() for c in version.capabilities):
                continue
            yield Offer(model, version)


def _is_named(model: OfferedModel, texts: Iterable[str]) -> bool:
    names = " ".join((model.model, model.display_name, model.provider, model.executable_id)).lower()
    return all(text.lower() in names for text in texts)


def days_left(version: ModelVersion, today: dt.date) -> int | None:
    """Return the days until the retirement, negative once it is past; None when there is no date."""
    return (version.retires_on - today).days if version.retires_on else None


def as_document(model: OfferedModel, version: ModelVersion, resource_group: str, today: dt.date) -> dict[str, Any]:
    """Return the item of `--json`. `retirementDate` is the service's own text, `daysLeft` is computed from it."""
    return {
        "model": model.model,
        "version": version.name or None,
        "latest": version.is_latest,
        "deprecated": version.deprecated,
        "retirementDate": version.retirement_date or None,
        "daysLeft": days_left(version, today),
        "suggestedReplacements": list(version.suggested_replacements),
        "executable": model.executable_id,
        "displayName": model.display_name or None,
        "provider": model.provider or None,
        "accessType": model.access_type or None,
        "scenarios": [each.scenario_id for each in model.allowed_scenarios],
        "contextLength": version.context_length,
        "inputTypes": list(version.input_types),
        "capabilities": list(version.capabilities),
        "orchestrationCapabilities": list(version.orchestration_capabilities),
        "streamingSupported": version.streaming_supported,
        "cost": version.cost,
        "resourceGroup": resource_group,
    }


def _columns(today: dt.date) -> tuple[Column[Offer], ...]:
    return (
        Column("MODEL", lambda each: each.model.model),
        Column("VERSION", lambda each: f"{each.version.name} *" if each.version.is_latest else each.version.name),
        Column("EXECUTABLE", lambda each: each.model.executable_id),
        Column("RETIRES", lambda each: _retirement(each.version, today), lambda each: _colour(each.version, today)),
        Column("INSTEAD", lambda each: ", ".join(_replacements(*each))),
        Column("CONTEXT", lambda each: f"{each.version.context_length:,}" if each.version.context_length else ""),
        Column("CAPABILITIES", lambda each: ", ".join(each.version.capabilities)),
        Column("COST", lambda each: ", ".join(f"{name} {value}" for name, value in each.version.cost.items())),
    )


def _replacements(model: OfferedModel, version: ModelVersion) -> list[str]:
    """Return what to use instead of a version that is deprecated or retires."""
    from aicore_provider.catalog.findings import replacements

    return replacements(model, version) if version.deprecated or version.retires_on else []


def _retirement(version: ModelVersion, today: dt.date) -> str:
    return retirement(
        version.retires_on,
        days_left(version, today),
        deprecated=version.deprecated,
        otherwise=version.retirement_date,
    )


def _colour(version: ModelVersion, today: dt.date) -> str:
    days = days_left(version, today)
    if days is not None and days <= 0:
        return "red"
    return "yellow" if version.deprecated or (days is not None and days <= _SOON_DAYS) else ""


def _nothing_to_show(catalog: Catalog, wanted: Filter) -> str:

    if not catalog.models:
        return f"Resource group {catalog.resource_group} offers no models."
    versions = [version for model in catalog.models for version in model.versions]
    executables = {each.executable_id for each in catalog.models}
    capabilities = {capability for each in versions for capability in each.capabilities}
    hint = ""
    if wanted.executable and wanted.executable not in executables:
        hint = f" Executables with models: {', '.join(sorted(executables))}."
    elif wanted.capability and not any(wanted.capability.lower() in each.lower() for each in capabilities):
        hint = f" Capabilities: {', '.join(sorted(capabilities))}."
    elif not any(_is_named(each, wanted.texts) for each in catalog.models):
        near = catalog.nearest(" ".join(wanted.texts))
        hint = f" Did you mean {', '.join(near)}?" if near else ""
    return f"No such models in resource group {catalog.resource_group}.{hint}"
