"""The command `init`: what it asks, and what it says of what was written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from aicore_provider.api.errors import AICoreError, CredentialsError
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, resource_group_problem
from aicore_provider.cli.console import say, say_document, warn
from aicore_provider.cli.failures import current_folder
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.init.choices import (
    Ci,
    Model,
    Named,
    environment_problem,
    names,
    project_name,
    project_problem,
    proposed_model,
    read_model,
    resolved_model,
)
from aicore_provider.cli.options import json_option, refusing

if TYPE_CHECKING:
    from aicore_provider.catalog.catalog import Catalog
    from aicore_provider.cli.init.package import Package
    from aicore_provider.cli.init.repository import Repository

T = TypeVar("T")


def _address(url: str) -> str:
    from aicore_provider.api.credentials import service_url

    try:
        return service_url(url, "it") if url else ""
    except CredentialsError as error:
        raise click.BadParameter(str(error).rstrip(".")) from None


def _ci(text: str) -> Ci:
    chosen: Ci = click.Choice(get_args(Ci)).convert(text, None, None)
    return chosen


def _checked(problem: Callable[[str], str | None]) -> Callable[[str], str]:
    """Return a function that refuses an answer of which `problem` says what is wrong, so that it is asked again."""

    def check(value: str) -> str:
        if complaint := problem(value):
            raise click.BadParameter(complaint)
        return value

    return check


def _models(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[Named, ...]:
    return tuple(map(_model, texts))


def _model(text: str) -> Named:
    if (read := read_model(text)) is None:
        raise click.BadParameter(f"{text!r} is not of the form MODEL, MODEL@VERSION or ENVIRONMENT=MODEL@VERSION")
    return read


def _package(text: str) -> Package:
    from aicore_provider.cli.init.package import read_package

    try:
        return read_package(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _backend_problem(url: str) -> str | None:
    from aicore_provider.cli.init.state_store import backend_problem

    return backend_problem(url)


def _environments(texts: Sequence[str]) -> tuple[str, ...]:
    for text in texts:
        if complaint := environment_problem(text):
            raise click.BadParameter(complaint)
    return tuple(dict.fromkeys(texts))


@command(
    examples=(
        Example("Asks for what it needs to know", "aicore-provider init"),
        Example(
            "Two environments, for GitLab, without a question",
            "aicore-provider init --environment dev --environment prod --model gpt-5-mini@2025-08-07 --ci gitlab --yes",
        ),
        Example("State in S3, reached by OIDC", "aicore-provider init --backend s3://states --oidc --yes"),
        Example(
            "The package from a Git repository",
            "aicore-provider init --package git+https://HOST/OWNER/REPOSITORY@v0.2.0 --yes",
        ),
    ),
)
@click.option(
    "--project", metavar="NAME", callback=refusing(project_problem), help="Name.  [default: that of the folder]"
)
@click.option(
    "--environment",
    "environments",
    metavar="NAME",
    multiple=True,
    callback=lambda _context, _parameter, texts: _environments(texts),
    help="Environment, in the order in which changes reach them; may be given several times.  [default: dev]",
)
@click.option(
    "--model",
    "models",
    metavar="[ENVIRONMENT=]MODEL[@VERSION]",
    multiple=True,
    callback=_models,
    help="Model, of one environment or of all; may be given several times.  [default: gpt-5-mini]",
)
@click.option(
    "--service-url",
    "url",
    metavar="URL",
    callback=lambda _context, _parameter, text: None if text is None else _address(text),
    help="AI_API_URL of the service key.  [default: that of the credentials]",
)
@click.option(
    "--resource-group", "-g", metavar="NAME", callback=refusing(resource_group_problem), help="[default: default]"
)
@click.option("--ci", type=click.Choice(get_args(Ci)), help="Whose workflow files to write.  [default: github]")
@click.option(
    "--backend",
    metavar="URL",
    callback=refusing(_backend_problem),
    help="Where the state shall live, such as s3://states.  [default: Pulumi Cloud]",
)
@click.option("--oidc", is_flag=True, help="Let the CI reach Pulumi Cloud or S3 by OIDC, without a stored key.")
@click.option(
    "--package",
    metavar="SPEC",
    callback=lambda _context, _parameter, text: None if text is None else _package(text),
    help="How pip gets aicore-provider: a version such as aicore-provider==0.2.0, a wheel on this machine, which is"
    " copied, or a URL such as git+https://HOST/OWNER/REPOSITORY@v0.2.0.  [default: this version, from an index of your"
    " own]",
)
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: take the defaults.")
@json_option
def init(
    project: str | None,
    environments: tuple[str, ...],
    models: tuple[Named, ...],
    url: str | None,
    resource_group: str | None,
    ci: str | None,
    backend: str | None,
    oidc: bool,
    package: Package | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Make an infrastructure repository in this folder: a Pulumi project, a stack file for each environment, CI.

    In a terminal it asks for what no option says. Without a terminal nothing is written without --yes. With credentials
    in the environment it proposes models of the catalogue; it changes nothing at the service. It never overwrites a
    file: where one exists already, it names it and writes nothing. A README.md is left as it is, and INFRASTRUCTURE.md
    written beside it.
    """
    from aicore_provider.cli.init.package import Package, this_version
    from aicore_provider.cli.init.repository import OTHER_README, README, Environment, Repository
    from aicore_provider.cli.init.state_store import PULUMI_CLOUD, state_store
    from aicore_provider.cli.init.write import require_new, write

    ask = not yes
    if ask and not sys.stdin.isatty():
        raise click.ClickException("Nothing was written: there is no terminal to ask on.\nRun it again with --yes.")
    folder = current_folder()
    readme = OTHER_README if os.path.lexists(folder / README) else README
    if ask:
        # Before anybody has answered for nothing; the rest depends on the answers.
        require_new(folder, Repository("", (), "", "", Package(), "none").texts(readme))
    project = project or _value("Project", project_name(folder.name), ask, _checked(project_problem))
    environments = environments or _value(
        "Environments, in the order in which changes reach them", "dev", ask, lambda text: _environments(names(text))
    )
    if unknown := [each.environment for each in models if each.environment not in ("", *environments)]:
        raise click.UsageError(
            f"--model names the environment {unknown[0]}, which is none of {', '.join(environments)}."
        )
    known = _known_service()
    if url is None:
        url = _value("Service URL (AI_API_URL of the service key; empty for later)", known, ask, _address)
    resource_group = resource_group or _value(
        "Resource group", DEFAULT_RESOURCE_GROUP, ask, _checked(resource_group_problem)
    )
    catalog = _catalog(resource_group) if known and url in ("", known) else None
    chosen = _chosen_models(environments, models, catalog, ask=ask)
    whose_ci = _ci(ci) if ci else _value(f"CI ({', '.join(get_args(Ci))})", "github", ask, _ci)
    backend = backend or _value("Where the state shall live", PULUMI_CLOUD, ask, _checked(_backend_problem))
    if oidc and not state_store(backend).oidc:
        raise click.UsageError(f"--oidc is for Pulumi Cloud and S3; the state is to live in {backend}.")
    package = package or _value("Package (a version on your index, a wheel or a URL)", this_version(), ask, _package)
    repository = Repository(
        project,
        tuple(Environment(name, chosen[name]) for name in environments),
        url,
        resource_group,
        package,
        whose_ci,
        backend,
        oidc,
    )
    written = write(folder, repository.texts(readme), package)
    if as_json:
        say_document(**_as_document(repository, written))
        return
    say(f"Wrote {len(written)} files for {', '.join(environments)}:")
    for path in written:
        say(f"  {path}")
    if package.is_on_an_index:
        say(
            f"pip gets {package.requirement('cli')} from an index. No public index has it yet, so this fails without "
            "an index of your own.\n--package names a wheel or a URL in its place."
        )
    say(
        f"{readme} says how to try it on this machine without a tenant, and what is to do before its first `pulumi up`."
    )


