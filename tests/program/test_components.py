"""The components of both front ends have the same arguments."""

from __future__ import annotations

import inspect

import pytest

import aicore_provider
from aicore_provider.components import COMPONENTS


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_class_has_the_arguments_of_the_table(name: str) -> None:
    arguments = inspect.signature(getattr(aicore_provider, name).__init__).parameters
    mine = [each for each in arguments if each not in ("self", "resource_name", "opts")]
    assert sorted(mine) == sorted(COMPONENTS[name].arguments)
    required = {key for key in mine if arguments[key].default is inspect.Parameter.empty}
    assert required == {*COMPONENTS[name].required}
