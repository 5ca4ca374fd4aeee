"""What a program sees of a resource is what its provider tells, in name and type."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from aicore_provider import AIConfiguration, AIDeployment
from aicore_provider.providers import configuration, deployment

COMPUTED = {"deployment_url", "call"}
"""By the program itself, so that a preview knows them."""


@pytest.mark.parametrize(
    ("resource", "properties"),
    [(AIConfiguration, configuration.PROPERTIES), (AIDeployment, deployment.PROPERTIES)],
)
def test_each_output_of_a_provider_is_typed_in_the_program(
    resource: type[pulumi.Resource], properties: Mapping[str, Any]
) -> None:
    annotations = inspect.get_annotations(resource, eval_str=True)
    hints = {key: hint for key, hint in annotations.items() if getattr(hint, "__origin__", None) is pulumi.Output}
    assert hints.keys() - COMPUTED == properties.keys()
    for key, nothing in properties.items():
        (told,) = typing.get_args(hints[key])
        assert (typing.get_origin(told) or told) is type(nothing), key
