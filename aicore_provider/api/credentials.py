"""Where the service is and who we are there.

Names and meaning of the variables are SAP's own, so that a shell that works for SAP's SDKs works here. The first source
that has any credential supplies all of them: values are never mixed, because a mixture is somebody else's tenant. Only
the resource group is looked up on its own.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aicore_provider.api.errors import CredentialsError

DEFAULT_RESOURCE_GROUP = "default"

_SINGLE_VARIABLES = {
    "AICORE_BASE_URL": "base_url",
    "AICORE_AUTH_URL": "auth_url",
    "AICORE_CLIENT_ID": "client_id",
    "AICORE_CLIENT_SECRET": "client_secret",
}


@dataclass(frozen=True)
class Credentials:
    """One service and one client of it.

    Attributes:
        base_url: the API without the version, such as `https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com`.
        auth_url: the token endpoint, with `/oauth/token`.
        client_id: OAuth client.
        client_secret: its secret; never shown.
        source: where all of this came from, for people.
    """

    base_url: str
    auth_url: str
    client_id: str
    client_secret: str = field(repr=False)
    source: str


def from_environment(environment: Mapping[str, str]) -> Credentials:
    """Credentials from `AICORE_SERVICE_KEY`, else from the single `AICORE_*` variables.

    Raises:
        CredentialsError: nothing is set, something is missing, or a URL is not https (http is for loopback only).
    """
    if service_key := environment.get("AICORE_SERVICE_KEY"):
        return _from_service_key(service_key)
    values = {name: environment.get(variable, "") for variable, name in _SINGLE_VARIABLES.items()}
    if not any(values.values()):
        raise CredentialsError(
            "No SAP AI Core credentials found in the environment.\n"
            "Set AICORE_SERVICE_KEY to the service key's JSON, or set " + ", ".join(_SINGLE_VARIABLES) + "."
        )
    return _checked(values, source="the AICORE_* variables", names={n: v for v, n in _SINGLE_VARIABLES.items()})


def resource_group_from_environment(environment: Mapping[str, str]) -> str:
    """`AICORE_RESOURCE_GROUP`, else the group that every tenant has."""
    return environment.get("AICORE_RESOURCE_GROUP") or DEFAULT_RESOURCE_GROUP


def service_url(url: str) -> str:
    """The normal form of an API URL: no `/v2`, no slash at the end.

    Raises:
        CredentialsError: it is not https, and not http on a loopback address.
    """
    bare = url.strip().rstrip("/").removesuffix("/v2").rstrip("/")
    parts = urlsplit(bare)
    if parts.username or parts.password:
        raise CredentialsError(f"The URL of host {parts.hostname} contains a user name or password; leave them out.")
    if parts.scheme == "https" and parts.hostname:
        return bare
    if parts.scheme == "http" and _is_loopback(parts.hostname or ""):
        return bare
    raise CredentialsError(f"{url!r} is no https URL; plain http is for loopback addresses only.")


def _from_service_key(text: str) -> Credentials:
    source = "AICORE_SERVICE_KEY"
    try:
        key = json.loads(text)
    except ValueError as error:
        # The position helps, the text would show the secret.
        raise CredentialsError(
            f"{source} is not valid JSON ({error.msg} at character {error.pos})."  # type: ignore[attr-defined]
            " Paste the whole service key."
        ) from None
    if not isinstance(key, Mapping):
        raise CredentialsError(f"{source} is not a JSON object. Paste the whole service key.")
    urls = key.get("serviceurls")
    values = {
        "base_url": urls.get("AI_API_URL", "") if isinstance(urls, Mapping) else "",
        "auth_url": key.get("url", ""),
        "client_id": key.get("clientid", ""),
        "client_secret": key.get("clientsecret", ""),
    }
    names = {
        "base_url": "serviceurls.AI_API_URL",
        "auth_url": "url",
        "client_id": "clientid",
        "client_secret": "clientsecret",
    }
    return _checked({name: str(value or "") for name, value in values.items()}, source=source, names=names)


def _checked(values: Mapping[str, str], *, source: str, names: Mapping[str, str]) -> Credentials:
    if missing := [names[name] for name, value in values.items() if not value]:
        raise CredentialsError(f"Credentials from {source} are incomplete: {', '.join(missing)} missing.")
    return Credentials(
        base_url=service_url(values["base_url"]),
        auth_url=service_url(values["auth_url"]).removesuffix("/oauth/token") + "/oauth/token",
        client_id=values["client_id"],
        client_secret=values["client_secret"],
        source=source,
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
