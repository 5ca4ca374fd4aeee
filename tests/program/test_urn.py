"""What is read from a URN."""

from __future__ import annotations

from aicore_provider.urn import logical_name, stack_name

URN = "urn:pulumi:eu-prod::aicore::pulumi-python:dynamic/aicore:AIDeployment::chat"


def test_its_stack_and_its_logical_name() -> None:
    assert (stack_name(URN), logical_name(URN)) == ("eu-prod", "chat")


def test_a_name_may_contain_the_separator() -> None:
    assert logical_name(f"{URN}::eu") == "chat::eu"


def test_what_is_no_urn_has_no_stack() -> None:
    assert stack_name("") == stack_name("chat") == ""
