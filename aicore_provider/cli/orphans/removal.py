"""Removes deployments: stops and deletes them, several at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError
from aicore_provider.cli.orphans.survey import Found
from aicore_provider.lifecycle.context import Context
from aicore_provider.lifecycle.errors import DeploymentError
from aicore_provider.lifecycle.limits import Limits
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Absent
from aicore_provider.lifecycle.watcher import DeploymentWatcher

_AT_ONCE = 8


def remove(
    chosen: Sequence[Found],
    credentials: Credentials,
    report: Callable[[str], None],
    interrupted: threading.Event,
) -> dict[str, AICoreError | None]:
    """Stop and delete deployments, and wait until the service answers that there are none.

    Ctrl-C ends the waiting, and sets `interrupted`.

    Returns by id why a deployment was not removed, None when it was. Several threads pass lines about what is being
    waited for to `report`.
    """
    client = AICore(credentials, interrupted=interrupted)
    groups = {each.resource_group for each in chosen}
    limits = Limits()
    watchers = {
        group: DeploymentWatcher(client.deployments(group).list, client.clock, pace=limits.pace) for group in groups
    }

    def remove_one(found: Found) -> AICoreError | None:
        group = found.resource_group
        context = Context(client, group, watchers[group], limits=limits, interrupted=interrupted, report=report)
        return _remove(found, context)

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="removal") as pool:
        removals = {each.deployment.id: pool.submit(remove_one, each) for each in chosen}
        try:
            wait(removals.values())
        except KeyboardInterrupt:
            interrupted.set()
        return {id_: removal.result() for id_, removal in removals.items()}


def _remove(found: Found, context: Context) -> AICoreError | None:
    id_ = found.deployment.id
    try:
        # It may have been switched since the user was asked.
        now = context.watcher.look(context.clock.now()).deployments.get(id_)
        if now and now.configuration_id != found.deployment.configuration_id:
            return AICoreError(
                f"Deployment {id_} was switched to configuration {now.configuration_id} meanwhile, and is left alone.\n"
                "Run `aicore-provider orphans` again."
            )
        reconcile(Absent(), context, timeout_s=context.limits.timeouts.delete_s, deployment_id=id_)
    except DeploymentError as error:
        # The other lines of the error advise `pulumi up`, which does not know this deployment.
        return AICoreError(f"{error.what}\nRun the same command again; it goes on from here.")
    except AICoreError as error:
        return AICoreError(f"Deployment {id_}: {error}")
    return None
