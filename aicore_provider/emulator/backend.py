"""All that the emulator holds: its tenants, and what they share, which is clock, pace, faults and journal."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from aicore_provider.emulator import schedules
from aicore_provider.emulator.catalog import Catalog, shipped
from aicore_provider.emulator.errors import Refusal, deployment_not_found
from aicore_provider.emulator.faults import Faults
from aicore_provider.emulator.journal import Journal
from aicore_provider.emulator.limits import DEFAULT_LIMITS
from aicore_provider.emulator.machine import Deployment
from aicore_provider.emulator.pace import Pacing
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.state_file import StateFile
from aicore_provider.emulator.store import Store
from aicore_provider.emulator.tenants import Tenant
from aicore_provider.emulator.wall_clock import LAST_MOMENT, ShiftedClock, WallClock


class Backend:
    """All tenants and what they share.

    Attributes:
        lock: held while a service or an intervention is called, so that requests are carried out one after another.
        services: by tenant id, the first tenant first.
    """

    def __init__(
        self,
        tenants: Sequence[Tenant],
        file: StateFile | None,
        clock: WallClock,
        faults: Faults,
        pacing: Pacing,
        *,
        default_orchestration: bool,
        journal_bytes: int = DEFAULT_LIMITS.journal_bytes,
    ) -> None:
        self.lock: threading.Lock = threading.Lock()
        self.tenants: tuple[Tenant, ...] = tuple(tenants)
        self.faults = faults
        self.pacing = pacing
        self.journal: Journal = Journal(journal_bytes)
        self.clock: ShiftedClock = ShiftedClock(clock, 0.0 if file is None else file.clock_offset)
        self._file = file
        self.services: Mapping[str, Service] = {
            tenant.id: Service(
                shipped(),
                Store(tenant.client_id, self.clock, file),
                self.clock,
                faults,
                pacing,
                default_orchestration=default_orchestration,
            )
            for tenant in tenants
        }

    def advance(self, seconds: float) -> None:
        """Move the time of all tenants on, and start the executions that schedules start meanwhile.

        Raises:
            Refusal: that is after the year 9999, which timestamps cannot show.
        """
        if self.clock.now() + seconds > LAST_MOMENT:
            raise Refusal(HTTPStatus.BAD_REQUEST, "the clock ends with the year 9999")
        offset = self.clock.offset + seconds
        if self._file is not None:
            self._file.set_clock_offset(offset)
        self.clock.offset = offset
        self._catch_up()

    @contextmanager
    def at_present(self) -> Iterator[None]:
        """Hold the lock, and let everything be done first that is due in any tenant."""
        with self.lock:
            self._catch_up()
            yield

    def _catch_up(self) -> None:
        for service in self.services.values():
            service.remove_gone_groups()
            schedules.catch_up(service)

    @property
    def catalog(self) -> Catalog:
        """What is offered to every tenant. An assigned catalogue is not stored: it is lost when the emulator ends."""
        return next(iter(self.services.values())).catalog

    @catalog.setter
    def catalog(self, catalog: Catalog) -> None:
        for service in self.services.values():
            service.catalog = catalog

    def deployments(self) -> Iterator[tuple[Service, Deployment]]:
        """The deployments of all tenants, each with its tenant's service."""
        for service in self.services.values():
            for record in service.all_deployments():
                yield service, record

    def find(self, deployment_id: str) -> tuple[Service, Deployment]:
        """A deployment by its id, whatever its tenant and resource group.

        Raises:
            ServiceRefusal: there is none.
        """
        for service, record in self.deployments():
            if record.id == deployment_id:
                return service, record
        raise deployment_not_found(deployment_id)

    def close(self) -> None:
        """Close the state file."""
        with self.lock:
            if self._file is not None:
                self._file.close()
