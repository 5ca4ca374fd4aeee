"""Wrong values of a stack file, with key and complaint of each, and names that YAML reads as something else."""

from __future__ import annotations

from typing import Any

from tests.support.models import CHAT

MANGLED_DATE = "2025-08-07 00:00:00 +0000 UTC"
"""What Pulumi hands over for an unquoted 2025-08-07."""

FIXED_NAMES = [
    "~",
    "null",
    "2025-08-07",
    "2025-8-7",
    "0x1F",
    "0o17",
    "017",
    "08",
    "0b1",
    "on",
    "Yes",
    "off",
    "true",
    "12",
]
FIXED_NAMES += ["+12", "1_000", "1.5", ".5", "1e3", ".inf", "-.inf", ".NaN", "1:30", "2001-12-14 21:59:43.10 -5"]
"""What some reader of YAML takes for something else than a text, and changes."""

MANGLED_NAMES = ["<nil>", MANGLED_DATE, "31", "1000", "1.5", "+Inf", "-Inf", "NaN", "true", "on", "1:30"]
"""What a program gets for those."""

KEPT_NAMES = ["chat", "gpt-5", "3d", "0.1.0", "08-07", "one two", "größer", "y", "n", "e3", "x0x1F", "nil", "12-a"]

TOP: list[tuple[dict[str, Any], str, str]] = [
    ({"deploymnets": {}}, "aicore:deploymnets", "is no known key; did you mean deployments? Known are baseUrl"),
    ({"flavour": "x"}, "aicore:flavour", "is no known key; known are baseUrl"),
    ({"resource_group": "team-a"}, "aicore:resource_group", "is no known key; did you mean resourceGroup? Known are"),
    ({"resourceGroup": "x"}, "aicore:resourceGroup", "is no resource group id"),
    ({"resourceGroup": "-team-"}, "aicore:resourceGroup", "is no resource group id"),
    ({"resourceGroup": ""}, "aicore:resourceGroup", "must not be empty"),
    ({"baseUrl": "http://api.ai.example.com"}, "aicore:baseUrl", "is no https URL"),
    ({"baseUrl": "https://me:p4ss@api.ai.example.com"}, "aicore:baseUrl", "user name or password"),
    ({"baseUrl": "https://api.ai.example.com?key=p4ss"}, "aicore:baseUrl", "query or a fragment"),
    ({"baseUrl": "https://api.ai.example.com#p4ss"}, "aicore:baseUrl", "query or a fragment"),
    ({"baseUrl": "https://api.ai.example.com:p4ss"}, "aicore:baseUrl", "its port is no number"),
    ({"baseUrl": "https://api.ai.example.com/ p4ss"}, "aicore:baseUrl", "white space"),
    ({"baseUrl": "https://api..example.com"}, "aicore:baseUrl", "its host is no host name"),
    ({"baseUrl": "p4ss"}, "aicore:baseUrl", "is no https URL"),
    ({"baseUrl": '{"clientsecret": "p4ss"}'}, "aicore:baseUrl", "is no https URL"),
    ({"baseUrl": ""}, "aicore:baseUrl", "must not be empty"),
    ({"serviceKey": '{"clientsecret": "s3cret"}'}, "aicore:serviceKey", "pulumi config set --secret"),
    ({"resourceGroups": []}, "aicore:resourceGroups", "dictionary"),
    ({"resourceGroups": {"-team": {}}}, "aicore:resourceGroups.-team", "is no resource group id"),
    ({"resourceGroups": {"default": {}}}, "aicore:resourceGroups.default", "is made and kept by the service"),
    ({"resourceGroups": {"team-a": "x"}}, "aicore:resourceGroups.team-a", "must be a dictionary"),
    (
        {"resourceGroups": {"team-a": {"label": {}}}},
        "aicore:resourceGroups.team-a.label",
        "is no known key; did you mean labels? Known are labels, grounding, protect, takeOver",
    ),
    ({"resourceGroups": {"team-a": {"grounding": "maybe"}}}, "aicore:resourceGroups.team-a.grounding", "boolean"),
    (
        {"resourceGroups": {"team-a": {"labels": {"owner": "a"}}}},
        "aicore:resourceGroups.team-a.labels.owner",
        "is no label: write 'ext.ai.sap.com/'",
    ),
    (
        {"resourceGroups": {"team-a": {"labels": {"ext.ai.sap.com/owner": 5}}}},
        "aicore:resourceGroups.team-a.labels.ext.ai.sap.com/owner",
        "must be text; write it in quotes",
    ),
    (
        {"resourceGroups": {"team-a": {"grounding": True, "labels": {"ext.ai.sap.com/document-grounding": "false"}}}},
        "aicore:resourceGroups.team-a",
        "grounding: true and another ext.ai.sap.com/document-grounding in labels exclude each other",
    ),
    ({"deployments": []}, "aicore:deployments", "dictionary"),
    ({"deployments": {"": CHAT}}, "aicore:deployments.", "must not be empty"),
    ({"deployments": {"chat": "gpt-5-mini"}}, "aicore:deployments.chat", ""),
]

