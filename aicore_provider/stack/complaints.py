"""A stack file that is wrong, in words for people: the key, and what to write."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import yaml

from aicore_provider.stack.project import PROJECT
from aicore_provider.stack.yaml_text import changed_names, child

PLAIN_CREDENTIALS = (
    "credentials in plain text; take them out and run `pulumi config set --secret aicore:serviceKey`,"
    " or use the environment variable AICORE_SERVICE_KEY. Whoever could read the file has them: renew the key"
)


class ConfigError(Exception):
    """The stack file says something that it must not; the text has one line for each."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(["The stack's configuration is not valid:", *(f"  {c}" for c in complaints)]))


def name_complaints(deployments: object, written: yaml.Node | None) -> list[str]:
    """What is to be said of names that YAML changes where they stand without quotes.

    Args:
        deployments: as they were read.
        written: the same as they stand in the stack file; None where nobody knows.
    """
    names = [str(name) for name in deployments] if isinstance(deployments, Mapping) else []
    key = f"{PROJECT}:deployments"
    formerly = "; a deployment that was made under what it became keeps its id with `formerly`"
    complaints = [_changed(key, name) + formerly for name in changed_names(names, written)]
    for name, within in itertools.product(names if written else (), ("parameters", "artifacts")):
        node = child(child(written, name), within)
        complaints += [_changed(f"{key}.{name}.{within}", each) for each in changed_names((), node)]
    return complaints


def _changed(key: str, name: str) -> str:
    return f"{key}: YAML does not keep the name {name} as it is without quotes; write it in quotes"
