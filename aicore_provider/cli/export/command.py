"""The command `export`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aicore_provider.api.errors import AICoreError
from aicore_provider.api.naming import resource_group_problem
from aicore_provider.cli import completing
from aicore_provider.cli.console import progress, say, say_document, warn
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import json_option, refusing, stack_option

if TYPE_CHECKING:
    from aicore_provider.api.client import AICore
    from aicore_provider.cli.export.bulk_import import BulkImport
    from aicore_provider.cli.export.document import Document


def _each_a_group(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    check = refusing(resource_group_problem)
    for value in values:
        check(context, parameter, value)
    return tuple(dict.fromkeys(values))


@command(
    examples=(
        Example("The whole tenant", "aicore-provider export --output Pulumi.prod.yaml"),
        Example("Some deployments of one resource group", "aicore-provider export -g team-a --match 'chat*'"),
        Example("The same again for another resource group", "aicore-provider export -g team-a --clone-to team-b"),
        Example(
            "For programs that use the provider plugin",
            "aicore-provider export --pulumi-import imports.json && pulumi import --file imports.json",
        ),
    ),
)
@click.option(
    "--resource-group",
    "-g",
    "groups",
    metavar="NAME",
    multiple=True,
    callback=_each_a_group,
    shell_complete=completing.resource_groups,
    help="Resource group; may be repeated.  [default: the whole tenant]",
)
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write a file, not to stdout.")
@click.option("--match", default="*", metavar="GLOB", help="Only entries with such a name.")
@click.option("--exclude", default="", metavar="GLOB", help="No entries with such a name.")
@click.option(
    "--clone-to",
    metavar="NAME",
    callback=refusing(resource_group_problem),
    shell_complete=completing.resource_groups,
    help="The same again in this other resource group, in place of managing what there is.",
)
@click.option(
    "--pulumi-import",
    "import_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a file for `pulumi import --file`, with resources of the provider plugin, in place of a stack file.",
)
@stack_option
@json_option
def export(
    groups: tuple[str, ...],
    output: Path | None,
    match: str,
    exclude: str,
    clone_to: str | None,
    import_file: Path | None,
    stack: str | None,
    as_json: bool,
) -> None:
    """Write an existing tenant, or some of its resource groups, as a stack file.

    A stack with this file manages what there is from its first `pulumi up` on, and changes nothing about it. What a
    stack file cannot say is named at its end and on stderr. Values of secrets cannot be read: a secret is managed as it
    is until the file has values for it. This command changes nothing at the service.
    """
    from aicore_provider.api.client import AICore
    from aicore_provider.cli.default_versions import default_versions
    from aicore_provider.cli.export.bulk_import import bulk_import
    from aicore_provider.cli.export.document import Choice, document
    from aicore_provider.cli.export.file_text import file_text
    from aicore_provider.cli.export.survey import survey
    from aicore_provider.cli.pulumi_cli import find_cli
    from aicore_provider.cli.stack import find_stack
    from aicore_provider.cli.target import groups_told, introduction, usable_credentials

    if clone_to and len(groups) != 1:
        raise click.UsageError("--clone-to wants one resource group to clone: give --resource-group once.")
    if clone_to in groups:
        raise click.UsageError("--clone-to names the resource group that is cloned; it wants another one.")
    if output and as_json:
        raise click.UsageError("--json prints to stdout, so it does not go with --output.")
    if import_file and (clone_to or output or as_json):
        raise click.UsageError("--pulumi-import writes its own file: it goes with no --clone-to, --output or --json.")
    if file := output or import_file:
        # A try tells before all the requests what would be told after them.
        _write_new(file, "")
        file.unlink()
    selection = find_stack(stack, find_cli())
    credentials = usable_credentials(selection)
    where = groups_told(groups, "from --resource-group") if groups else "the whole tenant"
    say(introduction(credentials, where, selection), err=True)
    client = AICore(credentials)
    is_there = clone_to is not None and client.resource_groups.find(clone_to) is not None
    with progress("Reading what is there") as step:
        tenant = survey(client, groups, step)
    choice = Choice(match, exclude, clone_to or "", is_there, default_versions(client))
    if import_file:
        _write_import(bulk_import(tenant, choice), import_file)
        return
    found = document(tenant, choice)
    if clone_to and is_there:
        for line in _not_offered(found, clone_to, client):
            warn(line)
    elif clone_to:
        warn(f"resource group {clone_to} does not exist yet: what it does not offer shows once it is made.")
    _tell_rest(found)
    if as_json:
        say_document(
            service=client.url,
            resourceGroups=[each.group.id for each in tenant.groups],
            stack=selection.stack.name if selection.stack else None,
            excluded=found.excluded,
            entries=[
                {"section": section, "name": name, "entry": entry}
                for section, entries in found.sections.items()
                for name, entry in entries.items()
            ],
            leftOut=[asdict(each) for each in found.left_out],
        )
        return
    text = file_text(found, client.url, is_clone=bool(clone_to))
    if output is None:
        say(text.rstrip("\n"))
        return
    _write_new(output, text)
    count = _counted(sum(len(entries) for entries in found.sections.values()), "entry", "entries")
    say(f"{output}: {count}, {len(found.left_out)} left out. `pulumi preview` shows what a stack does with it.")


def _write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet, or raise a `click.ClickException`."""
    try:
        with path.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
            except BaseException:
                # A part of it would be in the way of the next try.
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        raise click.ClickException(f"{path} exists already; remove it, or choose another file.") from None
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None


def _write_import(imports: BulkImport, file: Path) -> None:
    _tell_rest(imports)
    if not imports.resources:
        raise click.ClickException("Nothing to import, so no file was written.")
    _write_new(file, f"{json.dumps(imports.as_json(), indent=2)}\n")
    count = _counted(len(imports.resources), "resource", "resources")
    say(f"{file}: {count}, {len(imports.left_out)} left out. Import them with `pulumi import --file {file}`.")


def _tell_rest(found: Document | BulkImport) -> None:
    """Tell what is not in the file."""
    if found.excluded:
        excluded = _counted(found.excluded, "entry is", "entries are")
        say(f"{excluded} excluded by --match or --exclude.", err=True)
    for each in found.left_out:
        warn(f"left out: {each.what}: {each.why.rstrip('.')}.")


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def _not_offered(found: Document, resource_group: str, client: AICore) -> list[str]:
    """Return what the catalogue of the resource group that is cloned to does not offer; a line for each."""
    from aicore_provider.catalog.findings import examine
    from aicore_provider.catalog.model_policy import ModelPolicy
    from aicore_provider.catalog.source import Catalogs
    from aicore_provider.stack.entry import parsed

    # With the artifacts that they name. The other sections may have placeholders, which are not valid.
    config = parsed({section: found.sections.get(section, {}) for section in ("artifacts", "deployments")})
    try:
        catalog = Catalogs(client).of(resource_group)
    except AICoreError as error:
        return [f"whether resource group {resource_group} offers the models is not known: {error.first_line}"]
    examined = (examine(each, catalog, ModelPolicy(), client.today, unchanged=False) for each in config.wanted())
    return [finding.line for each in examined for finding in each]
