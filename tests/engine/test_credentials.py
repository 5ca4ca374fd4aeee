"""Credentials that do not work: each command says whose they are and what to do, and changes nothing."""

from __future__ import annotations

import base64
import json

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api, token
from tests.support.models import CHAT


def test_a_token_that_ends_in_the_middle_is_renewed_and_nobody_notices(stack: EngineStack, emulator: Emulator) -> None:
    emulator.faults = [{"path": "/v2/*", "after": n, "times": 1, "effect": {"expireToken": True}} for n in (1, 3, 5)]
    stack.configure({"chat": CHAT})
    assert stack.up().failed is False
    assert len([e for e in emulator.journal if e.status == 401]) >= 2


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"AICORE_CLIENT_SECRET": "of-yesterday"}, "refused the credentials from the AICORE_* variables"),
        ({"AICORE_AUTH_URL": "http://127.0.0.1:9"}, "No access token: POST http://127.0.0.1:9/oauth/token failed"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_credentials_that_are_refused_are_told(
    stack: EngineStack, emulator: Emulator, variables: dict[str, str], said: str
) -> None:
    stack.deploy({"chat": CHAT})
    held = len(stack.resources)
    stack.environment |= variables
    for run in (stack.preview(), stack.destroy()):
        assert run.failed
        assert any(said in error for error in run.errors), run.errors
        assert all(len(error.splitlines()) <= 3 for error in run.errors)
        assert "Traceback" not in run.output
        assert "of-yesterday" not in run.output
    assert len(stack.resources) == held
    assert len(Api(emulator).ids()) == 1


def test_a_token_of_another_issuer_is_told(stack: EngineStack, emulator: Emulator) -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    foreign = f"{header}.{token(emulator.url).split('.')[1]}.x"
    answer = {"access_token": foreign, "token_type": "bearer", "expires_in": 43199}
    emulator.faults = [{"path": "/oauth/token", "effect": {"status": 200, "body": answer}}]
    stack.configure({"chat": CHAT})
    (error,) = stack.up().errors
    assert "HTTP 401" in error
    assert "Check that the credentials belong to this service instance" in error
    assert foreign not in json.dumps(stack.resources) + error
