"""A secret, or a whole service key, in the wrong variable or field: the place is named, the secret is never shown."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.api.credentials import find_credentials, find_resource_group
from aicore_provider.api.errors import CredentialsError
from aicore_provider.api.http import Http
from tests.api.service_keys import CERTIFICATE_KEY, KEY, SINGLE, config_file, vcap

MARK = "s3cr3tMark"
WHOLE_KEY = json.dumps(KEY | {"clientsecret": MARK})
MISPLACED = [
    MARK,
    f"{MARK}$x_y=",
    WHOLE_KEY,
    json.dumps(json.loads(WHOLE_KEY), indent=2),
    f"https://api.ai.example.com?x={MARK}",
    f"https://api.ai.example.com/#{MARK}",
    f"https://me:{MARK}@api.ai.example.com",
    f"https://{MARK}@api.ai.example.com",
    f"https://api.ai.example.com:{MARK}",
    f"https://{MARK}..example.com",
    f"http://{MARK}.example.com",
    f"ftp://{MARK}.example.com",
    f"https://api.ai.example.com/ {MARK}",
    f"https://api.ai.example.com\\{MARK}",
    f"https://b\u00fccher.example/{MARK}",
    f"{MARK}\r\nX-Header: {MARK}",
    f"{MARK}\u00fc",
    f"-----BEGIN RSA PRIVATE KEY-----\\n{MARK}",
    f"/no/such/folder/{MARK}",
    f"~{MARK}/config.json",
    f"../{MARK}",
    f"{MARK}\x00",
    MARK * 500,
    f'{{"{MARK}": ',
    f'["{MARK}"]',
    "[" * 100_000 + MARK,
    "1" * 5000,
]
CERTIFICATE = {
    "AICORE_CERT_URL": "https://cert.example.com",
    "AICORE_CERT_STR": "-----BEGIN CERTIFICATE-----",
    "AICORE_KEY_STR": "-----BEGIN PRIVATE KEY-----",
}
CERTIFICATE_FILES = {"AICORE_CERT_FILE_PATH": "/none/chain.pem", "AICORE_KEY_FILE_PATH": "/none/key.pem"}
BY_CERTIFICATE = {k: v for k, v in SINGLE.items() if k != "AICORE_CLIENT_SECRET"}
FIELDS = ["url", "clientid", "clientsecret", "certurl", "certificate", "key", "serviceurls", "serviceurls.AI_API_URL"]


@pytest.fixture(autouse=True)
def _nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


def told(look: Callable[[], object]) -> Iterator[str]:
    """Whatever a person may come to see: the result, or the error with its traceback."""
    try:
        found = look()
    except CredentialsError as error:
        yield str(error)
        yield repr(error)
        yield "".join(traceback.format_exception(error))
    else:
        yield repr(found)


def never_shown(environment: dict[str, str], service_key: str | None = None) -> list[str]:
    """All that is told of credentials; the mark is in none of it."""
    texts = [
        *told(lambda: find_credentials(environment, service_key)),
        *told(lambda: find_resource_group({k: v for k, v in environment.items() if k != "AICORE_RESOURCE_GROUP"})),
    ]
    assert [text for text in texts if MARK in text] == []
    return texts


def with_field(key: dict[str, Any], field: str, value: object) -> dict[str, Any]:
    return key | ({"serviceurls": {"AI_API_URL": value}} if field == "serviceurls.AI_API_URL" else {field: value})


@pytest.mark.parametrize("value", MISPLACED, ids=lambda value: ascii(value[:40]))
@pytest.mark.parametrize(
    "variables",
    [SINGLE, BY_CERTIFICATE | CERTIFICATE, BY_CERTIFICATE | CERTIFICATE_FILES],
    ids=["secret", "pem", "files"],
)
def test_in_a_single_variable(tmp_path: Path, variables: dict[str, str], value: str) -> None:
    for name in variables:
        never_shown(variables | {name: value})
        never_shown({"AICORE_CONFIG": str(config_file(tmp_path, "mine.json", variables | {name: value}))})


@pytest.mark.parametrize("value", MISPLACED, ids=lambda value: ascii(value[:40]))
@pytest.mark.parametrize(
    "name", ["AICORE_SERVICE_KEY", "VCAP_SERVICES", "AICORE_CONFIG", "AICORE_PROFILE", "AICORE_HOME"]
)
def test_in_a_variable_that_leads_to_credentials(name: str, value: str) -> None:
    never_shown({name: value})
    never_shown({name: value, "AICORE_PROFILE": "team"} if name != "AICORE_PROFILE" else {name: value})


@pytest.mark.parametrize(
    "value", [*MISPLACED, {"x": MARK}, [MARK], True, 12345, 1.5, None], ids=lambda value: ascii(str(value)[:40])
)
@pytest.mark.parametrize("key", [KEY, CERTIFICATE_KEY], ids=["secret", "certificate"])
def test_in_a_field_of_a_service_key(key: dict[str, Any], value: object) -> None:
    for field in FIELDS:
        wrong = with_field(key, field, value)
        never_shown({"AICORE_SERVICE_KEY": json.dumps(wrong)})
        never_shown({"AICORE_SERVICE_KEY": json.dumps({"credentials": wrong})})
        never_shown({"VCAP_SERVICES": vcap(wrong)})
        never_shown({}, json.dumps(wrong))


@pytest.mark.parametrize("value", MISPLACED, ids=lambda value: ascii(value[:40]))
@pytest.mark.parametrize("name", ["AICORE_CERT_STR", "AICORE_KEY_STR"])
def test_as_a_certificate_or_its_key(name: str, value: str) -> None:
    variables = BY_CERTIFICATE | CERTIFICATE | {name: value}
    assert [text for text in told(lambda: Http(find_credentials(variables))) if MARK in text] == []


@pytest.mark.parametrize("value", MISPLACED[1:], ids=lambda value: ascii(value[:40]))
def test_in_the_resource_group(tmp_path: Path, value: str) -> None:
    file = config_file(tmp_path, "mine.json", {"AICORE_RESOURCE_GROUP": value})
    for environment in ({"AICORE_RESOURCE_GROUP": value}, {"AICORE_CONFIG": str(file)}):
        with pytest.raises(CredentialsError, match=r"AICORE_RESOURCE_GROUP.* is no resource group id") as caught:
            find_resource_group(environment)
        assert MARK not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("variables", ["single", "key", "file"])
@pytest.mark.parametrize(
    ("swapped", "names"),
    [
        (("AICORE_AUTH_URL", "AICORE_CLIENT_SECRET"), ("AICORE_AUTH_URL", "url")),
        (("AICORE_BASE_URL", "AICORE_CLIENT_SECRET"), ("AICORE_BASE_URL", "serviceurls.AI_API_URL")),
    ],
)
def test_swapped_values_name_the_one_that_is_no_address(
    tmp_path: Path, variables: str, swapped: tuple[str, str], names: tuple[str, str]
) -> None:
    values = SINGLE | {"AICORE_CLIENT_SECRET": MARK}
    one, other = swapped
    values |= {one: values[other], other: values[one]}
    key = {
        "url": values["AICORE_AUTH_URL"],
        "clientid": values["AICORE_CLIENT_ID"],
        "clientsecret": values["AICORE_CLIENT_SECRET"],
        "serviceurls": {"AI_API_URL": values["AICORE_BASE_URL"]},
    }
    environment = {
        "single": values,
        "key": {"AICORE_SERVICE_KEY": json.dumps(key)},
        "file": {"AICORE_CONFIG": str(config_file(tmp_path, "mine.json", values))},
    }[variables]
    name = names[variables == "key"]
    assert any(f"{name} is no https URL" in text for text in never_shown(environment))


def test_a_whole_key_as_client_id_is_refused() -> None:
    texts = never_shown(SINGLE | {"AICORE_CLIENT_ID": WHOLE_KEY})
    assert any("AICORE_CLIENT_ID is no client id" in text for text in texts)
