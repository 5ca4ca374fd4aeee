"""Texts about deployments in which the state plays a part.

`lifecycle.messages` says what happened to one deployment. The texts here add what became of the deployment that a new
one was to replace, and of the new one itself.
"""

from __future__ import annotations

import datetime as dt

from aicore_provider.api.errors import AICoreError, Forbidden, ServiceError
from aicore_provider.api.naming import ttl_minutes
from aicore_provider.kinds.index import Before
from aicore_provider.lifecycle.errors import DeploymentError, ReplacementNeeded

_CHECK_MODEL = "Check model name, model version and executable against the models that the service offers."
_CHECK_QUOTA = "Check the resource group, the service plan and the quota of deployments."
_DELETE_FIRST = (
    "Where the quota allows no second one, `delete_before_replace` (stack file: `replace: deleteFirst`) makes room."
)

_IF_USED = "where the program still uses it, `up`"


def create_refused(error: ServiceError, configuration_id: str, before: Before) -> DeploymentError:
    """Return the error when the service refused to make a deployment."""
    lines = [
        f"A deployment of configuration {configuration_id} was refused: {error.facts}",
        _CHECK_QUOTA if isinstance(error, Forbidden) else _CHECK_MODEL,
    ]
    if left := _left(before):
        lines.append(f"{left[0].upper()}{left[1:]}.")
    # Neither status nor code of an exceeded quota is documented.
    if before.standing and (isinstance(error, Forbidden) or "quota" in error.text.lower()):
        lines[-1] += f" {_DELETE_FIRST}"
    return DeploymentError("\n".join(lines))


def switch_refused(error: ServiceError, deployment_id: str, configuration_id: str) -> DeploymentError:
    """Return the error when the service refused to switch to a configuration."""
    return DeploymentError(
        f"Deployment {deployment_id}: the switch to configuration {configuration_id} was refused: {error.facts}",
        f"Nothing was changed. {_CHECK_MODEL}",
        deployment_id=deployment_id,
    )


def create_failed(error: AICoreError, before: Before) -> AICoreError:
    """Return the error of a failed create that is kept in the state, or has made nothing."""
    left = _left(before)
    return DeploymentError(f"{error}\n{left[0].upper()}{left[1:]}.") if left else error


def removed(error: DeploymentError, before: Before) -> DeploymentError:
    """Return the error of a failed create whose deployment was removed again."""
    left = _left(before)
    return DeploymentError(f"{error.what}\nThe new deployment was removed again{f'; {left}' if left else ''}.")


def not_removed(error: DeploymentError, cause: AICoreError, before: Before) -> DeploymentError:
    """Return the error of a failed create whose deployment could not be removed again."""
    left = _left(before)
    why = cause.first_line.rstrip(".")
    return DeploymentError(
        f"{error.what}\nThe new deployment {error.deployment_id} could not be removed again and may still exist: {why}"
        f"{f'; {left}' if left else ''}."
    )


def not_taken_over(error: DeploymentError) -> DeploymentError:
    """Return the error of a take-over that failed, so that no state holds the deployment."""
    if not error.switch_refused and not isinstance(error, ReplacementNeeded):
        return error
    return DeploymentError(
        error.what,
        "It was not taken over. Remove `take_over` (stack file: `takeOver`), and a new one is made.",
        deployment_id=error.deployment_id,
        deployment=error.deployment,
    )


def gone(id_: str, ttl: str | None, created_at: str | None, now: dt.datetime) -> str:
    """Return the line for a refresh that finds that a deployment does not exist any more.

    `ttl` is its life time, such as `10h`, and `created_at` is as the state has it, such as `2026-11-26T02:50:00Z`.
    `now` is the service's time in UTC.
    """
    because = f": its ttl of {ttl} is over, it was created at {created_at}" if _is_over(ttl, created_at, now) else ""
    return f"deployment {id_} does not exist any more{because}; {_IF_USED} makes a new one"


def to_be_replaced(id_: str, why: str) -> str:
    """Return the line for a deployment that can only be replaced. It is shown by every command, also by `destroy`."""
    return f"deployment {id_}: {why}; {_IF_USED} makes a new one, with a new id and URL"


def to_be_rolled_back(id_: str, why: str, back: str) -> str:
    """Return the line for a deployment whose switch an earlier command has left as failed."""
    return f"deployment {id_}: {why}; {_IF_USED} goes back to configuration {back} and fails, and the next tries again"


def to_be_verified(id_: str) -> str:
    """Return the line for a deployment that runs, and that an earlier command could not verify."""
    return f"deployment {id_} runs and has not answered yet; {_IF_USED} asks it again"


def dead(id_: str) -> str:
    """Return the line for a deployment that is DEAD and can be switched."""
    return f"deployment {id_} is DEAD; {_IF_USED} switches it, and its id and URL stay"


def _is_over(ttl: str | None, created_at: str | None, now: dt.datetime) -> bool:
    """Whether a life time has ended; False when that is not known."""
    minutes = ttl_minutes(ttl or "")
    try:
        age = now - dt.datetime.strptime(created_at or "", "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.timezone.utc)
    except ValueError:
        return False
    # Not as a time span, which has a greatest value.
    return minutes is not None and age / dt.timedelta(minutes=1) >= minutes


def _left(before: Before) -> str:
    """Say what became of the deployment that was to be replaced; "" where this process knows of none."""
    if before.standing:
        which = "the ones before stay as they are" if before.standing[1:] else "the one before stays as it is"
        return f"{which} ({', '.join(before.standing)})"
    if before.deleted:
        which = "the ones before were" if before.deleted[1:] else "the one before was"
        return f"{which} deleted first ({', '.join(before.deleted)}), and `pulumi up` makes a new one"
    return ""
