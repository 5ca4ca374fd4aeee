"""What of the contract is emulated, read off the routes themselves. Paths are shown with `/v2`, where they have it.

python -m tests.emulator.coverage > docs/emulator-coverage.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from flask import Flask
from pydantic.alias_generators import to_camel

from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.catalog import ORCHESTRATION
from aicore_provider.emulator.faults import Faults
from aicore_provider.emulator.inference import OPENAI, OPERATIONS
from aicore_provider.emulator.orchestration import FORMS
from aicore_provider.emulator.pace import Pacing
from aicore_provider.emulator.routes import tenant_application, unprotected_application
from aicore_provider.emulator.tenants import named_tenants
from aicore_provider.emulator.tokens import Tokens
from aicore_provider.emulator.wall_clock import SteppedClock

Operation = tuple[str, str]
"""Method, and path below /v2 as the contract writes it."""

_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_INFERENCE = "/inference/"


_BASE = "/v2"
"""The contract's paths lie below it."""


def emulated() -> list[Operation]:
    """The operations of the contract that have a route."""
    return [each for each in _operations(_applications()[0]) if not each[1].startswith(_INFERENCE)]


def markdown() -> str:
    """The page for people."""
    _, unprotected = _applications()
    known = emulated()
    return f"""# What the emulator covers

<!-- Made from the routes by `make emulator-coverage`; do not edit. -->

All operations of SAP's OpenAPI document "AI Core" 2.42.0 are emulated: {len(known)} of them.
[emulator-rules.md](emulator-rules.md) lists the source of each rule.

## Emulated

{_table(known, _BASE)}

What is not in this list is answered with 404, or with 405 where the path has other methods.

## Beyond the contract

The token endpoint, and the emulator's own operations, which need no token.

{_table(_operations(unprotected))}

Inference, below `{_BASE}{_INFERENCE}deployments/{{deploymentId}}`, which is the URL of a deployment.

{_inference_table()}
"""


def _applications() -> tuple[Flask, Flask]:
    tenants = named_tenants("coverage", [])
    backend = Backend(tenants, None, SteppedClock(), Faults(), Pacing(0.0), default_orchestration=False)
    ((tenant_id, service),) = backend.services.items()
    return tenant_application(service, tenant_id), unprotected_application(backend, Tokens(tenants, backend.clock))


def _operations(app: Flask) -> list[Operation]:
    found = [
        (verb, re.sub(r"<(?:\w+:)?(\w+)>", lambda match: f"{{{_parameter(match[1])}}}", rule.rule.removeprefix("/v2")))
        for rule in app.url_map.iter_rules()
        for verb in _VERBS
        if verb in (rule.methods or ())
    ]
    return sorted(found, key=_by_path)


def _parameter(name: str) -> str:
    """The name of a parameter as the contract writes it, which is in camel case but for one with a capital letter."""
    return to_camel(name) if name.islower() else name


def _by_path(operation: Operation) -> tuple[str, int]:
    return operation[1], _VERBS.index(operation[0])


def _inference_table() -> str:
    own = {**OPERATIONS, ORCHESTRATION: FORMS}
    rows = [f"| `{executable}` | {_paths(own[executable])} |" for executable in sorted(own)]
    return "\n".join(["| Executable | POST |", "| --- | --- |", *rows, f"| all others | {_paths(OPENAI)} |"])


def _paths(operations: Iterable[str]) -> str:
    return ", ".join(f"`/{operation}`" for operation in operations)


def _table(operations: Iterable[Operation], base: str = "") -> str:
    methods: dict[str, list[str]] = {}
    for method, path in operations:
        methods.setdefault(path, []).append(method)
    rows = [f"| `{base}{path}` | {', '.join(verbs)} |" for path, verbs in methods.items()]
    return "\n".join(["| Path | Methods |", "| --- | --- |", *rows])


if __name__ == "__main__":
    sys.stdout.write(markdown())
