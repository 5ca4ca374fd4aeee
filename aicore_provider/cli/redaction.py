"""Hides passwords and keys in what the Pulumi CLI prints, and in addresses of backends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote

from aicore_provider.api.redaction import HIDDEN, Redaction

_USER = re.compile(r"(?<![\w+.-])((?!file:)[A-Za-z][\w+.-]*://)\S*@|(?<![\w/.-])[\w.+-]+:[^\s@/]+@")
_QUERY = re.compile(r"([A-Za-z][\w+.-]*://[^\s?#\"'`<>]*)[?#][^\s\"'`<>]*")
_NAMES = "token|secret|password|passwd|pwd|passphrase|key|sig|signature|sas|credentials|connection_?string"
_ASSIGNMENT = re.compile(
    rf"""([\w.-]*(?:{_NAMES})["']?(?:=|\s*:\s*(?=["'])))("[^"]*"|'[^']*'|[^\s&"',;]+)""", re.IGNORECASE
)
_SECRET_NAME = re.compile(rf".*(?:{_NAMES})", re.IGNORECASE)
_LONGEST = 2000
"""Characters of a text; the rest is cut off, because the time for the search grows with their square."""
_SHORTEST = 6
"""Characters. A shorter value of a variable may occur in any text, and is not hidden."""


def without_secrets(text: str, environment: Mapping[str, str]) -> str:
    """Return a text with `***` in place of user and query of each address, and of values after names of secrets.

    The values of the variables with names of secrets are hidden as well.
    """
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    addresses = _QUERY.sub(rf"\1?{HIDDEN}", _USER.sub(rf"\1{HIDDEN}@", text))
    known = Redaction(each for each in _known(environment) if len(each) >= _SHORTEST)
    return known(_ASSIGNMENT.sub(rf"\1{HIDDEN}", addresses))


def _known(environment: Mapping[str, str]) -> Iterator[str]:
    yield from (value for name, value in environment.items() if _SECRET_NAME.fullmatch(name))
    backend = environment.get("PULUMI_BACKEND_URL", "")
    password = backend.rpartition("@")[0].partition("://")[2].partition(":")[2]
    yield from (password, unquote(password))
    yield from (value for key, value in parse_qsl(backend.partition("?")[2]) if _SECRET_NAME.fullmatch(key))
