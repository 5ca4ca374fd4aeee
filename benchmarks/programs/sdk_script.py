"""A script with SAP's Python SDK, which does what the samples of SAP's tutorials do, for many deployments.

`python -m benchmarks.programs.sdk_script OPERATION ENTRIES_FILE KEPT_FILE`, with `sap-ai-sdk-core` installed. It makes
all deployments, and then asks for one after the other every five seconds until it runs. The samples make and wait for
one deployment; this order is the better one for many. Their ids are kept in KEPT_FILE.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ai_api_client_sdk.exception import AIAPINotFoundException
from ai_api_client_sdk.models.parameter_binding import ParameterBinding
from ai_api_client_sdk.models.status import Status
from ai_api_client_sdk.models.target_status import TargetStatus
from ai_core_sdk.ai_core_v2_client import AICoreV2Client

from benchmarks.estate import EXECUTABLES

_INTERVAL_S = 5.0

_Entries = dict[str, dict[str, str]]
_Kept = dict[str, dict[str, str]]


def _client() -> Any:
    return AICoreV2Client(
        base_url=f"{os.environ['AICORE_BASE_URL']}/v2",
        auth_url=f"{os.environ['AICORE_AUTH_URL']}/oauth/token",
        client_id=os.environ["AICORE_CLIENT_ID"],
        client_secret=os.environ["AICORE_CLIENT_SECRET"],
    )


def _configure(client: Any, name: str, entry: dict[str, str]) -> str:
    bindings = [ParameterBinding("modelName", entry["model"]), ParameterBinding("modelVersion", entry["version"])]
    made = client.configuration.create(
        name=name,
        scenario_id="foundation-models",
        executable_id=EXECUTABLES[entry["model"]],
        parameter_bindings=bindings,
        resource_group=entry["resourceGroup"],
    )
    return str(made.id)


def _wait(client: Any, kept: dict[str, str], until: Callable[[Any], bool]) -> None:
    while not until(client.deployment.get(kept["id"], resource_group=kept["group"])):
        time.sleep(_INTERVAL_S)


def _wait_for_all(client: Any, kept: _Kept) -> None:
    for each in kept.values():
        configuration = each["configuration"]
        _wait(
            client,
            each,
            lambda shown, wanted=configuration: (  # type: ignore[misc]
                shown.status == Status.RUNNING and shown.latest_running_configuration_id == wanted
            ),
        )


def create(client: Any, entries: _Entries, kept: _Kept) -> None:
    """Make all, then wait for each."""
    for name, entry in entries.items():
        group, configuration = entry["resourceGroup"], _configure(client, name, entry)
        made = client.deployment.create(configuration_id=configuration, resource_group=group)
        kept[name] = {"id": made.id, "group": group, "configuration": configuration}
    _wait_for_all(client, kept)


def preview(client: Any, _entries: _Entries, kept: _Kept) -> None:
    """Look whether each runs what it should."""
    for name, each in kept.items():
        shown = client.deployment.get(each["id"], resource_group=each["group"])
        if shown.status != Status.RUNNING or shown.configuration_id != each["configuration"]:
            raise SystemExit(f"{name} does not run what it should")


def switch(client: Any, entries: _Entries, kept: _Kept) -> None:
    """Switch all, then wait for each."""
    for name, entry in entries.items():
        kept[name]["configuration"] = _configure(client, name, entry)
        client.deployment.modify(
            kept[name]["id"],
            configuration_id=kept[name]["configuration"],
            resource_group=kept[name]["group"],
        )
    _wait_for_all(client, kept)


def destroy(client: Any, _entries: _Entries, kept: _Kept) -> None:
    """Stop all, wait for each, delete all, and wait until each is gone."""
    for each in kept.values():
        client.deployment.modify(each["id"], target_status=TargetStatus.STOPPED, resource_group=each["group"])
    for each in kept.values():
        _wait(client, each, lambda shown: shown.status == Status.STOPPED)
        client.deployment.delete(each["id"], resource_group=each["group"])
    for each in kept.values():
        try:
            _wait(client, each, lambda _: False)
        except AIAPINotFoundException:
            continue
    kept.clear()


def main() -> None:
    """Carry out an operation."""
    operations = {each.__name__: each for each in (create, preview, switch, destroy)}
    operation, entries_file, kept_file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    kept = json.loads(kept_file.read_text()) if kept_file.exists() else {}
    operations[operation](_client(), json.loads(entries_file.read_text()), kept)
    kept_file.write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
