"""The environment that `pulumi` gets for the sandbox, and nothing of the caller's that could lead it elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from os import pathsep
from pathlib import Path

from aicore_provider.proxies import without_proxy
from sandbox.layout import STACK, Layout

PASSPHRASE = "sandbox"  # noqa: S105 - fits the salt in stacks/Pulumi.sandbox.yaml; there is nothing secret in a sandbox
CLIENT = "emulator"

_FOREIGN_PREFIXES = ("AICORE_", "PULUMI_")
_FOREIGN = frozenset({"VCAP_SERVICES", "PYTHONHOME", "PYTHONPATH"})
# These would win over, or stand beside, what the sandbox sets, in a shell that evaluates its lines.
_FOREIGN_IN_A_SHELL = ("AICORE_", "VCAP_SERVICES")


def sandbox_variables(layout: Layout, port: int) -> dict[str, str]:
    """Everything that makes `pulumi` work on the sandbox, but PATH."""
    address = f"http://127.0.0.1:{port}"
    return {
        "PULUMI_BACKEND_URL": f"file://{layout.backend}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_HOME": str(layout.pulumi_home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_SUPPRESS_NEO_LINK": "true",
        "AICORE_BASE_URL": address,
        "AICORE_AUTH_URL": f"{address}/oauth/token",
        "AICORE_CLIENT_ID": CLIENT,
        "AICORE_CLIENT_SECRET": CLIENT,
        "AICORE_RESOURCE_GROUP": "default",
    }


def without_foreign(inherited: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment less every variable that names a tenant, a Pulumi login or another Python."""
    return {
        name: value
        for name, value in inherited.items()
        if not name.startswith(_FOREIGN_PREFIXES) and name not in _FOREIGN
    }


def for_pulumi(inherited: Mapping[str, str], variables: Mapping[str, str], first: Sequence[Path]) -> dict[str, str]:
    """The whole environment of a `pulumi` on the sandbox.

    Args:
        inherited: the caller's environment.
        variables: those of `sandbox_variables`.
        first: the folders that come first on PATH. The language host may not know the project's `virtualenv` option,
            so the virtual environment must be among them.
    """
    environment = without_foreign(inherited)
    environment["PATH"] = path_with(first, inherited.get("PATH", ""))
    return {**environment, **without_proxy(environment), **variables}


def path_with(first: Sequence[Path], path: str) -> str:
    """PATH with `first` in front, each folder once, so that using it twice does not make it longer."""
    front = [str(folder) for folder in first]
    return pathsep.join([*front, *(part for part in path.split(pathsep) if part not in front)])


def export_lines(inherited: Mapping[str, str], variables: Mapping[str, str], first: Sequence[Path]) -> list[str]:
    """`export NAME=value` lines for a shell.

    A variable of the caller that would outrank the sandbox's is emptied: an evaluated service key of a real tenant
    would otherwise be used on the sandbox's state.
    """
    emptied = {name: "" for name in sorted(inherited) if name.startswith(_FOREIGN_IN_A_SHELL)}
    # Pulumi takes an empty one for "no stack"; without one, a person's own `pulumi stack select` holds.
    selected = {"PULUMI_STACK": STACK} if "PULUMI_STACK" in inherited else {}
    wanted = {
        **emptied,
        **selected,
        **variables,
        **without_proxy(inherited),
        "PATH": path_with(first, inherited.get("PATH", "")),
    }
    return [f"export {name}={shlex.quote(value)}" for name, value in wanted.items()]
