"""The JSON schemas of what commands print with `--json`, and their wording, from which `docs/json.md` is made.

Keys may be added within a version of the form, so the schemas allow keys that they do not name. A test takes that away
and validates what each command prints, so that no key is without a description.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aicore_provider.cli.console import JSON_FORMAT

Schema = dict[str, Any]


def _of(type_: str, told: str, *, or_null: bool = False, **more: Any) -> Schema:
    return {"type": [type_, "null"] if or_null else type_, "description": told, **more}


def _text(told: str, *, or_null: bool = False, **more: Any) -> Schema:
    return _of("string", told, or_null=or_null, **more)


def _flag(told: str, *, or_null: bool = False) -> Schema:
    return _of("boolean", told, or_null=or_null)


def _number(told: str) -> Schema:
    return _of("integer", told, or_null=True)


def _texts(told: str) -> Schema:
    return _of("array", told, items={"type": "string"})


def _list(told: str, item: Schema) -> Schema:
    return _of("array", told, items=item)


def _object(
    keys: Mapping[str, Schema], told: str = "", *, or_null: bool = False, optional: tuple[str, ...] = ()
) -> Schema:
    required = [key for key in keys if key not in optional]
    return _of("object", told, or_null=or_null, properties=dict(keys), required=required)


def _free(told: str, value: Schema | None = None, *, or_null: bool = False) -> Schema:
    """An object whose keys are names."""
    return _of("object", told, or_null=or_null, additionalProperties=value or {})


def _pair(type_: str, told: str) -> Schema:
    value = {"type": [type_, "null"]}
    return _object({"before": value, "after": value}, told, or_null=True)


_VERSION = _of("integer", "Version of this form.", const=JSON_FORMAT)
_SERVICE = _text("Address of the service.")
_GROUP = _text("Resource group that was asked.")
_STACK = _text("The stack; null where there is none.", or_null=True)

_DEPLOYMENT: Mapping[str, Schema] = {
    "id": _text("Id of the deployment."),
    "url": _text("Its address; null while it has none.", or_null=True),
    "model": _text("Model that runs; null where the service names none.", or_null=True),
    "version": _text("Version of the model; null where the service names none.", or_null=True),
    "status": _text("Status, in the service's words."),
    "targetStatus": _text("Status that it is on the way to, in the service's words.", or_null=True),
    "statusMessage": _text("What the service says about the status.", or_null=True),
    "scenario": _text("Scenario.", or_null=True),
    "executable": _text("Executable.", or_null=True),
    "configurationId": _text("Configuration that it is switched to.", or_null=True),
    "configurationName": _text("Name of that configuration.", or_null=True),
    "latestRunningConfigurationId": _text("Configuration that ran last.", or_null=True),
    "resourceGroup": _text("Resource group that it is in."),
    "createdAt": _text("When it was made: ISO 8601 in UTC.", or_null=True),
}

_MODEL: Mapping[str, Schema] = {
    "model": _text("Model, as an entry of the stack file names it."),
    "version": _text("Version; null for a model without versions.", or_null=True),
    "latest": _flag('Whether "latest" stands for this version.'),
    "deprecated": _flag("Whether the service calls it deprecated."),
    "retirementDate": _text("When it retires, as the service writes it.", or_null=True),
    "daysLeft": _number("Days until then by our reading of it; negative once it is past."),
    "suggestedReplacements": _texts("Models that the service suggests instead."),
    "executable": _text("Executable, as an entry of the stack file names it."),
    "displayName": _text("Name for people.", or_null=True),
    "provider": _text("Who makes the model.", or_null=True),
    "accessType": _text("How the service reaches it.", or_null=True),
    "scenarios": _texts("Ids of scenarios in which it may be used."),
    "contextLength": _number("Most tokens of a request."),
    "inputTypes": _texts("What it reads."),
    "capabilities": _texts("What it can do."),
    "orchestrationCapabilities": _texts("What it can do through orchestration."),
    "streamingSupported": _flag("Whether it can answer in parts; null where the service does not tell.", or_null=True),
    "cost": _free("The service's names of costs, and amounts.", {"type": "string"}),
    "resourceGroup": _text("Resource group that offers it."),
}

_CHANGE = _object(
    {
        "cost": _free(
            "A pair for each cost that differs; names and amounts are the service's texts.", _pair("string", "")
        ),
        "contextLength": _pair("integer", "A pair of numbers."),
        "inputTypes": _object({"gained": _texts(""), "lost": _texts("")}, "Lists of what is new and what is lost."),
        "capabilities": _object(
            {"gained": _texts(""), "lost": _texts("")},
            "The same for capabilities; `streaming` stands for the service's `streamingSupported`.",
        ),
        "deprecated": _flag(
            "true where the new one is deprecated and the old one is not, false the other way round, else null.",
            or_null=True,
        ),
        "retirementDate": _pair(
            "string", "A pair of dates without time; in it, null means that the service names none."
        ),
    },
    "What differs with the proposal, as far as the catalogue tells; null where there is no proposal, nothing differs,"
    " or model or version is secret. A pair is an object with `before` and `after`, and null where both are the same or"
    " one is not known.",
    or_null=True,
)

_UPGRADE: Mapping[str, Schema] = {
    "name": _text("Deployment of an entry: its name, or `<entry>/<group>` where the entry has `resourceGroups`."),
    "resourceGroup": _text("Resource group that it is in."),
    "model": _text("Model in use."),
    "version": _text("Version in use.", or_null=True),
    "executable": _text("Executable in use.", or_null=True),
    "offered": _flag("Whether the service still offers it."),
    "latest": _text('Version that "latest" stands for.', or_null=True),
    "deprecated": _flag("Whether the service calls the version in use deprecated."),
    "retirementDate": _text("When it retires: a date without time.", or_null=True),
    "daysLeft": _number("Days until then; negative once it is past."),
    "proposal": _object(
        {"model": _text("New model."), "version": _text("New version."), "executable": _text("New executable.")},
        "What would change; null for nothing.",
        or_null=True,
        optional=("model", "version", "executable"),
    ),
    "change": _CHANGE,
    "choices": _texts("Models among which you choose, where the service suggests several."),
}

_FINDING: Mapping[str, Schema] = {
    "check": _text("Name of the check, such as `credentials`; it stays."),
    "level": _text("How good or bad it is.", enum=["ok", "warning", "problem", "skipped"]),
    "message": _text("What is the case."),
    "advice": _text('What to do about it; "" for nothing.'),
    "deployments": _texts("Names of the deployments that it is about, as in the stack's output `deployments`."),
}

_STRAY: Mapping[str, Schema] = {
    **_DEPLOYMENT,
    "stack": _text("Stack that made its configuration; null where none of them did.", or_null=True),
    "verdict": _text("What it is.", enum=["orphan", "uncertain", "notOurs"]),
    "removed": _flag("Only after a removal: whether it is gone."),
    "error": _text("Only after a removal: why it is not gone.", or_null=True),
}
_STRAYS = _object(_STRAY, optional=("removed", "error"))

_LOCK: Mapping[str, Schema] = {
    "stack": _text("Stack that it is or was on."),
    "id": _text("Its id."),
    "user": _text('Who ran the command that holds or held it; "" where the lock cannot be read.'),
    "host": _text('Where that command runs or ran; "" where the lock cannot be read.'),
    "pid": _of("integer", "Its process; 0 where the lock cannot be read."),
    "since": _text('When it was made: ISO 8601; "" where the lock cannot be read.'),
}

_SURVEY: Mapping[str, Schema] = {
    "version": _VERSION,
    "service": _SERVICE,
    "resourceGroups": _texts("Resource groups that were listed."),
    "stacks": _texts("Stacks whose states were read."),
    "locks": _list("Their locks, where the state is in a folder; elsewhere always empty.", _object(_LOCK)),
    "orphans": _list("What interrupted runs have left behind.", _STRAYS),
    "uncertain": _list("What is on a configuration of a stack, without a create that explains it.", _STRAYS),
    "notOurs": _list("Everything else.", _STRAYS),
}

_EXPORTED: Mapping[str, Schema] = {
    "section": _text("Key of the stack file without `aicore:`, such as `deployments`."),
    "name": _text("Name of the entry."),
    "entry": _free("The entry, with the keys of the stack file."),
}

_TAKEN_OVER: Mapping[str, Schema] = {
    "name": _text("Name of the entry."),
    "id": _text("Id of the deployment."),
    "resourceGroup": _text("Resource group that it is in."),
    "status": _text("Its status, in the service's words."),
    "otherStacks": _list(
        "What manages it in other stacks of the backend.",
        _object({"stack": _text("The stack."), "resource": _text("The resource, such as `AIDeployment chat`.")}),
    ),
    "entry": _free("What the stack file says below that name."),
}

_ENVIRONMENT: Mapping[str, Schema] = {
    "name": _text("Name of the environment, and of its stack."),
    "file": _text("Its stack file."),
    "deployments": _free("The entries of `aicore:deployments`.", {"type": "object"}),
}

_PENDING: Mapping[str, Schema] = {
    "stack": _text("Stack."),
    "operation": _text("What was begun, such as `creating`."),
    "resource": _text("Kind and name of the resource."),
}

DOCUMENTS: Mapping[str, Mapping[str, Schema]] = {
    "deployments": {
        "version": _VERSION,
        "service": _SERVICE,
        "resourceGroup": _GROUP,
        "stack": _STACK,
        "deployments": _list("The deployments, the oldest first.", _object(_DEPLOYMENT)),
    },
    "doctor": {
        "version": _VERSION,
        "service": _text("Address of the service; null where there are no usable credentials.", or_null=True),
        "resourceGroup": _text("Resource group that was asked; null where there is none that can be.", or_null=True),
        "stack": _STACK,
        "findings": _list("What the checks found; a check may find several things or none.", _object(_FINDING)),
    },
    "emulator": {
        "version": _VERSION,
        "service": _text("Address of the emulator."),
        "environment": _free("Variables with which programs and commands find it.", {"type": "string"}),
    },
    "export": {
        "version": _VERSION,
        "service": _SERVICE,
        "resourceGroups": _texts("Resource groups that were read."),
        "stack": _STACK,
        "excluded": _of("integer", "How many entries --match and --exclude have left out."),
        "entries": _list("The entries of the stack file.", _object(_EXPORTED)),
        "leftOut": _list(
            "What a stack file cannot say.", _object({"what": _text("What it is."), "why": _text("Why it cannot.")})
        ),
    },
    "init": {
        "version": _VERSION,
        "service": _text(
            "Address of the service that the stack files name; null where it is still to be set.", or_null=True
        ),
        "resourceGroup": _text("Resource group that the stack files name."),
        "project": _text("Name of the project."),
        "package": _text("What pip installs."),
        "ci": _text("Whose workflow files were written.", enum=["github", "gitlab", "none"]),
        "backend": _text("Where the state is to live."),
        "oidc": _flag("Whether the CI gets there by OIDC."),
        "environments": _list("The environments, in the order in which changes reach them.", _object(_ENVIRONMENT)),
        "files": _texts("The files that were written, with their folders."),
    },
    "models": {
        "version": _VERSION,
        "service": _SERVICE,
        "resourceGroup": _GROUP,
        "stack": _STACK,
        "models": _list("The versions of models, and each model without versions.", _object(_MODEL)),
    },
    "orphans": _SURVEY,
    "recover": {
        **_SURVEY,
        "pending": _list("What a killed run has begun and not ended.", _object(_PENDING)),
        "removedLocks": _list("Locks that were removed, each of which a killed run held.", _object(_LOCK)),
        "cleared": _texts("Stacks whose interrupted creates were forgotten."),
    },
    "take-over": {
        "version": _VERSION,
        "service": _SERVICE,
        "resourceGroup": _GROUP,
        "stack": _STACK,
        "entries": _list("One entry.", _object(_TAKEN_OVER)),
    },
    "upgrade": {
        "version": _VERSION,
        "service": _SERVICE,
        "stack": _STACK,
        "file": _text("The stack file."),
        "written": _flag("Whether it was changed."),
        "deployments": _list("The deployments of the stack file that have a model.", _object(_UPGRADE)),
    },
}
"""The keys of each command's document, in their order."""


def document_schema(command: str) -> Schema:
    """Return the JSON schema of the document that a command prints."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"aicore-provider {command} --json",
        **_without_empty(_object(DOCUMENTS[command])),
    }


def _without_empty(schema: Any) -> Any:
    """Return a schema without empty descriptions."""
    if isinstance(schema, dict):
        return {key: _without_empty(value) for key, value in schema.items() if (key, value) != ("description", "")}
    return [_without_empty(each) for each in schema] if isinstance(schema, list) else schema
