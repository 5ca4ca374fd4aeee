"""The environment of `pulumi` for the sandbox, without variables of the caller that name another service or login."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from os import pathsep
from pathlib import Path

from aicore_provider.kinds.parallelism import ENOUGH, VARIABLE, chosen_parallelism
from aicore_provider.proxies import without_proxy
from sandbox.layout import STACK, Layout

PASSPHRASE = "sandbox"  # noqa: S105 - belongs to the salt in stacks/Pulumi.sandbox.yaml; a sandbox holds no secrets
CLIENT = "emulator"

_FOREIGN_PREFIXES = ("AICORE_", "PULUMI_")
_FOREIGN = frozenset({"VCAP_SERVICES", "PYTHONHOME", "PYTHONPATH"})
# In a shell that evaluates the lines, these would take precedence over what the sandbox sets.
_FOREIGN_IN_A_SHELL = ("AICORE_", "VCAP_SERVICES")


def sandbox_variables(layout: Layout, port: int, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return all variables with which `pulumi` works on the sandbox, except PATH.

    Args:
        layout: of the sandbox.
        port: of its emulator.
        inherited: the caller's environment, of which a number of operations at once is kept.
    """
    address = f"http://127.0.0.1:{port}"
    return {
        "PULUMI_BACKEND_URL": f"file://{layout.backend}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_HOME": str(layout.pulumi_home),
        VARIABLE: str(chosen_parallelism(inherited) or ENOUGH),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_SUPPRESS_NEO_LINK": "true",
        "AICORE_BASE_URL": address,
        "AICORE_AUTH_URL": f"{address}/oauth/token",
        "AICORE_CLIENT_ID": CLIENT,
        "AICORE_CLIENT_SECRET": CLIENT,
        "AICORE_RESOURCE_GROUP": "default",
    }


def without_foreign(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's environment without variables that name a tenant, a Pulumi login or another Python."""
    return {
        name: value
        for name, value in inherited.items()
        if not name.startswith(_FOREIGN_PREFIXES) and name not in _FOREIGN
    }


def for_pulumi(inherited: Mapping[str, str], variables: Mapping[str, str], first: Sequence[Path]) -> dict[str, str]:
    """Return the whole environment of `pulumi` for the sandbox.

    Args:
        inherited: the caller's environment.
        variables: those of `sandbox_variables`.
        first: the folders that come first on PATH. The virtual environment must be among them, since an older language
            host ignores the project's option `virtualenv`.
    """
    environment = without_foreign(inherited)
    environment["PATH"] = path_with(first, inherited.get("PATH", ""))
    return {**environment, **without_proxy(environment), **variables}


def path_with(first: Sequence[Path], path: str) -> str:
    """Return PATH with the folders of `first` in front, each of them once."""
    front = [str(folder) for folder in first]
    return pathsep.join([*front, *(part for part in path.split(pathsep) if part not in front)])


def export_lines(inherited: Mapping[str, str], variables: Mapping[str, str], first: Sequence[Path]) -> list[str]:
    """Return `export NAME=value` lines for a shell.

    Other `AICORE_*` variables and `VCAP_SERVICES` of the caller are set to "". Otherwise the service key of a real
    tenant would take precedence over the sandbox's credentials.
    """
    emptied = {name: "" for name in sorted(inherited) if name.startswith(_FOREIGN_IN_A_SHELL)}
    # Set only where the caller has one: Pulumi takes an empty value for "no stack", and without any the selected stack.
    selected = {"PULUMI_STACK": STACK} if "PULUMI_STACK" in inherited else {}
    wanted = {
        **emptied,
        **selected,
        **variables,
        **without_proxy(inherited),
        "PATH": path_with(first, inherited.get("PATH", "")),
    }
    return [f"export {name}={shlex.quote(value)}" for name, value in wanted.items()]
