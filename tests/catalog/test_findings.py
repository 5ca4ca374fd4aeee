"""What is said about a wanted model, and whether it stops a preview."""

from __future__ import annotations

import dataclasses

import pytest

from aicore_provider.catalog.catalog import Catalog
from aicore_provider.catalog.findings import Finding, duplicates, examine, find_executable
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted
from tests.support.catalogs import CHAT, OFFERED, TODAY, catalog, model, version

WANTED = Wanted("chat", "default", executable_id="azure-openai", model="gpt-5-mini", version="2025-08-07")
DEFAULTS = ModelPolicy()
PINNED_ONLY = ModelPolicy(allow_latest=False)


def wanted(**changes: str | None) -> Wanted:
    return dataclasses.replace(WANTED, **changes)  # type: ignore[arg-type]


def found(
    want: Wanted, offered: Catalog = OFFERED, policy: ModelPolicy = DEFAULTS, *, unchanged: bool = False
) -> list[Finding]:
    return examine(want, offered, policy, TODAY, unchanged=unchanged)


@pytest.mark.parametrize(
    "want",
    [
        WANTED,
        wanted(version="latest"),
        wanted(version=None),
        wanted(executable_id=None),
        wanted(model="old", version="later"),
        wanted(model="old", version="odd"),
        wanted(model="claude", version="1", executable_id="gcp-vertexai"),
        wanted(model=None, version=None, scenario_id="orchestration", executable_id="orchestration"),
        wanted(model="whatever", scenario_id="orchestration"),
    ],
)
def test_nothing_is_said_about_what_is_well(want: Wanted) -> None:
    assert found(want) == []


NOT_OFFERED = [
    (
        wanted(model="gpt5-mini"),
        "model",
        "model gpt5-mini is not offered in resource group default; did you mean gpt-5-mini?",
    ),
    (wanted(model="GPT-5-MINI"), "model", "did you mean gpt-5-mini"),
    (wanted(model="zzz"), "model", "not offered in resource group default; `aicore-provider models` lists"),
    (
        wanted(version="2025-01-01"),
        "version",
        "version 2025-01-01 of model gpt-5-mini is not offered; offered are 2025-08-07 (latest), 2025-05-01",
    ),
    (wanted(version="2025-8-7"), "version", "version 2025-8-7 of model gpt-5-mini is not offered"),
    (
        wanted(executable_id="aws-bedrock"),
        "executable",
        "model gpt-5-mini is not offered by executable aws-bedrock, but by azure-openai",
    ),
    (wanted(model="abap", version="1"), "model", "not offered for scenario foundation-models, only for orchestration"),
    (wanted(scenario_id="custom"), "scenario", "resource group default has no scenario custom"),
]


@pytest.mark.parametrize(("want", "kind", "line"), NOT_OFFERED)
def test_what_is_not_offered_stops_a_new_or_changed_deployment_alone(want: Wanted, kind: str, line: str) -> None:
    for unchanged, level in ((False, "error"), (True, "warning")):
        (finding,) = found(want, unchanged=unchanged)
        assert (finding.kind, finding.level) == (kind, level)
        assert line in finding.line
        assert finding.line.startswith("chat: ")
        assert "\n" not in finding.line


AGES = [
    ("dead", "was retired on 2026-11-23; take version newest", -1),
    ("today", "was retired on 2026-11-24; take version newest", 0),
    ("tomorrow", "retires on 2026-11-25, in 1 day; take version newest", 1),
    ("soon", "is deprecated and retires on 2027-02-22, in 90 days; take version newest", 90),
]


@pytest.mark.parametrize("unchanged", [False, True])
@pytest.mark.parametrize(("name", "line", "days"), AGES)
def test_retirement_follows_the_policy_for_both(name: str, line: str, days: int, unchanged: bool) -> None:
    want = wanted(model="old", version=name)
    for fail_days in (None, -5, 0, 1, 89, 90, 400):
        (finding,) = found(want, policy=ModelPolicy(fail_days=fail_days), unchanged=unchanged)
        fails = fail_days is not None and days <= fail_days
        assert (finding.kind, finding.level) == ("retirement", "error" if fails else "warning")
        assert f"version {name} of model old {line}" in finding.line


