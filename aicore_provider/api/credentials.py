"""Where the service is and who we are there.

Names and meaning of the variables are SAP's own, so that a shell that works for SAP's SDKs works here. The first source
that has any credential supplies all of them: values are never mixed, because a mixture is somebody else's tenant. Only
the resource group is looked up on its own. In this order:

1. `AICORE_SERVICE_KEY`: the JSON of a service key
2. the single variables `AICORE_BASE_URL`, `AICORE_AUTH_URL`, `AICORE_CLIENT_ID`, ...
3. SAP's configuration file: `AICORE_CONFIG`, else `config.json` or `config_<AICORE_PROFILE>.json` in `AICORE_HOME`
   (default `~/.aicore`), with the names of the single variables as keys
4. `VCAP_SERVICES`: a Cloud Foundry binding with the label `aicore`
5. a service key that the caller passes, for example from an encrypted stack configuration
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aicore_provider.api.errors import CredentialsError

DEFAULT_RESOURCE_GROUP = "default"

_SINGLE_VARIABLES = (
    "AICORE_BASE_URL",
    "AICORE_AUTH_URL",
    "AICORE_CLIENT_ID",
    "AICORE_CLIENT_SECRET",
    "AICORE_CERT_URL",
    "AICORE_CERT_FILE_PATH",
    "AICORE_KEY_FILE_PATH",
    "AICORE_CERT_STR",
    "AICORE_KEY_STR",
)
_SERVICE_KEY_FIELDS = {
    "AICORE_AUTH_URL": "url",
    "AICORE_CLIENT_ID": "clientid",
    "AICORE_CLIENT_SECRET": "clientsecret",
    "AICORE_CERT_URL": "certurl",
    "AICORE_CERT_STR": "certificate",
    "AICORE_KEY_STR": "key",
}
_BASE_URL_FIELD = "serviceurls.AI_API_URL"


@dataclass(frozen=True)
class Certificate:
    """A client certificate with its key, both PEM."""

    chain: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Credentials:
    """One service and one client of it, who proves himself by a secret or by a certificate.

    Attributes:
        base_url: the API without the version, such as `https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com`.
        auth_url: the token endpoint, with `/oauth/token`; for a certificate the one that asks for it.
        client_id: OAuth client.
        client_secret: its secret, never shown; "" with a certificate.
        certificate: its certificate, or None.
        source: where all of this came from, for people.
    """

    base_url: str
    auth_url: str
    client_id: str
    client_secret: str = field(repr=False)
    certificate: Certificate | None
    source: str


def find_credentials(environment: Mapping[str, str], service_key: str | None = None) -> Credentials:
    """Credentials of the first source that has any.

    Args:
        environment: variables, as `os.environ`.
        service_key: JSON of a service key, the last source.

    Raises:
        CredentialsError: there are none, or those of that source are incomplete, unreadable or for a URL without TLS.
    """
    if key := environment.get("AICORE_SERVICE_KEY"):
        return _from_service_key(key, "AICORE_SERVICE_KEY")
    if any(environment.get(name) for name in _SINGLE_VARIABLES):
        return _checked(environment, "the AICORE_* variables", {})
    values, path = _configuration_file(environment)
    if any(values.get(name) for name in _SINGLE_VARIABLES):
        return _checked(values, str(path), {})
    if binding := _binding(environment):
        return _from_fields(binding, "VCAP_SERVICES")
    if service_key:
        return _from_service_key(service_key, "the stack's aicore:serviceKey")
    raise CredentialsError(
        "No SAP AI Core credentials found.\n"
        "Set AICORE_SERVICE_KEY to the JSON of a service key, or set AICORE_BASE_URL, AICORE_AUTH_URL, "
        "AICORE_CLIENT_ID and AICORE_CLIENT_SECRET."
    )


def find_resource_group(environment: Mapping[str, str]) -> str:
    """`AICORE_RESOURCE_GROUP` of the environment, else of SAP's configuration file, else the one that always exists.

    Raises:
        CredentialsError: the configuration file cannot be read.
    """
    name = "AICORE_RESOURCE_GROUP"
    return environment.get(name) or _configuration_file(environment)[0].get(name) or DEFAULT_RESOURCE_GROUP


def service_url(url: str) -> str:
    """The normal form of an API URL: no `/v2`, no slash at the end.

    Raises:
        CredentialsError: it is not https, and not http on a loopback address.
    """
    bare = url.strip().rstrip("/").removesuffix("/v2").rstrip("/")
    # Not left to the parser, which finds no user where the scheme is missing, and the error below shows the text.
    if "@" in bare:
        host = bare.rpartition("@")[2]
        raise CredentialsError(f"The URL of host {host} contains a user name or password; leave them out.")
    try:
        parts = urlsplit(bare)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme == "https" and parts.hostname:
        return bare
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return bare
    raise CredentialsError(f"{url!r} is no https URL; plain http is for loopback addresses only.")


def _from_service_key(text: str, source: str) -> Credentials:
    return _from_fields(_json_object(text, source), source)


def _from_fields(fields: Mapping[str, Any], source: str) -> Credentials:
    urls = fields.get("serviceurls")
    values = {variable: str(fields.get(name) or "") for variable, name in _SERVICE_KEY_FIELDS.items()}
    values["AICORE_BASE_URL"] = str(urls.get("AI_API_URL") or "") if isinstance(urls, Mapping) else ""
    return _checked(values, source, _SERVICE_KEY_FIELDS | {"AICORE_BASE_URL": _BASE_URL_FIELD})


def _configuration_file(environment: Mapping[str, str]) -> tuple[Mapping[str, str], Path]:
    """The values of SAP's configuration file; none where the default one does not exist."""
    profile = environment.get("AICORE_PROFILE", "")
    named = profile not in ("", "default")
    home = Path(environment.get("AICORE_HOME") or "~/.aicore")
    explicit = environment.get("AICORE_CONFIG")
    path = Path(explicit or home / (f"config_{profile}.json" if named else "config.json")).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if explicit or named:
            raise CredentialsError(f"The configuration file {path} does not exist.") from None
        return {}, path
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialsError(f"The configuration file {path} cannot be read: {type(error).__name__}.") from None
    return {k: str(v) for k, v in _json_object(text, str(path)).items() if v is not None}, path