ENTRY: list[tuple[dict[str, Any], str, str]] = [
    ({"modle": "gpt-5-mini"}, "modle", "is no known key; did you mean model? Known are model, version, executable"),
    ({"executable_id": "azure-openai"}, "executable_id", "is no known key; did you mean executable?"),
    ({"RESOURCEGROUP": "team-b"}, "RESOURCEGROUP", "is no known key; did you mean resourceGroup?"),
    ({"colour": "red"}, "colour", "is no known key; known are model"),
    ({"resource_group": "team-b"}, "resource_group", "is no known key"),
    ({"model": 5}, "model", "must be text; write it in quotes"),
    ({"model": " "}, "model", "must not be empty"),
    ({"version": ""}, "version", "must not be empty"),
    ({"version": None}, "version", "quotes"),
    ({"executable": "azure openai"}, "executable", "is no id"),
    ({"executable": "a"}, "executable", "is no id"),
    ({"ttl": 10}, "ttl", "must be text; write it in quotes"),
    ({"ttl": "4h30m"}, "ttl", "is no life time"),
    ({"ttl": "4.5h"}, "ttl", "is no life time"),
    ({"ttl": "2w"}, "ttl", "is no life time"),
    ({"ttl": "10,"}, "ttl", "is no life time"),
    ({"ttl": "9m"}, "ttl", "10m at least"),
    ({"resourceGroup": "x"}, "resourceGroup", "is no resource group id"),
    ({"resourceGroups": []}, "resourceGroups", "must be a list of resource group ids, or all"),
    ({"resourceGroups": "every"}, "resourceGroups", "must be a list of resource group ids, or all"),
    ({"resourceGroups": ["team-a", "team-a"]}, "resourceGroups", "names a resource group twice"),
    ({"resourceGroups": ["team-a", "x"]}, "resourceGroups.1", "is no resource group id"),
    ({"resourceGroups": [5]}, "resourceGroups.0", "must be text; write it in quotes"),
    ({"resourceGroups": ["team-a"], "takeOver": {"team-a": "d 1"}}, "takeOver.team-a", "is no id"),
    ({"resourceGroups": ["team-a"], "formerly": {"team-a": ""}}, "formerly.team-a", "must not be empty"),
    ({"protect": "maybe"}, "protect", ""),
    ({"formerly": ""}, "formerly", "must not be empty"),
    ({"replace": "deletefirst"}, "replace", "deleteFirst"),
    ({"takeOver": "d 1"}, "takeOver", "is no id"),
    ({"configurationName": "größer"}, "configurationName", "is no configuration name"),
    ({"configurationName": "x" * 257}, "configurationName", "is no configuration name"),
    ({"configurationName": " "}, "configurationName", "must not be empty"),
    ({"configurationName": 5}, "configurationName", "must be text; write it in quotes"),
    ({"versionId": 1.0}, "versionId", "write it in quotes"),
    ({"versionId": MANGLED_DATE}, "versionId", "write it in quotes"),
    ({"versionId": ""}, "versionId", "must not be empty"),
]

