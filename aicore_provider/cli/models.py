"""`aicore-provider models`: the catalogue of a resource group, for people and scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from aicore_provider.api.errors import AICoreError
from aicore_provider.catalog.catalog import NO_VERSION, Catalog
from aicore_provider.cli import completing
from aicore_provider.cli.console import progress, say, say_document, warn
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import as_days, json_option, resource_group_option, stack_option
from aicore_provider.cli.table import Column, retirement, show

if TYPE_CHECKING:
    from aicore_provider.api.scenarios import ModelVersion, OfferedModel

_SOON_DAYS = 90


@dataclass(frozen=True)
class Filter:
    """Which versions to show, by the options of the command. What is None or empty excludes nothing."""

    texts: tuple[str, ...] = ()
    executable: str | None = None
    capability: str | None = None
    retiring_days: int | None = None


class Offer(NamedTuple):
    """A version of a model, or a model without versions: one row of the table."""

    model: OfferedModel
    version: ModelVersion


@command(
    examples=(
        Example("All models of a provider or a family", "aicore-provider models gpt"),
        Example("What retires within three months", "aicore-provider models --retiring 90d"),
        Example("In a script: what can make embeddings", "aicore-provider models --capability embedding --json"),
    ),
)
@click.argument("texts", metavar="[TEXT]...", nargs=-1, shell_complete=completing.models)
@resource_group_option
@stack_option
@click.option(
    "--executable",
    "-e",
    metavar="NAME",
    shell_complete=completing.executables,
    help="Only models of this executable, such as azure-openai.",
)
@click.option(
    "--capability",
    "-c",
    metavar="TEXT",
    shell_complete=completing.capabilities,
    help="Only versions with this capability, such as embedding.",
)
@click.option(
    "--retiring",
    "retiring_days",
    metavar="DAYS",
    callback=as_days,
    help="Only versions that are retired, or retire within 90d, say.",
)
@json_option
def models(resource_group: str | None, stack: str | None, as_json: bool, **wanted: Any) -> None:
    """List the models that a resource group offers, a line for each version; "-" where a model has none.

    TEXT is looked for in the names of model, provider and executable. An asterisk marks the version that "latest"
    stands for. Credentials are those of the environment, else of the stack, as for `pulumi up`.
    """
    from aicore_provider.catalog.findings import missing_scenario
    from aicore_provider.catalog.source import Catalogs
    from aicore_provider.cli.target import introduced

    passing = Filter(**wanted)
    target = introduced(stack=stack, resource_group=resource_group)
    with progress(f"Reading the model catalogue of resource group {target.group.name}"):
        catalog = Catalogs(target.client, warn).of(target.group.name)
    if missing := missing_scenario(catalog):
        raise AICoreError("\n".join(missing))
    today = target.client.today
    shown = list(select(catalog.models, passing, today))
    if as_json:
        found = [as_document(*each, catalog.resource_group, today) for each in shown]
        say_document(**target.facts, models=found)
        return
    if not shown:
        say(_nothing_to_show(catalog, passing))
        return
    show(_columns(today), shown)


def select(offered: Iterable[OfferedModel], wanted: Filter, today: dt.date) -> Iterator[Offer]:
    """Return the versions to show, sorted by executable and model; versions are in the service's order.

    A model without versions has one row, whose version has no name.
    """
    from aicore_provider.api.scenarios import ModelVersion

    none = ModelVersion.model_construct(name=NO_VERSION)
    for model in sorted(offered, key=lambda each: (each.executable_id, each.model)):
        if wanted.executable not in (None, model.executable_id) or not _is_named(model, wanted.texts):
            continue
        for version in model.versions if model.has_versions else (none,):
            days = version.days_left(today)
            if wanted.retiring_days is not None and (days is None or days > wanted.retiring_days):
                continue
            if wanted.capability and not any(wanted.capability.lower() in c.lower() for c in version.capabilities):
                continue
            yield Offer(model, version)


def _is_named(model: OfferedModel, texts: Iterable[str]) -> bool:
    names = " ".join((model.model, model.display_name, model.provider, model.executable_id)).lower()
    return all(text.lower() in names for text in texts)


def as_document(model: OfferedModel, version: ModelVersion, resource_group: str, today: dt.date) -> dict[str, Any]:
    """Return the item of `--json`. `retirementDate` is the service's own text, `daysLeft` is computed from it."""
    return {
        "model": model.model,
        "version": version.name or None,
        "latest": version.is_latest,
        "deprecated": version.deprecated,
        "retirementDate": version.retirement_date or None,
        "daysLeft": version.days_left(today),
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
    from aicore_provider.catalog.findings import replacements

    def retires(offer: Offer) -> str:
        version = offer.version
        days = version.days_left(today)
        return retirement(version.retires_on, days, deprecated=version.deprecated, otherwise=version.retirement_date)

    def instead(offer: Offer) -> str:
        is_ending = offer.version.deprecated or offer.version.retires_on
        return ", ".join(replacements(*offer)) if is_ending else ""

    return (
        Column("MODEL", lambda each: each.model.model),
        Column("VERSION", lambda each: f"{each.version.name} *" if each.version.is_latest else each.version.name),
        Column("EXECUTABLE", lambda each: each.model.executable_id),
        Column("RETIRES", retires, lambda each: _colour(each.version, today)),
        Column("INSTEAD", instead),
        Column("CONTEXT", lambda each: f"{each.version.context_length:,}" if each.version.context_length else ""),
        Column("CAPABILITIES", lambda each: ", ".join(each.version.capabilities)),
        Column("COST", lambda each: ", ".join(f"{name} {value}" for name, value in each.version.cost.items())),
    )


def _colour(version: ModelVersion, today: dt.date) -> str:
    days = version.days_left(today)
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