def _binding(environment: Mapping[str, str]) -> Mapping[str, Any] | None:
    if not (text := environment.get("VCAP_SERVICES")):
        return None
    bindings = _json_object(text, "VCAP_SERVICES").get("aicore")
    first = bindings[0] if isinstance(bindings, list) and bindings else None
    found = first.get("credentials") if isinstance(first, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _json_object(text: str, source: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        # The position helps; the text itself would show the secret.
        raise CredentialsError(f"{source} is not valid JSON: {error.msg} at character {error.pos}.") from None
    if not isinstance(document, Mapping):
        raise CredentialsError(f"{source} is not a JSON object.")
    return document


def _checked(values: Mapping[str, str], source: str, names: Mapping[str, str]) -> Credentials:
    """Credentials from values by the names of the single variables; `names` are what the source calls them."""

    def get(name: str) -> str:
        return values.get(name) or ""

    certificate = _certificate(get, source)
    token_url = "AICORE_CERT_URL" if certificate and get("AICORE_CERT_URL") else "AICORE_AUTH_URL"
    needed = ["AICORE_BASE_URL", token_url, "AICORE_CLIENT_ID"]
    needed += [] if certificate else ["AICORE_CLIENT_SECRET"]
    if missing := [names.get(name, name) for name in needed if not get(name)]:
        raise CredentialsError(f"Credentials from {source} are incomplete: {', '.join(missing)} missing.")
    if certificate and get("AICORE_CLIENT_SECRET"):
        raise CredentialsError(f"Credentials from {source} have both a client secret and a certificate; keep one.")
    return Credentials(
        base_url=service_url(get("AICORE_BASE_URL")),
        auth_url=service_url(get(token_url)).removesuffix("/oauth/token") + "/oauth/token",
        client_id=get("AICORE_CLIENT_ID"),
        client_secret=get("AICORE_CLIENT_SECRET"),
        certificate=certificate,
        source=source,
    )


def _certificate(get: Any, source: str) -> Certificate | None:
    chain, key = get("AICORE_CERT_STR"), get("AICORE_KEY_STR")
    if not (chain or key):
        paths = get("AICORE_CERT_FILE_PATH"), get("AICORE_KEY_FILE_PATH")
        if not any(paths):
            return None
        if not all(paths):
            raise CredentialsError(f"Credentials from {source} are incomplete: certificate and key go together.")
        try:
            chain, key = (Path(path).expanduser().read_text(encoding="ascii") for path in paths)
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialsError(f"Certificate or key of {source} cannot be read: {type(error).__name__}.") from None
    if not (chain and key):
        raise CredentialsError(f"Credentials from {source} are incomplete: certificate and key go together.")
    # Bindings carry PEM with the two characters "\n" in place of line ends.
    return Certificate(chain.replace("\\n", "\n"), key.replace("\\n", "\n"))


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