OTHER_KINDS: list[tuple[dict[str, Any], str, str]] = [
    ({"scenario": "orchestration", "modelFilterListType": "allow"}, "", "go together"),
    ({"scenario": "orchestration", "modelFilterList": [{"modelName": "m"}]}, "", "go together"),
    (
        {"scenario": "orchestration", "version": "1"},
        ".version",
        "is no known key; did you mean versionId? Known are scenario, executable",
    ),
    (
        {"scenario": "orchestration", "modelFilterList": [{"name": "m"}], "modelFilterListType": "deny"},
        ".modelFilterList.0.name",
        "is no known key; did you mean modelName? Known are modelName, modelVersions",
    ),
    (
        {"model": "m", "resourceGroup": "team-a", "resourceGroups": ["team-b"]},
        "",
        "resourceGroup and resourceGroups exclude each other",
    ),
    (
        {"scenario": "orchestration", "resourceGroups": "all", "takeOver": "d-1234"},
        "",
        "write takeOver by resource group, as in takeOver: {team-a: ID}",
    ),
    ({"model": "m", "formerly": {"team-a": "talk"}}, "", "formerly by resource group is for an entry with"),
    (
        {"scenario": "own-1", "executable": "own-2", "takeOver": {"team-a": "d-1234"}},
        "",
        "takeOver by resource group is",
    ),
    ({"scenario": "own!", "executable": "my-executable"}, ".scenario", "is no id"),
    ({"scenario": "own-1", "executable": "own-2", "parameters": {"n": 3}}, ".parameters.n", "JSON text"),
    ({"model": "m", "version": "1", "scenario": "own-1"}, ".scenario", "is no known key; known are model, version"),
]

POLICY: list[tuple[dict[str, Any], str, str]] = [
    (
        {"retirement": {"warn": 3}},
        "aicore:retirement.warn",
        "is no known key; did you mean warnDays? Known are warnDays, failDays",
    ),
    ({"retirement": {"failDays": -1}}, "aicore:retirement.failDays", "greater than or equal to 0"),
    ({"retirement": {"warnDays": "soon"}}, "aicore:retirement.warnDays", "integer"),
    ({"versions": {"allowLatest": "perhaps"}}, "aicore:versions.allowLatest", "boolean"),
    (
        {"versions": {"latest": False}},
        "aicore:versions.latest",
        "is no known key; did you mean allowLatest? Known are allowLatest",
    ),
    ({"checks": "sometimes"}, "aicore:checks", "must be on or off"),
]

