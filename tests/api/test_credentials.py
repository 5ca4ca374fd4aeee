"""Where credentials come from, and that nobody ever reads a secret in an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.api.credentials import Credentials, find_credentials, find_resource_group, service_url
from aicore_provider.api.errors import CredentialsError
from aicore_provider.api.http import Http
from aicore_provider.api.token import Token
from tests.api.service_keys import API, AUTH, CERT, CERTIFICATE_KEY, KEY, SECRET, SINGLE, config_file, vcap


@pytest.fixture(autouse=True)
def _nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("environment", "source"),
    [
        ({"AICORE_SERVICE_KEY": json.dumps(KEY)}, "AICORE_SERVICE_KEY"),
        (SINGLE, "the AICORE_* variables"),
        ({"VCAP_SERVICES": vcap(KEY)}, "VCAP_SERVICES"),
    ],
    ids=["service key", "single variables", "binding"],
)
def test_all_forms_of_sap_say_the_same(environment: dict[str, str], source: str) -> None:
    assert find_credentials(environment) == Credentials(
        base_url=API,
        auth_url=f"{AUTH}/oauth/token",
        client_id="sb-1!b1|aicore!b2",
        client_secret=SECRET,
        certificate=None,
        source=source,
    )


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "config.json"),
        ({"AICORE_PROFILE": "default"}, "config.json"),
        ({"AICORE_PROFILE": "team"}, "config_team.json"),
    ],
)
@pytest.mark.parametrize("home", ["", "elsewhere"])
def test_the_configuration_file_of_the_profile_is_read(
    tmp_path: Path, variables: dict[str, str], name: str, home: str
) -> None:
    folder = tmp_path / (home or ".aicore")
    path = config_file(folder, name, SINGLE | {"AICORE_RESOURCE_GROUP": "team-a"})
    environment = variables | ({"AICORE_HOME": str(folder)} if home else {})

    found = find_credentials(environment)

    assert (found.base_url, found.source) == (API, str(path))
    assert find_resource_group(environment) == "team-a"


def test_an_explicit_configuration_file_wins_over_the_profile(tmp_path: Path) -> None:
    config_file(tmp_path / ".aicore", "config.json", SINGLE)
    mine = config_file(tmp_path / "mine", "x.json", SINGLE | {"AICORE_CLIENT_ID": "mine"})
    assert find_credentials({"AICORE_CONFIG": str(mine)}).client_id == "mine"


def test_the_first_source_with_any_credential_supplies_all(tmp_path: Path) -> None:
    def key(client: str) -> dict[str, Any]:
        return KEY | {"clientid": client}

    config_file(tmp_path / ".aicore", "config.json", SINGLE | {"AICORE_CLIENT_ID": "file"})
    environment = {
        "AICORE_SERVICE_KEY": json.dumps(key("key")),
        **SINGLE,
        "AICORE_CLIENT_ID": "single",
        "VCAP_SERVICES": vcap(key("binding")),
    }
    stack = json.dumps(key("stack"))
    seen = []
    for gone in ("AICORE_SERVICE_KEY", *SINGLE, "VCAP_SERVICES"):
        if gone in ("AICORE_SERVICE_KEY", "AICORE_BASE_URL", "VCAP_SERVICES"):
            seen.append(find_credentials(environment, stack).client_id)
        environment.pop(gone)
    (tmp_path / ".aicore" / "config.json").unlink()
    environment["VCAP_SERVICES"] = vcap(key("binding"))
    seen.append(find_credentials(environment, stack).client_id)
    seen.append(find_credentials({}, stack).client_id)
    assert seen == ["key", "single", "file", "binding", "stack"]


def test_a_stray_single_variable_is_never_completed_from_another_source() -> None:
    with pytest.raises(CredentialsError, match="AICORE_BASE_URL, AICORE_AUTH_URL, AICORE_CLIENT_SECRET missing"):
        find_credentials({"AICORE_CLIENT_ID": "stray", "VCAP_SERVICES": vcap(KEY)})


def test_nothing_at_all_is_told_with_what_to_set() -> None:
    with pytest.raises(CredentialsError, match="Set AICORE_SERVICE_KEY"):
        find_credentials({})


@pytest.mark.parametrize("missing", ["url", "clientid", "clientsecret", "serviceurls"])
def test_an_incomplete_service_key_names_what_is_missing(missing: str) -> None:
    broken = {k: v for k, v in KEY.items() if k != missing}
    with pytest.raises(CredentialsError) as caught:
        find_credentials({"AICORE_SERVICE_KEY": json.dumps(broken)})
    assert f"{'serviceurls.AI_API_URL' if missing == 'serviceurls' else missing} missing" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("missing", list(SINGLE))
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_incomplete_variables_name_what_is_missing(missing: str, how: str) -> None:
    broken = SINGLE | {missing: ""} if how == "empty" else {k: v for k, v in SINGLE.items() if k != missing}
    with pytest.raises(CredentialsError, match=f"{missing} missing"):
        find_credentials(broken)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"key": None}, "certificate and key go together"),
        ({"certificate": None}, "certificate and key go together"),
        ({"clientsecret": SECRET}, "both a client secret and a certificate"),
        ({"clientid": None}, "clientid missing"),
    ],
)
def test_half_a_certificate_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CredentialsError, match=complaint) as caught:
        find_credentials({"AICORE_SERVICE_KEY": json.dumps(CERTIFICATE_KEY | change)})
    assert "BBBB" not in str(caught.value)


def test_a_certificate_binding_uses_the_host_that_asks_for_it() -> None:
    found = find_credentials({"AICORE_SERVICE_KEY": json.dumps(CERTIFICATE_KEY)})
    assert (found.auth_url, found.client_secret) == (f"{CERT}/oauth/token", "")
    assert found.certificate is not None
    assert found.certificate.key == "-----BEGIN RSA PRIVATE KEY-----\nBBBB", "line ends are restored"
    assert "BBBB" not in repr(found)


def test_certificates_come_from_files_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain, key = config_file(tmp_path, "chain.pem", "CHAIN"), config_file(tmp_path, "key.pem", "PRIVATE")
    single = {k: v for k, v in SINGLE.items() if k != "AICORE_CLIENT_SECRET"}
    files = {"AICORE_CERT_FILE_PATH": str(chain), "AICORE_KEY_FILE_PATH": str(key)}

    found = find_credentials(single | files)

    assert found.certificate is not None
    assert (found.certificate.chain, found.certificate.key) == ("CHAIN", "PRIVATE")
    assert found.auth_url == f"{AUTH}/oauth/token"
    with pytest.raises(CredentialsError, match="cannot be read: FileNotFoundError"):
        find_credentials(single | files | {"AICORE_KEY_FILE_PATH": str(tmp_path / "none.pem")})
    with pytest.raises(CredentialsError, match="not a pair, or not PEM"):
        Http(found)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(CredentialsError, match="No temporary file can be written"):
        Http(found)


BROKEN_JSON = [f'{{"clientsecret": "{SECRET}"', f"{SECRET}", f'["{SECRET}"]', f'"{SECRET}"']


@pytest.mark.parametrize("text", BROKEN_JSON)
@pytest.mark.parametrize("source", ["AICORE_SERVICE_KEY", "VCAP_SERVICES", "AICORE_CONFIG", "stack"])
def test_broken_json_names_the_source_and_never_shows_the_text(tmp_path: Path, text: str, source: str) -> None:
    environment = {source: str(config_file(tmp_path, "c.json", text)) if source == "AICORE_CONFIG" else text}
    with pytest.raises(CredentialsError) as caught:
        find_credentials({} if source == "stack" else environment, text if source == "stack" else None)
    named = {"AICORE_CONFIG": "c.json", "stack": "aicore:serviceKey"}.get(source, source)
    assert named in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("environment", [{"AICORE_PROFILE": "team"}, {"AICORE_CONFIG": "none.json"}])
def test_a_named_configuration_file_must_exist(environment: dict[str, str]) -> None:
    with pytest.raises(CredentialsError, match="does not exist"):
        find_credentials(environment)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (API, API),
        (f"{API}/", API),
        (f"{API}/v2", API),
        (f"{API}/v2/", API),
        (f" {API}\n", API),
        ("http://localhost:8080/v2", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_addresses_have_one_normal_form(written: str, read: str) -> None:
    assert service_url(written) == read


@pytest.mark.parametrize("url", [AUTH, f"{AUTH}/", f"{AUTH}/oauth/token", f"{AUTH}/oauth/token/"])
def test_the_token_endpoint_is_completed(url: str) -> None:
    assert find_credentials(SINGLE | {"AICORE_AUTH_URL": url}).auth_url == f"{AUTH}/oauth/token"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.ai.example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[::2]",
        "ftp://localhost",
        "api.ai.example.com",
        "https://",
        "https://[",
    ],
)
@pytest.mark.parametrize("variable", ["AICORE_BASE_URL", "AICORE_AUTH_URL"])
def test_plain_http_is_for_this_machine_only(url: str, variable: str) -> None:
    with pytest.raises(CredentialsError, match="is no https URL"):
        find_credentials(SINGLE | {variable: url})


@pytest.mark.parametrize(
    "url",
    ["https://me:p4ss@host.example.com", "https://p4ss@host.example.com", "http://me:p4ss@127.0.0.1", "me:p4ss@h"],
)
def test_a_user_in_a_url_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(CredentialsError, match="user name or password") as caught:
        find_credentials(SINGLE | {"AICORE_BASE_URL": url})
    assert "p4ss" not in str(caught.value)


def test_nothing_shows_a_secret() -> None:
    assert SECRET not in repr(find_credentials(SINGLE))
    assert "ey.J0.x" not in repr(Token("ey.J0.x", refresh_at=0.0, tenant="zone"))


def test_the_resource_group_is_looked_up_on_its_own(tmp_path: Path) -> None:
    config_file(tmp_path / ".aicore", "config.json", {"AICORE_RESOURCE_GROUP": "from-file"})
    assert find_resource_group({"AICORE_RESOURCE_GROUP": "mine", "AICORE_SERVICE_KEY": "{}"}) == "mine"
    assert find_resource_group({"AICORE_SERVICE_KEY": "{}"}) == "from-file"
    assert find_resource_group({"AICORE_HOME": str(tmp_path / "none")}) == "default"


@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\r\n", "  "])
def test_a_mark_of_byte_order_does_not_matter(tmp_path: Path, mark: str) -> None:
    key = mark + json.dumps(KEY)
    file = config_file(tmp_path, "mine.json", mark + json.dumps(SINGLE))
    assert find_credentials({"AICORE_SERVICE_KEY": key}).client_secret == SECRET
    assert find_credentials({"VCAP_SERVICES": mark + vcap(KEY)}).client_secret == SECRET
    assert find_credentials({"AICORE_CONFIG": str(file)}).client_secret == SECRET
    assert find_credentials({}, key).client_secret == SECRET


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_configuration_file_has_any_encoding_of_json(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(json.dumps(SINGLE).encode(encoding))
    assert find_credentials({"AICORE_CONFIG": str(file)}).client_secret == SECRET


def test_a_key_in_its_binding_is_read(tmp_path: Path) -> None:
    wrapped = json.dumps({"credentials": KEY, "label": "aicore"})
    file = config_file(tmp_path, "mine.json", wrapped)
    bare = find_credentials({"AICORE_SERVICE_KEY": json.dumps(KEY)})
    assert find_credentials({"AICORE_SERVICE_KEY": wrapped}) == bare
    assert find_credentials({}, wrapped).client_secret == SECRET
    assert find_credentials({"AICORE_CONFIG": str(file)}).base_url == API, "saved where SAP's tools look"


@pytest.mark.parametrize("around", ["\r", "\r\n", " ", "\t", "\ufeff", "\u00a0"])
def test_what_copying_leaves_around_a_value_is_taken_off(tmp_path: Path, around: str) -> None:
    single = {name: f"{around}{value}{around}" for name, value in SINGLE.items()}
    key = KEY | {name: f"{KEY[name]}{around}" for name in ("clientid", "clientsecret", "url")}
    key["serviceurls"] = {"AI_API_URL": f"{API}{around}"}
    file = config_file(tmp_path, "mine.json", single | {"AICORE_RESOURCE_GROUP": f"team-a{around}"})
    clean = find_credentials(SINGLE)

    assert find_credentials(single) == clean
    for environment in (
        {"AICORE_SERVICE_KEY": json.dumps(key)},
        {"AICORE_CONFIG": f"{file}{around}"},
        {"VCAP_SERVICES": vcap(key)},
    ):
        found = find_credentials(environment)
        assert (found.base_url, found.auth_url, found.client_id, found.client_secret) == (
            clean.base_url,
            clean.auth_url,
            clean.client_id,
            clean.client_secret,
        )
    assert find_resource_group({"AICORE_RESOURCE_GROUP": f"{around}team-b{around}"}) == "team-b"
    assert find_resource_group({"AICORE_CONFIG": str(file)}) == "team-a"


@pytest.mark.parametrize("name", ["AICORE_SERVICE_KEY", "AICORE_CLIENT_ID", "AICORE_RESOURCE_GROUP", "AICORE_CONFIG"])
def test_a_blank_variable_is_as_good_as_none(name: str) -> None:
    blank = {name: " \r\n"}
    assert find_resource_group(blank) == "default"
    assert find_credentials(blank, json.dumps(KEY)).source == "the stack's aicore:serviceKey"


@pytest.mark.parametrize("secret", ["with\nline", "nul\x00", "umlaut\u00fc", "surrogate\udcff"])
def test_a_secret_that_cannot_be_sent_is_told_before_it_is(secret: str) -> None:
    with pytest.raises(CredentialsError, match="AICORE_CLIENT_SECRET has characters"):
        find_credentials(SINGLE | {"AICORE_CLIENT_SECRET": secret})


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"AICORE_PROFILE": "nul\x00"}, "AICORE_PROFILE cannot be read: ValueError"),
        ({"AICORE_CONFIG": "~nosuchuser/config.json"}, "AICORE_CONFIG cannot be read: RuntimeError"),
        ({"AICORE_HOME": "~nosuchuser"}, "AICORE_HOME cannot be read: RuntimeError"),
        ({"AICORE_CONFIG": "/"}, "AICORE_CONFIG cannot be read: IsADirectoryError"),
        ({"AICORE_CONFIG": "x" * 5000}, "AICORE_CONFIG cannot be read: OSError"),
        ({"AICORE_SERVICE_KEY": "[" * 100_000}, "AICORE_SERVICE_KEY is not valid JSON"),
        ({"AICORE_SERVICE_KEY": "1" * 5000}, "AICORE_SERVICE_KEY is not valid JSON"),
        (SINGLE | {"AICORE_AUTH_URL": f"{AUTH}/oauth/token?grant_type=client_credentials"}, "AICORE_AUTH_URL has a qu"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_read_is_told_with_the_name_of_the_variable(environment: dict[str, str], told: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        find_credentials(environment)
    assert told in str(caught.value)