def test_days_of_notice() -> None:
    later = wanted(model="old", version="later")
    assert [f.kind for f in found(later, policy=ModelPolicy(warn_days=91))] == ["retirement"]
    assert [f.level for f in found(later, policy=ModelPolicy(warn_days=0, fail_days=91))] == ["error"]
    assert found(wanted(model="old", version="tomorrow"), policy=ModelPolicy(warn_days=0)) == []


def test_what_is_deprecated_without_a_date_is_told() -> None:
    (finding,) = found(wanted(model="old", version="deprecated"), policy=ModelPolicy(fail_days=400))
    assert (finding.kind, finding.level) == ("deprecated", "warning")
    assert "version deprecated of model old is deprecated; take version newest" in finding.line
    (following,) = found(wanted(model="going", version="latest"))
    assert "model going, whose latest version is 1, is deprecated; take gpt-5" in following.line


@pytest.mark.parametrize("version_", ["latest", None])
@pytest.mark.parametrize("unchanged", [False, True])
def test_latest_where_the_stack_forbids_it(version_: str | None, unchanged: bool) -> None:
    (finding,) = found(wanted(version=version_), policy=PINNED_ONLY, unchanged=unchanged)
    assert (finding.kind, finding.level) == ("latest", "error")
    assert 'pin it: version: "2025-08-07"' in finding.advice
    assert found(WANTED, policy=PINNED_ONLY) == []


def test_a_missing_scenario_is_one_finding_that_names_who_has_it() -> None:
    nothing = catalog(scenarios=())
    (finding,) = found(WANTED, nothing)
    assert "the service plan must be extended" in finding.advice
    elsewhere = {
        "team-b": frozenset({"foundation-models"}),
        "a": frozenset({"foundation-models"}),
        "c": frozenset[str](),
    }
    (finding,) = found(WANTED, dataclasses.replace(nothing, elsewhere=elsewhere))
    assert finding.line == (
        "chat: resource group default has no scenario foundation-models; resource groups that have it: a, team-b"
    )


@pytest.mark.parametrize(
    ("want", "executable"),
    [
        (wanted(executable_id=None), "azure-openai"),
        (wanted(executable_id=None, version="latest"), "azure-openai"),
        (wanted(executable_id=None, version="1999"), "azure-openai"),
        (wanted(executable_id=None, model="claude", version="2"), "aws-bedrock"),
    ],
)
def test_the_executable_of_a_model_is_found(want: Wanted, executable: str) -> None:
    assert find_executable(want, OFFERED) == executable


@pytest.mark.parametrize(
    ("want", "offered", "line"),
    [
        (wanted(executable_id=None, model="claude", version="1"), OFFERED, "offered by several executables: aws-"),
        (wanted(executable_id=None, model="gpt6"), OFFERED, "model gpt6 is not offered"),
        (wanted(executable_id=None, model="abap"), OFFERED, "only for orchestration"),
        (wanted(executable_id=None), catalog(scenarios=()), "no scenario foundation-models"),
    ],
)
def test_an_executable_that_nobody_can_tell(want: Wanted, offered: Catalog, line: str) -> None:
    finding = find_executable(want, offered)
    assert isinstance(finding, Finding)
    assert finding.level == "error"
    assert line in finding.line


ROUTER = Wanted("router", "default", "orchestration", "orchestration")


