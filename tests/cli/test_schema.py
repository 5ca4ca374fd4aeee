"""`aicore-provider schema`: an editor refuses what the program refuses, and nothing that is documented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.stack.model import StackConfig
from tests.support.models import CHAT
from tests.support.stack_texts import ENTRY, MANGLED_DATE, OTHER_KINDS, POLICY, SECTIONS, TOP

ROOT = Path(__file__).parents[2]
ENCRYPTED = {"secure": "v1:xyz"}
STACK_FILES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("stacks/Pulumi.*.yaml", "examples/*/Pulumi.*.yaml")
    for path in ROOT.glob(pattern)
    if "aicore:" in (text := path.read_text(encoding="utf-8")) and "SET-ME" not in text
)
"""Without the one in which an editor shall mark what is still to be set."""


def printed() -> dict[str, Any]:
    ended = CliRunner().invoke(aicore_provider, ["schema"])
    assert (ended.exit_code, ended.stderr) == (0, "")
    schema: dict[str, Any] = json.loads(ended.stdout)
    return schema


SCHEMA = printed()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def file(**values: Any) -> dict[str, Any]:
    """A stack file by its `aicore:*` keys."""
    return {"config": {f"aicore:{key}": value for key, value in values.items()}}


def examples() -> list[Any]:
    """What the documentation shows of stack files. Programs in YAML have resources, and they use the same names."""
    pages = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
    blocks = [block for page in pages for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)]
    shown = [yaml.safe_load(block) for block in blocks if "aicore:" in block and "resources:" not in block]
    return [each if "config" in each else {"config": file(deployments={})["config"] | each} for each in shown]


def test_it_is_a_schema_that_any_editor_can_read() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in SCHEMA


def test_every_key_is_explained() -> None:
    config = SCHEMA["properties"]["config"]["properties"]
    keys = config | {
        f"{name}.{key}": value for name, of in SCHEMA["$defs"].items() for key, value in of["properties"].items()
    }
    followed = {
        key: SCHEMA["$defs"][value["$ref"].rpartition("/")[2]] if "$ref" in value else value
        for key, value in keys.items()
    }
    assert [key for key, value in followed.items() if not (value.get("description") or "const" in value)] == []


@pytest.mark.parametrize("file", STACK_FILES)
def test_the_shipped_stack_files_are_valid(file: str) -> None:
    VALIDATOR.validate(yaml.safe_load((ROOT / file).read_text()))


REFERENCE = (ROOT / "docs" / "stack-file.md").read_text(encoding="utf-8").partition("\n## All keys\n")[2]
OF_SECTION = {
    "retirement": ["RetirementConfig"],
    "versions": ["VersionsConfig"],
    "modelFilterList": ["ModelFilterConfig"],
    "deployments": ["ModelConfig", "OrchestrationConfig", "ExecutableConfig"],
    "resourceGroups": ["ResourceGroupConfig"],
    "genericSecrets": ["GenericSecretConfig"],
    "objectStoreSecrets": ["ObjectStoreSecretConfig"],
    "dockerRegistrySecrets": ["DockerRegistrySecretConfig"],
    "repositories": ["RepositoryConfig"],
    "applications": ["ApplicationConfig"],
    "artifacts": ["ArtifactConfig"],
    "schedules": ["ScheduleConfig"],
}
"""The definitions of the schema by the heading that the reference has for their keys."""


def explained(heading: str) -> list[tuple[str, str]]:
    """The rows below a heading of the reference: the key, and the cell beside it."""
    below = REFERENCE.partition(f"\n### {heading}\n")[2].partition("\n### ")[0]
    return re.findall(r"^\| `([\w:]+)` \| (.*?) \|", below, re.MULTILINE)


def test_the_reference_has_every_key_of_the_top_level() -> None:
    assert {key for key, _ in explained("Top level")} == SCHEMA["properties"]["config"]["properties"].keys()


def test_the_reference_has_every_key_of_every_section() -> None:
    shared = {
        (section, key) for key, sections in explained("Keys of several sections") for section in sections.split("`")
    }
    shared = {(section, key) for section, key in shared if section in OF_SECTION}
    of_one = {
        (section, key)
        for section in OF_SECTION
        for key, _ in explained(section if section == "modelFilterList" else f"aicore:{section}")
    }
    in_schema = {(section, key) for section, names in OF_SECTION.items() for name in names for key in properties(name)}
    assert {name for names in OF_SECTION.values() for name in names} == SCHEMA["$defs"].keys()
    assert (shared | of_one) - in_schema == set()
    assert in_schema - shared - of_one == set()


def properties(name: str) -> Iterable[str]:
    found: dict[str, Any] = SCHEMA["$defs"][name]["properties"]
    return found


def test_the_documented_examples_are_valid() -> None:
    assert len(examples()) >= 3
    for each in examples():
        VALIDATOR.validate(each)


@pytest.mark.parametrize(
    "values",
    [
        {"serviceKey": {"secure": "v1:xyz"}},
        {"baseUrl": "http://127.0.0.1:8080"},
        {"baseUrl": "https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com/v2/"},
        {"baseUrl": "HTTPS://API.ai.example.com:443/"},
        {"checks": "off"},
        {"checks": False},
        {"retirement": {"warnDays": 30, "failDays": 0}, "versions": {"allowLatest": False}},
        {"retirement": {"warnDays": "30d", "failDays": "0"}},
        {"deployments": {"own": {"scenario": "orchestration", "executable": "orchestration", "parameters": {}}}},
        {"resourceGroups": {"team-a": None, "team-b": {}}},
        {"genericSecrets": {"db": {"data": {"key": ENCRYPTED}, "scope": "tenant-wide", "protect": True}}},
        {"genericSecrets": {"db": {"takeOver": True, "resourceGroups": "all", "formerly": {"team-a": "old"}}}},
        {"objectStoreSecrets": {"store": {"type": "S3", "data": {"key": ENCRYPTED}, "useHttps": False}}},
        {"dockerRegistrySecrets": {"hub": {"registry": "x", "username": ENCRYPTED, "password": ENCRYPTED}}},
        {"repositories": {"t": {"url": "https://x", "username": "x", "password": ENCRYPTED, "formerly": "u"}}},
        {"applications": {"t": {"repository": "t", "revision": "HEAD", "path": "."}}},
        {"resourceGroups": {"team-a": {"labels": {"ext.ai.sap.com/owner": ENCRYPTED}, "grounding": True}}},
        {"deployments": {"chat": CHAT | {"resourceGroups": ["team-a"], "takeOver": {"team-a": "d123"}}}},
        {"deployments": {"chat": CHAT | {"resourceGroups": "all", "formerly": {"team-a": "talk"}}}},
        {"deployments": {"chat": CHAT | {"resourceGroups": "all", "formerly": "talk"}}},
        {"deployments": {"chat": CHAT | {"ttl": "10m", "formerly": "talk", "protect": True, "takeOver": "d123"}}},
    ],
    ids=str,
)
def test_what_a_stack_file_may_say(values: dict[str, Any]) -> None:
    document = file(deployments={}, **values) if "deployments" not in values else file(**values)
    VALIDATOR.validate(document | {"encryptionsalt": "v1:abc=", "environment": ["other"]})
    VALIDATOR.validate({"config": document["config"] | {"aws:region": "eu-central-1", "mine": {"x": 1}}})


ANY_TEXT = {
    "chat": dict.fromkeys(
        ("model", "version", "executable", "resourceGroup", "ttl", "configurationName", "versionId", "takeOver"),
        ENCRYPTED,
    ),
    "router": {
        "scenario": "orchestration",
        "modelFilterListType": ENCRYPTED,
        "modelFilterList": [{"modelName": ENCRYPTED, "modelVersions": [ENCRYPTED, "1"]}],
    },
    "own": {
        "scenario": ENCRYPTED,
        "executable": "own-executable",
        "parameters": {"key": ENCRYPTED},
        "artifacts": {"model": ENCRYPTED},
    },
}


def test_every_text_may_be_encrypted() -> None:
    VALIDATOR.validate(file(deployments=ANY_TEXT, resourceGroup=ENCRYPTED, baseUrl=ENCRYPTED))


WRONG = [
    *(file(deployments={"chat": CHAT | {key: ENCRYPTED}}) for key in ("protect", "rollback", "replace", "formerly")),
    file(deployments={"chat": ENCRYPTED}),
    file(deployments={"chat": CHAT | {"resourceGroups": ENCRYPTED}}),
    file(deployments={"chat": CHAT | {"resourceGroups": [ENCRYPTED]}}),
    file(deployments={"chat": CHAT | {"resourceGroups": "all", "takeOver": ENCRYPTED}}),
    file(deployments={"chat": CHAT | {"takeOver": {"team-a": "d123"}}}),
    file(deployments=ENCRYPTED),
    *(file(**{"deployments": {"chat": CHAT}, **change}) for change, _, _ in TOP),
    *(file(deployments={"chat": CHAT | change}) for change, _, _ in ENTRY),
    *(file(deployments={"chat": entry}) for entry, _, _ in OTHER_KINDS),
    *(file(deployments={}, **values) for values, _, _ in POLICY),
    *(file(**values) for values, _, _ in SECTIONS),
    *(file(deployments={"chat": CHAT | {"version": version}}) for version in (MANGLED_DATE, 1, 395, 2.1, True)),
    file(deployments={}, serviceKey={"secure": "v1:xyz", "clientid": "x"}),
    file(resourceGroup="default"),
    {"config": {}},
    {},
]


@pytest.mark.parametrize("document", WRONG, ids=lambda document: str(document.get("config")))
def test_what_the_program_refuses_is_marked_in_the_editor(document: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("version", ["2025-08-07", "001", "2.10"])
def test_a_version_is_text(version: str) -> None:
    bare, quoted = (yaml.safe_load(f"{{model: gpt-5, version: {text}}}") for text in (version, f'"{version}"'))
    assert not VALIDATOR.is_valid(file(deployments={"chat": bare}))
    VALIDATOR.validate(file(deployments={"chat": quoted}))


IDS = st.sampled_from(["azure-openai", "orchestration", "foundation-models", "abc", "a" * 65, "no id!", 5, None])
TEXTS = st.one_of(st.text(max_size=4), st.sampled_from(["gpt-5-mini", "", " ", "\t"]), st.integers(), st.none())
KEYS = st.one_of(st.text(max_size=4), st.sampled_from(["modelName", "", " "]))
SWITCHES = st.one_of(st.booleans(), TEXTS)
FILTER = st.fixed_dictionaries({}, optional={"modelName": TEXTS, "modelVersions": st.lists(TEXTS, max_size=2)})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "model": TEXTS,
    "version": TEXTS,
    "scenario": IDS,
    "executable": IDS,
    "ttl": st.one_of(st.from_regex(r"[0-9]{1,3}[mhdMHDw]?", fullmatch=True), TEXTS),
    "resourceGroup": st.one_of(st.from_regex(r"[a-z0-9.-]{1,5}", fullmatch=True), TEXTS),
    "protect": SWITCHES,
    "rollback": SWITCHES,
    "verify": st.one_of(
        SWITCHES, st.sampled_from(["/v1/health", "/", "//a", "/a/../b", "/..", "/a?b=c", "/a b", "true"])
    ),
    "formerly": TEXTS,
    "takeOver": IDS,
    "configurationName": st.one_of(TEXTS, st.sampled_from(["gpt-5-mini--chat", "ä", "`", "a\u00a0b", "x" * 257])),
    "versionId": TEXTS,
    "replace": st.sampled_from(["createFirst", "deleteFirst", "never", None]),
    "parameters": st.one_of(st.dictionaries(KEYS, TEXTS, max_size=2), TEXTS),
    # What is too short for an id may be the name of an entry, and that no editor looks up.
    "artifacts": st.dictionaries(KEYS, IDS.filter(lambda id_: id_ != "abc"), max_size=2),
    "modelFilterList": st.lists(FILTER, max_size=2),
    "modelFilterListType": st.sampled_from(["allow", "deny", "some", None]),
    "other": TEXTS,
}
BEGUN = st.sampled_from(
    [
        {},
        CHAT,
        {"scenario": "orchestration"},
        {"scenario": "orchestration", "modelFilterListType": "allow", "modelFilterList": [{"modelName": "m"}]},
        {"scenario": "own-scenario", "executable": "own-executable"},
    ]
)
CHANGES = st.sets(st.sampled_from(sorted(VALUES)), max_size=2).flatmap(
    lambda keys: st.fixed_dictionaries({key: VALUES[key] for key in sorted(keys)})
)


@settings(deadline=None)
@given(BEGUN, CHANGES)
@example({"scenario": "orchestration"}, {"modelFilterList": []})
@example({"scenario": "orchestration"}, {"modelFilterList": [], "modelFilterListType": "allow"})
@example({"scenario": "orchestration"}, {"executable": "orchestration", "parameters": {}})
@example(CHAT, {"ttl": "9m"})
@example(CHAT, {"ttl": "0010m"})
def test_whatever_an_editor_lets_pass_the_program_takes(begun: dict[str, Any], changes: dict[str, Any]) -> None:
    entry = begun | changes
    if VALIDATOR.is_valid(file(deployments={"chat": entry})):
        StackConfig.parse({"deployments": {"chat": entry}})
