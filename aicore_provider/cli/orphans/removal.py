"""Removing what was left over: the whole walk of each deployment, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

from aicore_provider.api.errors import AICoreError
from aicore_provider.cli.orphans.survey import Found
from aicore_provider.dynamic.process import interrupted
from aicore_provider.lifecycle.errors import DeploymentError
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Absent
from aicore_provider.providers.connection import Connection

_AT_ONCE = 8


def remove(
    chosen: Sequence[Found], connection: Connection, report: Callable[[str], None]
) -> dict[str, AICoreError | None]:
    """Stop and delete, and wait until the service knows them no more. Ctrl-C ends the waiting, and is told.

    Args:
        chosen: what goes.
        connection: to where it is.
        report: told what is being waited for, from several threads.

    Returns:
        By id why it was not removed; None when it was.
    """
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="removal") as pool:
        walks = {each.deployment.id: pool.submit(partial(_remove, each, connection, report)) for each in chosen}
        try:
            wait(walks.values())
        except KeyboardInterrupt:
            interrupted.set()
        return {id_: walk.result() for id_, walk in walks.items()}


def _remove(found: Found, connection: Connection, report: Callable[[str], None]) -> AICoreError | None:
    id_ = found.deployment.id
    context = connection.deployments(found.resource_group, report)
    try:
        # Somebody may have taken it over while the question was open.
        now = context.watcher.look(context.clock.now()).deployments.get(id_)
        if now and now.configuration_id != found.deployment.configuration_id:
            return AICoreError(
                f"Deployment {id_} was switched to configuration {now.configuration_id} meanwhile, and is left alone.\n"
                "Run `aicore-provider orphans` again."
            )
        reconcile(Absent(), context, timeout_s=context.limits.timeouts.delete_s, deployment_id=id_)
    except DeploymentError as error:
        # What to do next is another thing than for `pulumi up`, which knows nothing of this deployment.
        return AICoreError(f"{error.what}\nRun the same command again; it goes on from here.")
    except AICoreError as error:
        return AICoreError(f"Deployment {id_}: {error}")
    return None
