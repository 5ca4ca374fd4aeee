"""Credentials: the address of the service, its token endpoint, and the client.

Names and meaning of the variables are those of SAP's SDKs. The first source that has any credential supplies all of
them: values of two sources are never mixed, since they may belong to two tenants. Only the resource group is looked up
on its own. Errors name a variable or field and never show its value, since a secret may stand in the wrong one.

The sources, in this order:

1. `AICORE_SERVICE_KEY`: the JSON of a service key
2. the single variables `AICORE_BASE_URL`, `AICORE_AUTH_URL`, `AICORE_CLIENT_ID`, ...
3. SAP's configuration file: `AICORE_CONFIG`, else `config.json` or `config_<AICORE_PROFILE>.json` in `AICORE_HOME`
   (default `~/.aicore`), with the names of the single variables as keys
4. `VCAP_SERVICES`: a Cloud Foundry binding with the label `aicore`
5. a service key that the caller passes, for example from an encrypted stack configuration
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aicore_provider.api.address import WHITE_SPACE, normal_form
from aicore_provider.api.errors import CredentialsError
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, RESOURCE_GROUP, RESOURCE_GROUP_RULE
from aicore_provider.json_document import read_json

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
_RESOURCE_GROUP = "AICORE_RESOURCE_GROUP"
_LARGEST_FILE = 2**20
"""Bytes of a configuration file, a certificate or a key."""
_WHOLE_KEY = "Take all values from one service key, or set AICORE_SERVICE_KEY to the whole key."
_WHOLE_JSON = "Copy the whole JSON again; in a shell put it in single quotes."
_CONFIGURATION_FILE = ("AICORE_CONFIG", "AICORE_PROFILE", "AICORE_HOME")
_CLIENT_ID = re.compile(r"[!-z|~]+")
_CLIENT_SECRET = re.compile(r"[ -~]+")
_LONGEST_CLIENT_ID = 1024


@dataclass(frozen=True)
class Certificate:
    """A client certificate with its key, both PEM."""

    chain: str = field(repr=False)
    key: str = field(repr=False)


@dataclass(frozen=True)
class Credentials:
    """One service and one client of it, which has a secret or a certificate.

    Attributes:
        base_url: address of the API without the version, such as `https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com`.
        auth_url: the token endpoint, with `/oauth/token`; with a certificate the one that asks for certificates.
        client_id: not shown, since id and secret may be swapped.
        client_secret: never shown; "" with a certificate.
        source: where these credentials were found, for people.
    """

    base_url: str
    auth_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    certificate: Certificate | None
    source: str


@dataclass(frozen=True)
class _Source:
    """One place that credentials are read from: values by the names of the single variables, and its own `names`."""

    name: str
    values: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)

    def has_any(self) -> bool:
        return any(not _is_blank(self.values.get(name)) for name in _SINGLE_VARIABLES)

    def get(self, name: str) -> str:
        """A value without the white space around it; "" where there is none. Raises where it is no text."""
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return (value or "").strip(WHITE_SPACE)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise self.complaint(name, "is no text")

    def complaint(self, name: str, what: str) -> CredentialsError:
        called = self.names.get(name, name)
        return CredentialsError(f"Credentials from {self.name} cannot be used: {called} {what}.")

    def incomplete(self, *names: str) -> CredentialsError:
        called = ", ".join(self.names.get(name, name) for name in names)
        return CredentialsError(f"Credentials from {self.name} are incomplete: {called} missing.\n{_WHOLE_KEY}")

    def address(self, name: str) -> str:
        """A value that is the address of a service, in its normal form. Raises where it is none that may be used."""
        try:
            return normal_form(self.get(name))
        except ValueError as error:
            raise self.complaint(name, str(error)) from None


def find_credentials(environment: Mapping[str, str], service_key: str | None = None) -> Credentials:
    """Credentials of the first source that has any; the last one is the JSON of a service key.

    Raises:
        CredentialsError: there are none, or those of the first source are incomplete, unreadable or without TLS.
    """
    if not _is_blank(key := environment.get("AICORE_SERVICE_KEY", "")):
        return _checked(_from_service_key(_json_object(key, "AICORE_SERVICE_KEY"), "AICORE_SERVICE_KEY"))
    if (variables := _Source("the AICORE_* variables", environment)).has_any():
        return _checked(variables)
    document, path = _configuration_file(environment)
    # SAP's configuration file may hold a service key as well.
    for file in (_Source(path, document), _from_service_key(document, path)):
        if file.has_any():
            return _checked(file)
    if binding := _binding(environment):
        return _checked(_from_service_key(binding, "VCAP_SERVICES"))
    if not _is_blank(key := service_key or ""):
        name = "the stack's aicore:serviceKey"
        return _checked(_from_service_key(_json_object(key, name), name))
    raise CredentialsError(
        "No SAP AI Core credentials found.\n"
        "Set AICORE_SERVICE_KEY to the JSON of a service key, or set AICORE_BASE_URL, AICORE_AUTH_URL, "
        "AICORE_CLIENT_ID and AICORE_CLIENT_SECRET."
    )


def find_resource_group(environment: Mapping[str, str]) -> str:
    """`AICORE_RESOURCE_GROUP` of the environment, else of SAP's configuration file, else `default`.

    Raises:
        CredentialsError: the configuration file cannot be read, or what is found is no id of a resource group.
    """
    name, place = environment.get(_RESOURCE_GROUP), _RESOURCE_GROUP
    if _is_blank(name):
        document, path = _configuration_file(environment)
        name, place = document.get(_RESOURCE_GROUP), f"{_RESOURCE_GROUP} in {path}"
    if _is_blank(name):
        return DEFAULT_RESOURCE_GROUP
    group = str(name).strip(WHITE_SPACE)
    if not RESOURCE_GROUP.fullmatch(group):
        raise CredentialsError(f"{place} {RESOURCE_GROUP_RULE}.")
    return group


def service_url(url: str, name: str = "The service's URL") -> str:
    """The normal form of an API URL; see `api.address.normal_form`.

    Raises:
        CredentialsError: it is none that may be used, for example because it is not https. The text names the URL by
            `name` and does not show it.
    """
    try:
        return normal_form(url)
    except ValueError as error:
        raise CredentialsError(f"{name} {error}.") from None


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip(WHITE_SPACE))


def _from_service_key(document: Mapping[str, Any], name: str) -> _Source:
    wrapped = document.get("credentials")
    # Some tools print the whole binding, which holds the key as `credentials`.
    fields = wrapped if isinstance(wrapped, Mapping) and "clientid" not in document else document
    urls = fields.get("serviceurls")
    values = {variable: fields.get(name) for variable, name in _SERVICE_KEY_FIELDS.items()}
    values["AICORE_BASE_URL"] = urls.get("AI_API_URL") if isinstance(urls, Mapping) else None
    return _Source(name, values, _SERVICE_KEY_FIELDS | {"AICORE_BASE_URL": "serviceurls.AI_API_URL"})


def _configuration_file(environment: Mapping[str, str]) -> tuple[Mapping[str, Any], str]:
    """The content of SAP's configuration file, and its path; nothing where the default one does not exist.

    The path is shown only once a file has been read there: until then it may be anything.
    """
    explicit, profile, home = (environment.get(name, "").strip(WHITE_SPACE) for name in _CONFIGURATION_FILE)
    named = profile not in ("", "default")
    told = "AICORE_CONFIG" if explicit else "AICORE_PROFILE" if named else "AICORE_HOME" if home else "~/.aicore"
    what = f"The configuration file of {told}"
    try:
        folder = Path(home or "~/.aicore")
        path = Path(explicit or folder / (f"config_{profile}.json" if named else "config.json")).expanduser()
        content = _content(path)
        # Editors and shells of some systems write UTF-16.
        text = content.decode(json.detect_encoding(content))
    except FileNotFoundError:
        if explicit or named:
            raise CredentialsError(
                f"{what} does not exist.\nCorrect {told}, or take it out of the environment."
            ) from None
        return {}, ""
    # A zero byte is a ValueError, the home of a user who does not exist a RuntimeError.
    except (OSError, ValueError, RuntimeError) as error:
        raise CredentialsError(f"{what} cannot be read: {type(error).__name__}.") from None
    return _json_object(text, str(path)), str(path)


def _binding(environment: Mapping[str, str]) -> Mapping[str, Any] | None:
    if _is_blank(text := environment.get("VCAP_SERVICES", "")):
        return None
    bindings = _json_object(text, "VCAP_SERVICES").get("aicore")
    first = bindings[0] if isinstance(bindings, list) and bindings else None
    found = first.get("credentials") if isinstance(first, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _json_object(text: str, source: str) -> Mapping[str, Any]:
    try:
        document = read_json(text.strip(WHITE_SPACE))
    except json.JSONDecodeError as error:
        # The position helps; the text itself would show the secret.
        told = f"{source} is not valid JSON: {error.msg} at character {error.pos}."
        raise CredentialsError(f"{told}\n{_WHOLE_JSON}") from None
    except ValueError:
        raise CredentialsError(f"{source} is not valid JSON.\n{_WHOLE_JSON}") from None
    if not isinstance(document, Mapping):
        raise CredentialsError(f"{source} is not a JSON object.")
    return document


def _checked(source: _Source) -> Credentials:
    """Credentials from what a source says, complete and of a form that can be sent."""
    certificate = _certificate(source)
    token_url = "AICORE_CERT_URL" if certificate and source.get("AICORE_CERT_URL") else "AICORE_AUTH_URL"
    needed = ["AICORE_BASE_URL", token_url, "AICORE_CLIENT_ID"]
    needed += [] if certificate else ["AICORE_CLIENT_SECRET"]
    if missing := [name for name in needed if not source.get(name)]:
        raise source.incomplete(*missing)
    client_id, client_secret = source.get("AICORE_CLIENT_ID"), source.get("AICORE_CLIENT_SECRET")
    if certificate and client_secret:
        raise CredentialsError(f"Credentials from {source.name} have both a client secret and a certificate; keep one.")
    # RFC 6749, appendix A, allows more of an id: this keeps out JSON, that is, a whole key in the wrong place.
    if len(client_id) > _LONGEST_CLIENT_ID or not _CLIENT_ID.fullmatch(client_id):
        raise source.complaint("AICORE_CLIENT_ID", "is no client id")
    if client_secret and not _CLIENT_SECRET.fullmatch(client_secret):
        raise source.complaint("AICORE_CLIENT_SECRET", "has characters that a client secret cannot have")
    return Credentials(
        base_url=source.address("AICORE_BASE_URL"),
        auth_url=source.address(token_url).removesuffix("/oauth/token") + "/oauth/token",
        client_id=client_id,
        client_secret=client_secret,
        certificate=certificate,
        source=source.name,
    )


def _certificate(source: _Source) -> Certificate | None:
    files = ("AICORE_CERT_FILE_PATH", "AICORE_KEY_FILE_PATH")
    chain, key = source.get("AICORE_CERT_STR"), source.get("AICORE_KEY_STR")
    if not (chain or key) and all(map(source.get, files)):
        chain, key = (_pem_file(source, name) for name in files)
    elif not (chain or key) and not any(map(source.get, files)):
        return None
    if not (chain and key):
        raise CredentialsError(f"Credentials from {source.name} are incomplete: certificate and key go together.")
    # Bindings carry PEM with the two characters "\n" in place of line ends.
    return Certificate(chain.replace("\\n", "\n"), key.replace("\\n", "\n"))


def _pem_file(source: _Source, name: str) -> str:
    try:
        return _content(Path(source.get(name)).expanduser()).decode("utf-8-sig")
    except (OSError, ValueError, RuntimeError) as error:
        raise source.complaint(name, f"cannot be read: {type(error).__name__}") from None


def _content(path: Path) -> bytes:
    """The bytes of a file or pipe; a ValueError where it is larger than any key."""
    with path.open("rb") as file:
        content = file.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise ValueError("too large")
    return content
