"""The objects that the emulator keeps besides deployments (`machine.py`): configurations and resource groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Configuration:
    """Immutable; no operation changes or deletes one. Bindings keep their order."""

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
        """The parameter bindings as a map; of two with the same key the last counts [guess]."""
        return dict(self.parameter_bindings)


@dataclass(frozen=True)
class ResourceGroup:
    """A resource group. Times are seconds since the epoch.

    Attributes:
        provisioned_at: when it is ready for use.
        next_labels: what a PATCH asked for; it shows at `labels_at`, since the service is late as well.
        gone_at: when a deletion is complete, or None. There is no status for a deletion under way.
    """

    id: str
    created_at: float
    provisioned_at: float
    labels: Pairs = ()
    next_labels: Pairs = ()
    labels_at: float | None = None
    gone_at: float | None = None

    def is_provisioned(self, now: float) -> bool:
        """Whether it can be used."""
        return now >= self.provisioned_at

    def is_gone(self, now: float) -> bool:
        """Whether its deletion is complete."""
        return self.gone_at is not None and now >= self.gone_at


def advance_group(group: ResourceGroup, now: float) -> ResourceGroup:
    """The resource group as it is at `now`, but for its deletion, which `is_gone` tells."""
    if group.labels_at is not None and now >= group.labels_at:
        return replace(group, labels=group.next_labels, next_labels=(), labels_at=None)
    return group
