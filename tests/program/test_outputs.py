"""What a program sees of a resource is what its provider tells, in name and type."""

from __future__ import annotations

import inspect
import typing

import pytest

import aicore_provider
from aicore_provider import kinds
from aicore_provider.resources.resource import AICoreResource

FROM_CONFIGURATION = {"executable_id", "scenario_id"}
"""Inputs that a deployment has from the configuration that it is given."""


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_resource_declares_just_the_properties_of_its_kind(kind: str) -> None:
    """Arguments and outputs are repeated in the class for people and type checkers."""
    resource: type[AICoreResource] = getattr(aicore_provider, kind)
    table = {each.name: each for each in kinds.load(kind).properties}
    assert set(resource.property_names()) == table.keys()
    bases = [base for base in resource.__mro__ if issubclass(base, AICoreResource)]
    hints = {key: hint for base in bases for key, hint in inspect.get_annotations(base, eval_str=True).items()}
    for name, each in table.items():
        (told,) = typing.get_args(hints[name])
        assert (typing.get_origin(told) or told) is type(each.empty), name
    arguments = inspect.signature(resource.__init__).parameters.keys()
    assert {each.name for each in kinds.load(kind).inputs} - arguments <= FROM_CONFIGURATION, "each input can be given"
