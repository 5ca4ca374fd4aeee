"""The objects that the emulator keeps besides deployments (`machine.py`): configurations and resource groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from aicore_provider.emulator.machine import Wait

Pairs = tuple[tuple[str, str], ...]
GroupTransition = Literal["provisioning", "relabelling", "removing"]
GroupStatus = Literal["PROVISIONING", "PROVISIONED", "ERROR"]

_MOMENTS: Mapping[GroupTransition, str] = {
    "provisioning": "provisioned_at",
    "relabelling": "labels_at",
    "removing": "gone_at",
}


@dataclass(frozen=True)
class Configuration:
    """A configuration. No operation changes or deletes one. Bindings keep their order."""

    id: str
    resource_group: str
    name: str
    scenario_id: str
    executable_id: str
    parameter_bindings: Pairs
    input_artifact_bindings: Pairs
    created_at: float

    @property
    def parameters(self) -> dict[str, str]:
        """The parameter bindings as a map. Of two with the same key, the last counts [guess]."""
        return dict(self.parameter_bindings)


@dataclass(frozen=True)
class ResourceGroup:
    """A resource group. Times are seconds since the epoch.

    Attributes:
        provisioned_at: when provisioning ends; None while that waits for reads.
        error: why provisioning fails, shown as the status message once it has; None: it succeeds.
        next_labels: the labels of a PATCH, which are shown from `labels_at` on; the service shows them late as well.
        gone_at: when its deletion is complete, or None. No status shows that a deletion is under way.
        reads_left: after how many more answers a transition happens, for those that wait for reads.
    """

    id: str
    created_at: float
    provisioned_at: float | None
    error: str | None = None
    labels: Pairs = ()
    next_labels: Pairs = ()
    labels_at: float | None = None
    gone_at: float | None = None
    reads_left: Mapping[GroupTransition, int] = field(default_factory=dict)

    @property
    def resource_group(self) -> None:
        """A resource group is in none: it belongs to the tenant."""

    def status(self, now: float) -> GroupStatus:
        """What the API shows. Only a PROVISIONED group can be used; ERROR is final."""
        if self.provisioned_at is None or now < self.provisioned_at:
            return "PROVISIONING"
        return "PROVISIONED" if self.error is None else "ERROR"

    @property
    def is_being_deleted(self) -> bool:
        """Whether a deletion was accepted."""
        return self.gone_at is not None or "removing" in self.reads_left

    def is_gone(self, now: float) -> bool:
        """Whether its deletion is complete."""
        return self.gone_at is not None and now >= self.gone_at


def advance_group(group: ResourceGroup, now: float) -> ResourceGroup:
    """The resource group with the labels that it has at `now`."""
    if group.labels_at is not None and now >= group.labels_at:
        return replace(group, labels=group.next_labels, next_labels=(), labels_at=None)
    return group


def begin_transition(group: ResourceGroup, transition: GroupTransition, now: float, wait: Wait) -> ResourceGroup:
    """The resource group with a transition under way, which replaces an earlier one of the same kind."""
    waiting = {name: left for name, left in group.reads_left.items() if name != transition}
    if wait.reads is not None:
        waiting[transition] = wait.reads
    changes: dict[str, Any] = {_MOMENTS[transition]: wait.end(now)}
    return replace(group, reads_left=waiting, **changes)


def count_group_read(group: ResourceGroup, now: float) -> ResourceGroup:
    """The resource group after a read at `now`, which shows what is returned."""
    changes: dict[str, Any] = {_MOMENTS[name]: now for name, left in group.reads_left.items() if left == 0}
    waiting = {name: left - 1 for name, left in group.reads_left.items() if left}
    return replace(group, reads_left=waiting, **changes)
