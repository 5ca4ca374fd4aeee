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
    ({"deploymnets": {}}, "aicore:deploymnets", "is no known key; known are baseUrl"),
    ({"resource_group": "team-a"}, "aicore:resource_group", "is no known key"),
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
        "is no known key; known are labels, grounding, protect, takeOver",
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
    ({"modle": "gpt-5-mini"}, "modle", "is no known key; known are model, version, executable"),
    ({"executable_id": "azure-openai"}, "executable_id", "is no known key"),
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
    ({"scenario": "orchestration", "version": "1"}, ".version", "is no known key; known are scenario, executable"),
    (
        {"scenario": "orchestration", "modelFilterList": [{"name": "m"}], "modelFilterListType": "deny"},
        ".modelFilterList.0.name",
        "is no known key; known are modelName, modelVersions",
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
    ({"retirement": {"warn": 3}}, "aicore:retirement.warn", "is no known key; known are warnDays, failDays"),
    ({"retirement": {"failDays": -1}}, "aicore:retirement.failDays", "greater than or equal to 0"),
    ({"retirement": {"warnDays": "soon"}}, "aicore:retirement.warnDays", "integer"),
    ({"versions": {"allowLatest": "perhaps"}}, "aicore:versions.allowLatest", "boolean"),
    ({"versions": {"latest": False}}, "aicore:versions.latest", "is no known key; known are allowLatest"),
    ({"checks": "sometimes"}, "aicore:checks", "must be on or off"),
]
