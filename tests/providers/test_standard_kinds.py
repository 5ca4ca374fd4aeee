"""One object of each kind through the real plugin process: what the engine gets to see."""

from __future__ import annotations

import pytest

from aicore_provider.emulator import Emulator
from tests.support.client import Api
from tests.support.plugin import Plugin
from tests.support.standard_cases import ARTIFACT, CASES, EXECUTION, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_it_lives_and_dies(plugin: Plugin, next_run: Plugin, emulator: Emulator, case: Case) -> None:
    api = Api(emulator)
    given = {**case.inputs, **case.prepare(api)}
    it = plugin.resource(case.kind, "lives")
    inputs = it.check(given)
    id_, outputs = it.create(inputs)

    it = next_run.again(it)
    assert it.read(id_, outputs, inputs) == (id_, outputs), "what a create stores is what a read stores"
    assert it.diff(id_, outputs, inputs) == ("same", [])
    for key, value in case.replacing.items():
        other = it.check({**given, key: value}, olds=inputs)
        changes, replaces = it.diff(id_, outputs, other)
        assert (changes, key in replaces) == ("changed", True), "the engine works out what changes"
    for key, value in case.others.items():
        given |= {key: value}
        inputs = it.check(given, olds=inputs)
        assert it.diff(id_, outputs, inputs) == ("changed", [])
        outputs = it.update(id_, outputs, inputs)
        assert outputs[key] == value

    it.delete(id_, outputs)
    # The API cannot delete an artifact, and a completed execution counts as done although its record is gone.
    assert (it.read(id_, outputs, inputs)[0] == id_) is (case in (ARTIFACT, EXECUTION))
