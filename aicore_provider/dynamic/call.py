"""Finds the engine's request behind the provider method that runs in this thread.

Pulumi passes a dynamic provider the properties alone. URN, time-out and gRPC context are local variables, `request` and
`context`, of the servicer's method a few frames up (`pulumi/dynamic/__main__.py`, the same from 3.216 to 3.272).

Fallback: an empty call. Then time-outs have their defaults, lines stand at no resource, and no id can be kept.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import FrameType
from typing import Any


@dataclass(frozen=True)
class EngineCall:
    """One call of the engine; `urn` is "" when unknown, and `context`, that of gRPC, may be None.

    `timeout_s` is the resource option `custom_timeouts`, in seconds; 0 when unset or unknown. `old_inputs` are those in
    the state, which a check and a create do not get; None when there are none, or they are unknown. `provider` is
    serialised, as in the property `__provider` of the resource; "" when unknown.
    """

    urn: str = ""
    timeout_s: float = 0.0
    old_inputs: dict[str, Any] | None = None
    provider: str = ""
    context: Any = None


def current_call() -> EngineCall:
    """Return the call that this thread is serving; an empty one when it cannot be found. Never raises."""
    try:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            request, context = frame.f_locals.get("request"), frame.f_locals.get("context")
            if hasattr(request, "urn") and hasattr(context, "set_trailing_metadata"):
                return _call(request, context)
            frame = frame.f_back
    except Exception:  # noqa: S110  (any change of the SDK ends in the fallback)
        pass
    return EngineCall()


def _call(request: Any, context: Any) -> EngineCall:
    old_inputs = getattr(request, "inputs", None) or getattr(request, "old_inputs", None)
    sent = getattr(request, "properties", None) or getattr(request, "news", None)
    return EngineCall(
        urn=str(request.urn),
        timeout_s=float(getattr(request, "timeout", 0.0) or 0.0),
        old_inputs=dict(old_inputs) if old_inputs else None,
        provider=str(sent["__provider"]) if sent and "__provider" in sent else "",
        context=context,
    )