def _as_document(repository: Repository, written: Sequence[str]) -> dict[str, Any]:
    """Return what `--json` tells."""
    return {
        "service": repository.service_url or None,
        "resourceGroup": repository.resource_group,
        "project": repository.project,
        "package": repository.package.requirement("cli"),
        "ci": repository.ci,
        "backend": repository.backend,
        "oidc": repository.oidc,
        "environments": [
            {"name": each.name, "file": each.file, "deployments": each.deployments} for each in repository.environments
        ],
        "files": list(written),
    }


def _value(question: str, default: str, ask: bool, parse: Callable[[str], T]) -> T:
    """Return the parsed answer to a question, or the parsed default where nobody is asked.

    An answer that `parse` refuses with a `click.BadParameter` is asked for again.
    """
    if not ask:
        return parse(default)
    answer: T = click.prompt(question, default=default, value_proc=parse, show_default=bool(default), err=True)
    return answer


def _known_service() -> str:
    """Return the address of the service of the credentials in the environment; "" where there are none."""
    from aicore_provider.api.credentials import find_credentials

    try:
        return find_credentials(os.environ).base_url
    except CredentialsError:
        return ""


def _catalog(resource_group: str) -> Catalog | None:
    """Return what the service of the environment's credentials offers; None, and a warning, where that is not known."""
    from aicore_provider.api.client import AICore
    from aicore_provider.api.credentials import find_credentials
    from aicore_provider.catalog.source import Catalogs

    credentials = find_credentials(os.environ)
    say(f"Looking up the models of {credentials.base_url}, resource group {resource_group} ...", err=True)
    try:
        return Catalogs(AICore(credentials), warn).of(resource_group)
    except AICoreError as error:
        warn(f"models and versions are not looked up: {error.first_line}")
        return None


def _chosen_models(
    environments: Sequence[str], given: Sequence[Named], catalog: Catalog | None, *, ask: bool
) -> Mapping[str, tuple[Model, ...]]:
    """Return the models of each environment: those of `--model`, or else those of the answers."""

    def found(each: Named) -> Model:
        model, remark = resolved_model(each, catalog)
        if remark:
            warn(remark)
        return model

    chosen: dict[str, tuple[Model, ...]] = {}
    proposed = proposed_model(catalog)
    if ask and catalog and not given:
        say(f"Offered: {', '.join(sorted({each.model for each in catalog.models}))}", err=True)
    for name in environments:
        named = [each for each in given if each.environment in ("", name)]
        if not named:
            answer = _value(f"Model of {name}, such as MODEL or MODEL@VERSION", proposed, ask, _model)
            named, proposed = [answer], answer.text
        chosen[name] = tuple(dict.fromkeys(map(found, named)))
    return chosen
