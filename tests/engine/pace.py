"""How fast things move in these tests: the service by counted reads, and the product without long waits."""

from __future__ import annotations

from dataclasses import replace

from aicore_provider.api.request_limits import RequestTimeouts
from aicore_provider.lifecycle.limits import Timeouts
from tests.support.limits import SHORT, as_environment

HOUR_S = 3600.0
_ONE_READ = {"reads": 1}
_AN_HOUR = {"seconds": HOUR_S}
_OTHERS = dict.fromkeys(
    ("submitted", "switch-accepted", "stopping", "deleting", "provisioning", "relabelling", "removing"), _ONE_READ
)
COUNTED = {"transitions": {**_OTHERS, "starting": _ONE_READ, "switching": _ONE_READ}}
"""Each state of a deployment and of a resource group is seen once."""
COUNTED_OBJECTS = {
    "transitions": {
        **COUNTED["transitions"],
        **dict.fromkeys(("running", "changing-secret", "removing-secret", "onboarding", "syncing"), _ONE_READ),
    }
}
"""And each state of all other objects."""
SLOW = {"transitions": {**_OTHERS, "starting": _AN_HOUR, "switching": _AN_HOUR}}
"""A start and a switch take an hour, so that a command is found waiting."""

QUICK = as_environment(replace(SHORT, timeouts=Timeouts(), requests=RequestTimeouts()))
"""For the environment of a stack: short waits of the product; commands and requests end no sooner than usual."""
