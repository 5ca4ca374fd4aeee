"""Names that the service tells with a prefix of its own, and takes without."""

from __future__ import annotations

import pytest

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import Credentials
from aicore_provider.emulator import Emulator
from tests.api.requests_seen import calls

APPLICATIONS = "/v2/admin/applications"


def answer(emulator: Emulator, told: dict[str, str]) -> None:
    """Let a GET of each of these names answer with an application of that other name."""
    about = {"repositoryUrl": "https://git.example.com/t", "revision": "HEAD", "path": "."}
    emulator.faults = [
        {"path": f"{APPLICATIONS}/{asked}", "effect": {"status": 200, "body": {"applicationName": name, **about}}}
        for asked, name in told.items()
    ]


@pytest.mark.parametrize(
    ("told", "known", "prefix", "requests"),
    [
        ("a1b2c3d4-train", {"train": "a1b2c3d4-train"}, "a1b2c3d4-", 1),
        ("a1b2c3d4-train-nightly", {"train-nightly": "a1b2c3d4-train-nightly"}, "a1b2c3d4-", 1),
        ("sap-t1-train", {"t1-train": "sap-t1-t1-train", "train": "sap-t1-train"}, "sap-t1-", 2),
        ("train-nightly", {"train-nightly": "train-nightly"}, "", 1),
        ("train-", {}, "", 0),
        ("train", {}, "", 0),
        ("", {}, "", 0),
    ],
)
def test_a_prefix_is_what_the_service_does_not_want_to_be_asked_with(
    emulator: Emulator, credentials: Credentials, told: str, known: dict[str, str], prefix: str, requests: int
) -> None:
    answer(emulator, known)
    assert AICore(credentials).applications.prefix_of(told) == prefix
    assert len(calls(emulator)) == requests
