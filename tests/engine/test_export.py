"""`aicore-provider export` of a tenant with more than a hundred objects, and the stack that manages them then."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.engine.filled_tenant import ENCODED, GROUPS, fill, post, run, writes
from tests.support.client import Api


def test_a_tenant_is_managed_as_it_is_and_not_one_write_goes_to_the_service(
    stack: EngineStack, emulator: Emulator
) -> None:
    count = fill(emulator)
    emulator.clear_journal()
    file = Path("exported.yaml")
    done = run(stack, "--output", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"exported.yaml: {count} entries, "), done.stdout
    assert done.stderr.count("a run stands in no stack file") == len(GROUPS)
    lists = [each for each in emulator.journal if "/v2/" in each.path]
    assert len(lists) <= 7 * len(GROUPS) + 10, "a few lists for each resource group, however many objects"
    assert writes(emulator) == []
    text = (stack.folder / file).read_text()
    assert text.startswith("# yaml-language-server: $schema=")
    assert "s3cret" not in text

    emulator.clear_journal()
    stack.configure(text)
    up = stack.run_up()
    assert not up.failed, up.output
    assert set(up.steps.values()) == {"create"}
    assert writes(emulator) == []
    again = stack.preview()
    assert (again.failed, again.changes) == (False, {}), again.output

    stack.configure(without_take_over(text))
    removed = stack.run_up()
    assert (removed.failed, removed.steps) == (False, {}), removed.output
    again = stack.preview()
    assert (again.failed, again.changes) == (False, {}), again.output
    assert writes(emulator) == []


def without_take_over(text: str) -> str:
    """The file as its header says that it should become."""
    assert "Remove takeOver after the first `pulumi up`, except in secrets and repositories without values" in text
    document = yaml.safe_load(text)
    for key, section in document["config"].items():
        if key != "aicore:repositories" and not key.endswith("Secrets") and isinstance(section, dict):
            for entry in section.values():
                entry.pop("takeOver", None)
    return yaml.safe_dump(document)


def test_a_group_is_cloned_and_what_cannot_be_read_must_be_set_first(stack: EngineStack, emulator: Emulator) -> None:
    api = Api(emulator)
    api.create(api.configuration(name="chat"))
    api.settle()
    post(api, "/admin/secrets", name="db", data=ENCODED)
    post(api, "/admin/secrets", name="other", data=ENCODED)
    done = run(stack, "-g", "default", "--clone-to", "team-z", "--exclude", "other")
    assert done.returncode == 0, done.stderr
    assert "1 entry is excluded by --match or --exclude" in done.stderr
    assert "resource group team-z does not exist yet" in done.stderr
    exported = yaml.safe_load(done.stdout)["config"]
    assert exported["aicore:resourceGroups"] == {"team-z": {}}
    assert exported["aicore:deployments"]["chat"]["resourceGroup"] == "team-z"
    assert "takeOver" not in done.stdout
    stack.configure(done.stdout)
    refused = stack.preview()
    assert refused.failed
    assert "genericSecrets.db.data.KEY" in refused.output
    stack.configure(done.stdout[: done.stdout.index("  aicore:genericSecrets")] + _after(done.stdout))
    made = stack.up()
    assert not made.failed, made.output
    assert len(Api(emulator, "team-z").get("/lm/deployments")["resources"]) == 1


def _after(text: str) -> str:
    return text[text.index("  aicore:deployments") :]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--clone-to", "team-z"], "--clone-to wants one resource group to clone"),
        (["-g", "nowhere"], "Resource group nowhere does not exist"),
        (["-g", "x"], "is no resource group id"),
        (["--output", "there.yaml"], "there.yaml exists already"),
    ],
)
def test_what_cannot_be_exported_is_refused(stack: EngineStack, options: list[str], complaint: str) -> None:
    (stack.folder / "there.yaml").write_text("")
    done = run(stack, *options)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert (stack.folder / "there.yaml").read_text() == ""
