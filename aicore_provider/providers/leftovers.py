"""Names what earlier runs have left over, at the end of each command that has read the state."""

from __future__ import annotations

import functools

from aicore_provider.dynamic import log
from aicore_provider.dynamic.process import on_shutdown
from aicore_provider.providers import known
from aicore_provider.providers.connection import Connection


@functools.cache
def name_at_the_end(connection: Connection) -> None:
    """Have the strays named, once for each process."""
    on_shutdown(functools.partial(_name, connection))


def _name(connection: Connection) -> None:
    from aicore_provider.lifecycle.orphans import find_possible_orphans

    if not known.has_read_the_state():
        return
    for group, configurations in known.configurations().items():
        context = connection.deployments(group)
        now = context.watcher.look(context.clock.now()).deployments.values()
        for stray in find_possible_orphans(now, configurations, known.held()):
            log.warn(
                f"deployment {stray.id} ({stray.status}) in resource group {group} is on configuration "
                f"{stray.configuration_id} of this stack, and this command has not met it in the state: left over from "
                "an interrupted run, made by hand, or left out by --target. `aicore-provider orphans` tells which."
            )
