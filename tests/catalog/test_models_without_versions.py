"""Models of which the catalogue lists no version: SAP's documentation calls a version "not applicable" there."""

from __future__ import annotations

import pytest

from aicore_provider.api.scenarios import OfferedModel
from aicore_provider.catalog.catalog import NO_VERSION
from aicore_provider.catalog.findings import Finding, duplicates, examine, find_executable, resolved
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.upgrades import Assessment, Proposal, assess
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.policy.rules import latest_in_production
from tests.support.catalogs import TODAY, catalog, model, version

PLAIN = model("plain")
CHAT = model("chat", version("2", isLatest=True), version("1"))
UNREADABLE = OfferedModel.model_validate(
    {"model": "odd", "executableId": "azure-openai", "versions": (), "unreadableVersions": True}
)
ELSEWHERE = model("both", executable="aws-bedrock")
BOTH = model("both", version("1", isLatest=True))
OFFERED = catalog(PLAIN, CHAT, UNREADABLE, ELSEWHERE, BOTH)
PINNED_ONLY = ModelPolicy(allow_latest=False)


def wanted(model: str, version: str | None = NO_VERSION, executable: str | None = "azure-openai") -> Wanted:
    return Wanted("it", "default", executable_id=executable, model=model, version=version)


def found(want: Wanted, policy: ModelPolicy = PINNED_ONLY, *, unchanged: bool = False) -> list[Finding]:
    return examine(want, OFFERED, policy, TODAY, unchanged=unchanged)


@pytest.mark.parametrize("version_", [NO_VERSION, None])
@pytest.mark.parametrize("unchanged", [False, True])
def test_no_version_is_right_and_is_not_latest(version_: str | None, unchanged: bool) -> None:
    assert found(wanted("plain", version_), unchanged=unchanged) == []
    assert resolved(wanted("plain", version_), OFFERED).follows_latest is False


@pytest.mark.parametrize("model_", ["chat", "odd", "absent"])
def test_what_the_catalogue_does_not_show_to_be_without_versions_takes_latest(model_: str) -> None:
    assert resolved(wanted(model_, None), OFFERED).follows_latest is True


def test_a_missing_version_of_a_model_that_has_some_explains_the_choice() -> None:
    for unchanged, policy, level in (
        (False, ModelPolicy(), "error"),
        (True, ModelPolicy(), "warning"),
        # The service would serve the latest one.
        (True, PINNED_ONLY, "error"),
    ):
        (finding,) = found(wanted("chat"), policy, unchanged=unchanged)
        assert (finding.kind, finding.level) == ("version", level)
        assert finding.line.startswith("it: version is missing; write the version to stay on until you change it")
        assert '"latest" to be moved to new versions by the service' in finding.line
        assert finding.line.endswith("; offered are 2 (latest), 1")


def test_versions_that_cannot_be_read_are_versions() -> None:
    (finding,) = found(wanted("odd"), ModelPolicy())
    assert "version is missing" in finding.line
    (finding,) = found(wanted("odd", "1"))
    assert finding.line == "it: version 1 of model odd is not offered; what is offered cannot be read"


def test_a_version_that_does_not_apply_is_to_be_left_out() -> None:
    (finding,) = found(wanted("plain", "1"))
    assert finding.line == "it: version 1 of model plain is not offered; the model has no versions, leave it out"
    assert finding.level == "error"
    assert found(wanted("plain", "latest"), ModelPolicy()) == [], "what runs with it goes on"
    (finding,) = found(wanted("plain", "latest"))
    assert finding.line.endswith(
        "does not allow version latest (aicore:versions); the model has no versions, leave it out"
    )


def test_the_executable_is_the_one_that_offers_it_without_versions() -> None:
    assert find_executable(wanted("both", executable=None), OFFERED) == "aws-bedrock"
    assert find_executable(wanted("both", executable=None), OFFERED, preferred="azure-openai") == "aws-bedrock"
    assert find_executable(wanted("both", "1", executable=None), OFFERED) == "azure-openai"
    assert find_executable(wanted("chat", executable=None), OFFERED) == "azure-openai", "its version is told as missing"


def test_twins_are_told_without_a_version() -> None:
    (twins,) = duplicates([wanted("plain"), wanted("plain"), wanted("chat", "1")])
    assert twins.message == "both deploy model plain in resource group default"


@pytest.mark.parametrize("version_", [NO_VERSION, None])
def test_there_is_nothing_newer(version_: str | None) -> None:
    assert assess(wanted("plain", version_), OFFERED, ModelPolicy(), TODAY) == Assessment(wanted("plain"), offered=True)


def test_a_model_without_versions_is_no_more_than_a_suggestion() -> None:
    old = version("1", isLatest=True, deprecated=True, suggestedReplacements=["plain"])
    found = assess(wanted("old", "1"), catalog(model("old", old), PLAIN), ModelPolicy(), TODAY)
    assert (found.proposal, found.choices) == (None, ("plain",)), "its entry has a key less, which nobody can replace"
    both = version("1", isLatest=True, deprecated=True, suggestedReplacements=["plain", "chat"])
    found = assess(wanted("old", "latest"), catalog(model("old", both), PLAIN, CHAT), ModelPolicy(), TODAY)
    assert (found.proposal, found.choices) == (None, ("plain", "chat"))
    only = version("1", isLatest=True, deprecated=True, suggestedReplacements=["chat"])
    found = assess(wanted("old", "latest"), catalog(model("old", only), CHAT), ModelPolicy(), TODAY)
    assert found.proposal == Proposal("chat", "latest", "azure-openai")


def test_production_may_have_it() -> None:
    assert latest_in_production("prod", resolved(wanted("plain", None), OFFERED)) is None
    assert latest_in_production("prod", resolved(wanted("chat", None), OFFERED))
