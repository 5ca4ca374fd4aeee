"""Nodes that a tenant reserves, by resource plan, and the instance types on offer.

Reserved nodes are provisioned a little later [guess]. No deployment uses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from aicore_provider.emulator.due import Due, due
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.validation import Body

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

RESERVATION_SHARE = 0.5
"""Provisioning of reserved nodes takes this share of the transition seconds [guess]."""


@dataclass(frozen=True)
class InstanceType:
    """What a node offers: memory, CPU cores, GPUs, and the units that an hour costs."""

    memory: str
    cpu: int
    gpu: int
    billable_units_per_hour: float


INSTANCE_TYPES: Mapping[str, InstanceType] = {
    "starter": InstanceType("2.5Gi", 1, 0, 0.1),
    "basic": InstanceType("10Gi", 3, 0, 0.3),
    "basic.8x": InstanceType("115Gi", 31, 0, 3.0),
    "infer.s": InstanceType("10Gi", 3, 1, 1.0),
    "infer.m": InstanceType("25Gi", 7, 1, 1.5),
    "infer.l": InstanceType("55Gi", 15, 1, 2.0),
    "train.l": InstanceType("47Gi", 5, 1, 4.0),
}
"""By resource plan, with the memory and cores that each has at least [docs]. The prices are invented, and so is it that
instance types have the names of resource plans: SAP lists the real ones for customers only."""


class NodeRequest(Body):
    """How many nodes of one resource plan are wanted. Less than none is refused [guess]."""

    name: str
    request: Annotated[int, Field(ge=0)]


class NodeRequests(Body):
    """PATCH /admin/resources/nodes. Resource plans that are not named keep what they have [guess]."""

    resource_plans: list[NodeRequest]


@dataclass(frozen=True)
class ReservedNodes:
    """The reserved nodes of one resource plan.

    Attributes:
        id: the name of the plan.
        provisioned: how many there were before the last request.
        due: when those of the last request are there.
    """

    id: str
    created_at: float
    requested: int
    provisioned: int
    due: Due

    @property
    def resource_group(self) -> None:
        """Nodes belong to the tenant."""

    def count(self, now: float) -> int:
        """How many nodes there are."""
        return self.requested if self.due.is_past(now) else self.provisioned


def reserve(service: Service, body: NodeRequests) -> None:
    """Change how many nodes are reserved.

    A plan that does not exist is refused with 400, and nothing changes [guess].
    """
    for wanted in body.resource_plans:
        if wanted.name not in INSTANCE_TYPES:
            raise invalid(f"resourcePlans: {wanted.name:.50} is not one of {', '.join(INSTANCE_TYPES)}")
    now = service.now()
    for wanted in body.resource_plans:
        present = service.store.get(ReservedNodes, None, wanted.name)
        end = due(service.pacing.wait("reserving", RESERVATION_SHARE), now)
        if present is None:
            service.store.put(ReservedNodes(wanted.name, now, wanted.request, 0, end))
        else:
            service.store.put(replace(present, requested=wanted.request, provisioned=present.count(now), due=end))