_SCHEDULE = {"scenario": "own-1", "executable": "own-2", "cron": "0 3 * * *"}
_ARTIFACT = {"kind": "dataset", "url": "ai://store/texts", "scenario": "own-1"}
_LOGIN = {"registry": "https://registry.example.com", "username": "reader"}
SECTIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"genericSecrets": {"db": {}}}, "genericSecrets.db.data", "is missing; set it with"),
    ({"genericSecrets": {"db": {"data": {}}}}, "genericSecrets.db.data", "genericSecrets.db.data.KEY'`, or manage"),
    ({"genericSecrets": {"db": {"data": {"key": "s3cret"}}}}, "genericSecrets.db.data.key", "is in plain text"),
    ({"genericSecrets": {"db": {"data": {"key": 3}}}}, "genericSecrets.db.data.key", "is in plain text"),
    ({"genericSecrets": {"db": {"data": {"key": ""}}}}, "genericSecrets.db.data.key", "has no value yet"),
    ({"genericSecrets": {"db": {"data": {"key": None}}}}, "genericSecrets.db.data.key", "has no value yet"),
    ({"genericSecrets": {"db": {"data": {"key": "SET-ME"}}}}, "genericSecrets.db.data.key", "has no value yet"),
    (
        {"genericSecrets": {"db": {"takeOver": True, "scope": "everywhere"}}},
        "genericSecrets.db.scope",
        "'resource-group', 'main-tenant' or 'tenant-wide'",
    ),
    (
        {"genericSecrets": {"db": {"takeOver": True, "scope": "main-tenant", "resourceGroup": "team-a"}}},
        "genericSecrets.db",
        "scope: main-tenant goes with no resource group",
    ),
    (
        {"genericSecrets": {"db": {"takeOver": True, "lables": {}}}},
        "genericSecrets.db.lables",
        "is no known key; did you mean labels? Known are data, labels, scope, resourceGroup",
    ),
    (
        {"genericSecrets": {"db": {"takeOver": True, "labels": {"owner": "a"}}}},
        "genericSecrets.db.labels.owner",
        "is no label",
    ),
    (
        {"genericSecrets": {"db": {"takeOver": True, "resourceGroup": "team-a", "resourceGroups": ["team-b"]}}},
        "genericSecrets.db",
        "resourceGroup and resourceGroups exclude each other",
    ),
    ({"objectStoreSecrets": {"store": {"takeOver": True}}}, "objectStoreSecrets.store.type", "is missing"),
    ({"objectStoreSecrets": {"store": {"type": "S3"}}}, "objectStoreSecrets.store.data", "is missing; set it with"),
    (
        {"objectStoreSecrets": {"store": {"type": "S3", "takeOver": True, "useHttps": "maybe"}}},
        "objectStoreSecrets.store.useHttps",
        "boolean",
    ),
    ({"dockerRegistrySecrets": {"hub": _LOGIN}}, "dockerRegistrySecrets.hub.password", "is missing; set it with"),
    ({"dockerRegistrySecrets": {"hub": {}}}, "dockerRegistrySecrets.hub.registry", "is missing"),
    (
        {"dockerRegistrySecrets": {"hub": _LOGIN | {"password": "s3cret"}}},
        "dockerRegistrySecrets.hub.password",
        "'aicore:dockerRegistrySecrets.hub.password'`. Whoever could read the file has it",
    ),
    (
        {"dockerRegistrySecrets": {"hub": {"takeOver": True, "resourceGroup": "team-a"}}},
        "dockerRegistrySecrets.hub.resourceGroup",
        "is no known key; known are registry, username, password, name, takeOver, protect, formerly",
    ),
    ({"repositories": {"templates": {"takeOver": True}}}, "repositories.templates.url", "is missing"),
    ({"repositories": {"templates": {"url": "https://x"}}}, "repositories.templates.username", "is missing"),
    (
        {"repositories": {"templates": {"url": "https://x", "username": "x", "password": "SET-ME"}}},
        "repositories.templates.password",
        "has no value yet; set it with `pulumi config set --secret --path 'aicore:repositories.templates.password'`",
    ),
    (
        {"applications": {"templates": {"revision": "HEAD", "path": "."}}},
        "applications.templates",
        "one of repository, a key of aicore:repositories, and repositoryUrl is needed",
    ),
    (
        {"applications": {"app": {"repository": "a", "repositoryUrl": "b", "revision": "HEAD", "path": "."}}},
        "applications.app",
        "one of repository",
    ),
    ({"artifacts": {"texts": _ARTIFACT | {"kind": "text"}}}, "artifacts.texts.kind", "'model', 'dataset'"),
    ({"artifacts": {"texts": _ARTIFACT | {"url": "texts"}}}, "artifacts.texts.url", "is no URL such as 'ai://"),
    ({"artifacts": {"texts": _ARTIFACT | {"scenario": "x"}}}, "artifacts.texts.scenario", "is no id"),
    ({"artifacts": {"texts": _ARTIFACT | {"takeOver": True}}}, "artifacts.texts.takeOver", "must be text"),
    (
        {"artifacts": {"texts": _ARTIFACT | {"resourceGroups": ["team-a"], "takeOver": "a-1234"}}},
        "artifacts.texts",
        "write takeOver by resource group",
    ),
    ({"schedules": {"nightly": {**_SCHEDULE, "cron": ""}}}, "schedules.nightly.cron", "must not be empty"),
    ({"schedules": {"nightly": _SCHEDULE | {"start": MANGLED_DATE}}}, "schedules.nightly.start", "in quotes"),
    ({"schedules": {"nightly": _SCHEDULE | {"status": "PAUSED"}}}, "schedules.nightly.status", "'ACTIVE' or"),
    ({"schedules": {"nightly": _SCHEDULE | {"parameters": {"n": 3}}}}, "schedules.nightly.parameters.n", "JSON text"),
    (
        {"schedules": {"artifacts": _SCHEDULE | {"crown": "x"}}},
        "schedules.artifacts.crown",
        "did you mean cron? Known are scenario, executable, parameters, artifacts, cron",
    ),
]
"""Wrong values of the other sections, which an editor marks as well."""