@pytest.mark.parametrize(
    ("filtered", "lines"),
    [
        ((("gpt-5-mini", ()), ("abap", ("1",)), ("gpt-5", ("2025-08-07", "latest"))), []),
        (
            (("gpt5-mini", ()), ("gpt-5", ("2025-08-07", "1")), ("zzz", ("1",))),
            [
                "router: model gpt5-mini of the modelFilterList is not offered for scenario orchestration;"
                " did you mean gpt-5-mini?",
                "router: version 1 of model gpt-5 of the modelFilterList is not offered;"
                " offered are 2025-08-07 (latest)",
                "router: model zzz of the modelFilterList is not offered for scenario orchestration; take it out",
            ],
        ),
    ],
)
def test_a_filter_that_names_models_in_vain(
    filtered: tuple[tuple[str, tuple[str, ...]], ...], lines: list[str]
) -> None:
    router = dataclasses.replace(ROUTER, filtered=filtered)
    assert [each.line for each in found(router)] == lines
    assert {each.level for each in found(router, unchanged=True)} <= {"warning"}
    only_orchestration = catalog(scenarios=("orchestration",))
    assert found(router, only_orchestration) == [], "without a catalogue nobody can tell"


def test_two_of_one_model_and_version_in_one_group() -> None:
    twin, follower, other = wanted(), wanted(version="latest"), wanted(resource_group="b", version=None)
    router = wanted(model=None, scenario_id="orchestration")
    names = [dataclasses.replace(each, name=f"d{n}") for n, each in enumerate([WANTED, twin, follower, other, router])]
    (finding,) = duplicates([*names, dataclasses.replace(router, name="r2")])
    assert finding.line == (
        "d0, d1: both deploy version 2025-08-07 of model gpt-5-mini in resource group default;"
        " one is enough, its URL can be shared"
    )
    assert finding.level == "warning"
    assert len(duplicates([follower, wanted(version=None)])) == 1


class Counted(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    comparisons = 0

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_equals_are_one_finding_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    many = 200
    monkeypatch.setattr(Counted, "comparisons", 0)
    equals = [dataclasses.replace(WANTED, name=f"d{n}", model=Counted("gpt-5-mini")) for n in range(many)]
    pairs = [dataclasses.replace(WANTED, name=f"e{n}", model=Counted(f"model-{n // 2}")) for n in range(many)]
    all_equal, *two_and_two = duplicates([*equals, *pairs])
    assert all_equal.line == (
        "d0, d1 and 198 more: all deploy version 2025-08-07 of model gpt-5-mini in resource group default;"
        " one is enough, its URL can be shared"
    )
    assert all_equal.names == tuple(each.name for each in equals)
    assert [each.names for each in two_and_two] == [(f"e{n}", f"e{n + 1}") for n in range(0, many, 2)]
    assert Counted.comparisons <= 4 * many


@pytest.mark.parametrize(("count", "subject"), [(1, "d0"), (2, "d0, d1"), (3, "d0, d1, d2"), (4, "d0, d1 and 2 more")])
def test_a_finding_about_many_names_the_first(count: int, subject: str) -> None:
    name, *others = (f"d{n}" for n in range(count))
    finding = Finding(name, "duplicate", "warning", "message", "advice", tuple(others))
    assert finding.line == f"{subject}: message; advice"


@pytest.mark.parametrize("names", [("2.10", "2.9"), ("0613", "1106"), ("001", "1"), ("b", "a")])
def test_versions_are_never_compared(names: tuple[str, str]) -> None:
    first, second = names
    for latest in names:
        offered = catalog(
            model("m", *(version(n, isLatest=n == latest, deprecated=n != latest) for n in (first, second)))
        )
        old = second if latest == first else first
        (finding,) = found(wanted(model="m", version=old), offered)
        assert f"take version {latest}" in finding.advice


def test_the_catalogue_may_lack_a_latest_version() -> None:
    offered = catalog(model("m", version("1", deprecated=True)), CHAT)
    assert found(wanted(model="m", version="latest"), offered) == []
    (finding,) = found(wanted(model="m", version="1"), offered)
    assert "choose another one" in finding.advice
