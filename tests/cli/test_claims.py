"""What exported states say that their stacks have made, hold and began to make."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.cli.orphans.claims import (
    claims,
    elsewhere,
    encrypted_groups,
    explained,
    forgettable,
    groups_cut_short,
    resource_groups,
)
from aicore_provider.cli.state import State, read_state
from tests.cli.states import SERVICE, TENANT, creating, entry, exported, urn

HERE = ServiceIdentity(SERVICE, TENANT)
MADE = entry("AIConfiguration", "made")
TAKEN_OVER = entry("AIConfiguration", "taken-over") | {"outputs": {**MADE["outputs"], "taken_over": True}}
LOOKED_AT = entry("AIConfiguration", "looked-at", external=True)


def state(*resources: dict[str, Any], pending: tuple[dict[str, Any], ...] = (), stack: str = "dev") -> State:
    return read_state(stack, exported(*resources, pending=pending))


@pytest.mark.parametrize("spelling", [f"{SERVICE}/", f"{SERVICE}:443", SERVICE.replace("https://a", "HTTPS://A")])
def test_an_address_in_an_older_spelling_is_the_same_service(spelling: str) -> None:
    found = state(entry("AIConfiguration", "made", service=spelling))
    assert set(claims([found], HERE).configurations) == {"made"}
    assert elsewhere([found], HERE) == ()


def test_what_was_not_recorded_contradicts_nothing() -> None:
    found = state(
        entry("AIConfiguration", "no-tenant", tenant="", group="a"),
        entry("AIConfiguration", "no-service", service="", group="b"),
        entry("AIConfiguration", "another-tenant", service="", tenant="another", group="c"),
    )
    assert set(claims([found], HERE).configurations) == {"no-tenant", "no-service"}
    assert resource_groups([found], HERE) == ("a", "b")
    assert [line.partition(";")[0] for line in elsewhere([found], HERE)] == ["Stack dev: 1 of 3 objects are left out"]
    assert set(claims([found], ServiceIdentity(SERVICE)).configurations) == {
        "no-tenant",
        "no-service",
        "another-tenant",
    }


def test_a_recorded_address_that_is_none_is_not_shown() -> None:
    (line,) = elsewhere([state(entry("AIConfiguration", "made", service=f"{SERVICE}?key=s3cr3t"))], HERE)
    assert "an address that cannot be read (tenant our-tenant)" in line
    assert "s3cr3t" not in line


def test_a_resource_group_that_is_encrypted_in_the_state_is_named_by_its_resource() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
    hidden = entry("AIConfiguration", "made")
    hidden["inputs"]["resource_group"] = hidden["outputs"]["resource_group"] = secret
    found = state(hidden, entry("AIDeployment", "d1"))
    assert resource_groups([found], HERE) == ("default",)
    (line,) = encrypted_groups([found], HERE)
    assert line.startswith("Stack dev: the resource_group of AIConfiguration chat is encrypted in its state")
    assert encrypted_groups([state(entry("AIDeployment", "d1"))], HERE) == ()


@pytest.mark.parametrize(
    ("given", "configurations", "held", "cut_short"),
    [
        pytest.param(state(), {}, set(), {}, id="an empty state"),
        pytest.param(read_state("dev", {"deployment": None}), {}, set(), {}, id="a stack that was never brought up"),
        pytest.param(
            state(MADE, entry("AIDeployment", "d1")),
            {"made"},
            {"d1"},
            {},
            id="made and held",
        ),
        pytest.param(
            state(MADE | {"delete": True}, entry("AIDeployment", "d1", delete=True)),
            {"made"},
            {"d1"},
            {},
            id="marked for deletion counts as well",
        ),
        pytest.param(
            state(LOOKED_AT, entry("AIDeployment", "d1", external=True)),
            set(),
            {"d1"},
            {},
            id="what is looked at is held, and its configuration is not ours",
        ),
        pytest.param(
            state(entry("Bucket", "made") | {"type": "aws:s3:Bucket"}, pending=(creating("other", kind="Bucket"),)),
            set(),
            set(),
            {},
            id="other people's types",
        ),
        pytest.param(state(MADE, pending=(creating("made"),)), {"made"}, set(), {"made": 1}, id="cut short"),
        pytest.param(
            state(MADE, pending=(creating("made"), creating("made", name="second"))),
            {"made"},
            set(),
            {"made": 2},
            id="cut short twice",
        ),
        pytest.param(
            state(MADE, pending=(creating("before"),)),
            {"made", "before"},
            set(),
            {"before": 1},
            id="the configuration was replaced since, and forgotten",
        ),
        pytest.param(
            state(pending=(creating("bare", comes_from=()),)),
            {"bare"},
            set(),
            {},
            id="a configuration given by its id may be anybody's",
        ),
        pytest.param(
            state(
                pending=(creating("foreign", comes_from=("urn:pulumi:dev::aicore::pulumi:pulumi:StackReference::x",)),)
            ),
            {"foreign"},
            set(),
            {},
            id="another stack's configuration",
        ),
        pytest.param(
            state(LOOKED_AT, pending=(creating("looked-at"),)),
            {"looked-at"},
            set(),
            {},
            id="a configuration that is only looked at",
        ),
        pytest.param(
            state(TAKEN_OVER, pending=(creating("taken-over"),)),
            {"taken-over"},
            set(),
            {},
            id="a configuration that was taken over may be anybody's",
        ),
        pytest.param(
            state(MADE, pending=(creating("made", take_over="d123"),)),
            {"made"},
            set(),
            {},
            id="a take-over makes nothing",
        ),
        pytest.param(
            state(MADE, pending=(creating("made") | {"type": "updating"}, creating({"ciphertext": "x"}))),
            {"made"},
            set(),
            {},
            id="not a create, or not readable",
        ),
        pytest.param(
            state(
                entry("AIConfiguration", "there", service="https://other.example.com"),
                entry("AIConfiguration", "theirs", tenant="other-tenant"),
                entry("AIDeployment", "d1", tenant="other-tenant"),
                pending=(creating("there", service="https://other.example.com"),),
            ),
            set(),
            {"d1"},
            {},
            id="elsewhere: nothing is ours here, and an id that stands in a state is held all the same",
        ),
    ],
)
def test_claims(given: State, configurations: set[str], held: set[str], cut_short: dict[str, int]) -> None:
    found = claims([given], HERE)

    assert (set(found.configurations), set(found.held), found.cut_short) == (set(configurations), held, cut_short)


def test_stacks_together_hold_what_any_of_them_holds() -> None:
    first = state(MADE, entry("AIDeployment", "d1"), stack="dev")
    second = state(LOOKED_AT | {"id": "made"}, entry("AIDeployment", "d2"), pending=(creating("made"),), stack="prod")

    alone, both = claims([second], HERE), claims([first, second], HERE)

    assert (alone.configurations, alone.cut_short) == ({"made": "prod"}, {})
    assert both.held == {"d1": "dev", "d2": "prod"}
    assert both.cut_short == {"made": 1}, "the other stack has made it"


def test_resource_groups_are_those_of_what_lives_here() -> None:
    given = state(
        entry("AIConfiguration", "a", group="team-b"),
        entry("AIDeployment", "d", group="team-a"),
        entry("AIDeployment", "e", group="looked-at", external=True),
        entry("AIConfiguration", "f", group="there", tenant="other-tenant"),
        pending=(creating("a", resource_group="begun"),),
    )

    assert resource_groups([given], HERE) == ("begun", "team-a", "team-b")


def test_what_lives_elsewhere_is_told_by_service_and_tenant() -> None:
    given = state(
        MADE,
        entry("AIDeployment", "d", tenant="other-tenant"),
        entry("AIConfiguration", "c", tenant="other-tenant"),
        entry("AIConfiguration", "e", tenant="other-tenant", external=True),
        pending=(creating("x", service="https://other.example.com"),),
    )

    assert elsewhere([given], HERE) == (
        f"Stack dev: 2 of 4 objects are left out; they live on {SERVICE} (tenant other-tenant), "
        f"your credentials are for {HERE}.",
        f"Stack dev: 1 of 4 objects are left out; they live on https://other.example.com, "
        f"your credentials are for {HERE}.",
    )
    (group,) = elsewhere([state(MADE, entry("AIResourceGroup", "team-a", tenant="other-tenant"))], HERE)
    assert group.startswith(f"Stack dev: 1 of 2 objects are left out; they live on {SERVICE} (tenant other-tenant)")
    (line,) = elsewhere([given], ServiceIdentity(SERVICE))
    assert line.startswith("Stack dev: 1 of 4"), "a token that names no tenant says nothing about tenants"


@pytest.mark.parametrize(
    ("given", "with_orphans", "forgotten"),
    [
        (state(MADE), (), {}),
        (state(MADE, pending=(creating("made"),)), (), {"dev": ("AIDeployment chat",)}),
        (state(MADE, pending=(creating("made"),)), ("made",), {}),
        (state(MADE, pending=(creating("made"),)), ("other",), {"dev": ("AIDeployment chat",)}),
        (state(pending=(creating("x", service="https://other.example.com"),)), (), {}),
        (state(pending=(creating("x", kind="AIConfiguration"),)), (), {}),
        (
            state(pending=(creating("x"), creating("", kind="Bucket", name="logs"))),
            (),
            {"dev": ("AIDeployment chat", "Bucket logs")},
        ),
    ],
)
def test_what_was_cut_short_is_forgotten_once_nothing_of_it_is_left(
    given: State, with_orphans: tuple[str, ...], forgotten: dict[str, tuple[str, ...]]
) -> None:
    assert explained([given], HERE, with_orphans) == forgotten


@pytest.mark.parametrize(
    ("pending", "with_orphans", "stacks"),
    [
        ((), (), ()),
        ((creating("made"),), (), ("dev",)),
        ((creating("made"),), ("made",), ()),
        ((creating("x", kind="AIConfiguration"), creating("", kind="AIGenericSecret")), (), ("dev",)),
        ((creating("x", service="https://other.example.com"),), (), ()),
        ((creating("x", kind="AIResourceGroup"),), (), ()),
    ],
)
def test_what_is_forgotten_without_asking_is_evidence_of_nothing(
    pending: tuple[dict[str, Any], ...], with_orphans: tuple[str, ...], stacks: tuple[str, ...]
) -> None:
    assert forgettable([state(MADE, pending=pending)], HERE, with_orphans) == stacks


def test_what_other_providers_were_creating_is_not_forgotten_without_asking() -> None:
    bucket = creating("", name="logs")
    bucket["resource"] |= {"type": "aws:s3:Bucket"}

    assert forgettable([state(MADE, pending=(creating("made"), bucket))], HERE, ()) == ()


def test_a_pending_operation_is_named_as_people_know_it() -> None:
    (create,) = state(pending=(creating("made"),)).pending_creates

    assert (create.urn, create.name) == (urn("AIDeployment", "chat"), "AIDeployment chat")


def test_a_group_whose_create_was_cut_short_is_named() -> None:
    here = ServiceIdentity(SERVICE, TENANT)
    create = creating(None, kind="AIResourceGroup", name="team", comes_from=(), resource_group_id="team-a")
    state = read_state("dev", exported(pending=[create]))
    assert groups_cut_short([state], here) == (
        "Stack dev: a create of resource group team-a was cut short. If the group exists, `take_over=True` (in a stack"
        " file `takeOver: true`) at AIResourceGroup team manages it.",
    )
    assert groups_cut_short([state], ServiceIdentity("https://api.example.com")) == ()


def test_a_group_that_stands_in_a_state_by_now_is_only_to_be_forgotten() -> None:
    create = creating(None, kind="AIResourceGroup", name="team", comes_from=(), resource_group_id="team-a")
    group = entry("AIResourceGroup", "team-a", name="team")
    forgotten = {"dev": ("AIResourceGroup team",)}
    for standing in (state(group, pending=(create,)), state(group, stack="prod")):
        given = [state(pending=(create,)), standing] if standing.stack == "prod" else [standing]
        assert groups_cut_short(given, HERE) == ()
        assert explained(given, HERE, ()) == forgotten
    both = state(group, MADE, pending=(create, creating("made")))
    assert explained([both], HERE, ("made",)) == {}, "the create that made an orphan stays"


def test_the_creates_of_a_stack_are_not_cleared_while_a_group_may_still_be_taken_over() -> None:
    group = creating(None, kind="AIResourceGroup", name="team", comes_from=(), resource_group_id="team-a")
    given = state(MADE, pending=(group, creating("made")))
    assert len(groups_cut_short([given], HERE)) == 1
    assert explained([given], HERE, ()) == {}


@pytest.mark.parametrize(
    "other",
    [
        entry("AIResourceGroup", "team-b"),
        entry("AIResourceGroup", "team-a", external=True),
        entry("AIResourceGroup", "team-a", tenant="other-tenant"),
    ],
)
def test_another_group_that_stands_in_a_state_explains_nothing(other: dict[str, Any]) -> None:
    create = creating(None, kind="AIResourceGroup", name="team", comes_from=(), resource_group_id="team-a")
    given = state(other, pending=(create,))

    assert len(groups_cut_short([given], HERE)) == 1
    assert explained([given], HERE, ()) == {}