TOGETHER: list[tuple[dict[str, Any], str, str]] = [
    ({}, "deployments", "is missing, and so is every other section"),
    (
        {"genericSecrets": {"My DB": {"takeOver": True}}},
        "genericSecrets.My DB",
        "is no valid name: 1 to 252 small letters, digits, '-' or '.'; or write another one as `name`",
    ),
    (
        {"genericSecrets": {"db": {"takeOver": True, "name": "s3cret!"}}},
        "genericSecrets.db.name",
        "is no valid name: 1 to 252",
    ),
    (
        {"artifacts": {"texts": _ARTIFACT | {"url": "ai://[bad/x"}}},
        "artifacts.texts.url",
        "names no object store secret: small letters, digits, '-' or '.'",
    ),
    (
        {"applications": {"templates": {"repository": "templates", "revision": "HEAD", "path": "."}}},
        "applications.templates.repository",
        "is no key of aicore:repositories",
    ),
    (
        {"deployments": {"own": {"scenario": "own-1", "executable": "own-2", "artifacts": {"model": "?"}}}},
        "deployments.own.artifacts.model",
        "is no id: 4 to 64 letters, digits, '_', '.' or '-'; nor a key of aicore:artifacts",
    ),
    (
        {
            "artifacts": {"texts": _ARTIFACT},
            "schedules": {"nightly": _SCHEDULE | {"artifacts": {"in": "textx"}}},
        },
        "schedules.nightly.artifacts.in",
        "is no key of aicore:artifacts; did you mean texts?",
    ),
    (
        {
            "artifacts": {"texts": _ARTIFACT},
            "schedules": {"nightly": _SCHEDULE | {"artifacts": {"in": "texts"}, "resourceGroup": "team-a"}},
        },
        "schedules.nightly.artifacts.in",
        "is an artifact that is not in resource group team-a",
    ),
    (
        {"artifacts": {"texts": _ARTIFACT | {"resourceGroups": "all"}}},
        "artifacts.texts.resourceGroups",
        "means those of aicore:resourceGroups, which declares none",
    ),
    (
        {"artifacts": {"texts": _ARTIFACT | {"resourceGroups": ["team-a"], "takeOver": {"team-b": "a-1234"}}}},
        "artifacts.texts.takeOver.team-b",
        "is none of its resourceGroups",
    ),
    (
        {"artifacts": {"texts": _ARTIFACT | {"resourceGroups": ["team-a"]}, "texts/team-a": _ARTIFACT}},
        "artifacts.texts/team-a",
        "is the name of what texts has in resource group team-a",
    ),
    (
        {"schedules": {"one": _SCHEDULE | {"formerly": "old"}, "two": _SCHEDULE | {"formerly": "old"}}},
        "schedules.two.formerly",
        "names what one names as well",
    ),
]
"""What is wrong because of other keys, or names that the service would refuse: an editor does not see it."""
