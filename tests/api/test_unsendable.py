"""Requests that cannot even be sent: told in words, tried once, and nothing can have been carried out."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import trustme

from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import ConnectionFailed, TokenUnavailable
from aicore_provider.api.http import Http
from tests.api.hosts import token_host
from tests.support.clocks import OneClock

HOSTS = ["a..b", ".b", "a" * 70 + ".com", "*.b", "a b", "[::1", "host:99999", "host:x", "\u2603.example", "\udcff.com"]


def refusal(http: Http, path: str = "/lm/deployments", **options: Any) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        http.request("POST", path, **({"body": {}} | options))
    assert (caught.value.maybe_committed, caught.value.retryable) == (False, False)
    return caught.value


@pytest.mark.parametrize("host", HOSTS, ids=ascii)
def test_a_host_that_can_be_none(credentials: Credentials, clock: OneClock, host: str) -> None:
    http = Http(dataclasses.replace(credentials, base_url=f"https://{host}"), clock=clock)
    assert "is not valid" in str(refusal(http))
    assert clock.waits == []


@pytest.mark.parametrize("host", HOSTS, ids=ascii)
def test_nor_as_token_endpoint(credentials: Credentials, clock: OneClock, host: str) -> None:
    http = Http(dataclasses.replace(credentials, auth_url=f"https://{host}/oauth/token"), clock=clock)
    with pytest.raises(TokenUnavailable, match="is not valid"):
        http.request("GET", "/lm/deployments")
    assert clock.waits == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**5000], ids=["NaN", "infinity", "huge"])
def test_a_number_that_json_has_not(http: Http, value: object) -> None:
    assert "cannot be sent" in str(refusal(http, resource_group="default", body={"value": value}))


def test_a_secret_that_can_be_none(credentials: Credentials) -> None:
    http = Http(dataclasses.replace(credentials, client_secret="half \udcff"))
    with pytest.raises(TokenUnavailable, match="cannot be sent"):
        _ = http.tenant


@pytest.mark.parametrize("content", [None, "no certificates\n"])
def test_a_file_of_authorities_that_is_none(
    credentials: Credentials,
    clock: OneClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str | None,
) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    ca = trustme.CA()
    with token_host(ca, ca, "unused") as (url, asked):
        http = Http(dataclasses.replace(credentials, auth_url=url), clock=clock)
        with pytest.raises(TokenUnavailable, match="file of trusted certificates cannot be read"):
            _ = http.tenant
    assert (asked, clock.waits) == ([], [])
