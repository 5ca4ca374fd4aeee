"""An x.509 binding: the token is got with a client certificate from a host that is verified, and with no secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trustme

from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.errors import AICoreError, TokenUnavailable
from aicore_provider.api.http import Http
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.emulator import Emulator
from tests.api.hosts import token_host
from tests.support.client import token


@pytest.fixture
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's authority is trusted as a company's own would be."""
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))


def client(emulator: Emulator, cert_url: str, certificate: trustme.LeafCert) -> Http:
    key = {
        "clientid": "emulator",
        "certificate": b"".join(pem.bytes() for pem in certificate.cert_chain_pems).decode(),
        "key": certificate.private_key_pem.bytes().decode(),
        "certurl": cert_url,
        "url": "https://never.asked",
        "serviceurls": {"AI_API_URL": emulator.url},
    }
    return Http(find_credentials({"AICORE_SERVICE_KEY": json.dumps(key)}), retries=RetryPolicy(attempts=1))


def test_a_token_is_got_with_the_certificate_and_without_a_secret(emulator: Emulator, ca: trustme.CA) -> None:
    with token_host(ca, ca, token(emulator.url)) as (url, asked):
        http = client(emulator, url, ca.issue_cert("client@example.com"))
        assert Deployments(http, "default").list() == []
        assert http.tenant == "e0000000-0000-4000-8000-000000000000"
    assert asked == [{"path": "/oauth/token", "grant_type": "client_credentials", "client_id": "emulator"}]


def test_a_certificate_that_the_token_host_does_not_know_is_told(emulator: Emulator, ca: trustme.CA) -> None:
    stranger = trustme.CA()
    with token_host(ca, ca, "unused") as (url, asked):
        http = client(emulator, url, stranger.issue_cert("client@example.com"))
        with pytest.raises(AICoreError) as caught:
            Deployments(http, "default").list()
    assert asked == []
    assert "No access token" in str(caught.value)
    assert "PRIVATE KEY" not in str(caught.value)


def test_a_token_host_that_cannot_be_verified_gets_nothing(emulator: Emulator, ca: trustme.CA) -> None:
    with token_host(trustme.CA(), ca, "unused") as (url, asked):
        http = client(emulator, url, ca.issue_cert("client@example.com"))
        with pytest.raises(TokenUnavailable, match="certificate could not be verified"):
            Deployments(http, "default").list()
    assert asked == []
