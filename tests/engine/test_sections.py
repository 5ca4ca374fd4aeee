"""A stack file with every section, as the example `examples/training` has it, from its secrets to its schedule."""

from __future__ import annotations

import json
from typing import Any

import yaml

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import ROOT, EngineStack, Run
from tests.support.client import Api

EXAMPLE = ROOT / "examples" / "training" / "Pulumi.dev.yaml"
GROUP = "team-nlp"
ROTATED = "s3cret-that-is-new"
SECRETS = {
    "aicore:repositories.templates.password": "s3cret-of-git",
    "aicore:dockerRegistrySecrets.hub.password": "s3cret-of-hub",
    "aicore:genericSecrets.tracking.data.token": "s3cret-of-tracking",
    "aicore:objectStoreSecrets.store.data.AWS_ACCESS_KEY_ID": "s3cret-of-reader",
    "aicore:objectStoreSecrets.store.data.AWS_SECRET_ACCESS_KEY": "s3cret-of-store",
}


def change(stack: EngineStack, section: str, key: str, entry: dict[str, Any] | None) -> None:
    """Write another entry into the file, or none, and leave the rest as Pulumi has written it."""
    path = stack.folder / "stacks" / "Pulumi.test.yaml"
    document = yaml.safe_load(path.read_text())
    within = document["config"][f"aicore:{section}"]
    if entry is None:
        del within[key]
    else:
        within[key] = within.get(key, {}) | entry
    path.write_text(yaml.safe_dump(document))


def test_every_section_from_its_secrets_to_its_schedule(stack: EngineStack, emulator: Emulator) -> None:
    told: list[Run] = []
    stack.configure(EXAMPLE.read_text())
    refused = stack.preview()
    assert refused.failed
    for path in SECRETS:
        assert f"{path}: has no value yet; set it with `pulumi config set --secret --path '{path}'`" in refused.output
    stack.pulumi(
        "config", "set-all", "--path", *(each for item in SECRETS.items() for each in ("--secret", "=".join(item)))
    )

    made = stack.up()
    told.append(made)
    assert not made.failed, made.output
    assert made.steps == dict.fromkeys(
        [
            f"AIResourceGroup {GROUP}",
            "AIGitRepository templates",
            "AIApplication templates",
            "AIDockerRegistrySecret hub",
            "AIGenericSecret tracking",
            "AIObjectStoreSecret store",
            "AIArtifact texts",
            "AIConfiguration nightly",
            "AIExecutionSchedule nightly",
            "Stack aicore-test",
        ],
        "create",
    )
    posts = [each.path.partition("/v2/")[2] for each in emulator.journal if each.method == "POST"]
    order = ["admin/resourceGroups", "admin/objectStoreSecrets", "lm/artifacts", "lm/configurations"]
    assert [each for each in posts if each in order] == order
    assert posts.index("admin/repositories") < posts.index("admin/applications")
    inside = Api(emulator, GROUP)
    texts = stack.exports["artifacts"]["texts"]
    assert inside.get(f"/lm/artifacts/{texts}")["url"] == "ai://store/texts"
    nightly = inside.get(f"/lm/executionSchedules/{stack.exports['schedules']['nightly']}")
    configuration = inside.get(f"/lm/configurations/{nightly['configurationId']}")
    assert [each["artifactId"] for each in configuration["inputArtifactBindings"]] == [texts]

    emulator.clear_journal()
    stack.pulumi("config", "set", "--secret", "--path", "aicore:genericSecrets.tracking.data.token", ROTATED)
    change(stack, "schedules", "nightly", {"cron": "0 4 * * *", "parameters": {"epochs": "5"}})
    change(stack, "dockerRegistrySecrets", "hub", None)
    told.append(stack.up())
    assert told[-1].steps == {
        "AIGenericSecret tracking": "update",
        "AIConfiguration nightly": "create-replacement",
        "AIExecutionSchedule nightly": "update",
        "AIDockerRegistrySecret hub": "delete",
    }
    patched = [each.path.partition("/v2/")[2] for each in emulator.journal if each.method == "PATCH"]
    assert sorted(patched) == ["admin/secrets/tracking", f"lm/executionSchedules/{nightly['id']}"]
    written = (stack.folder / "stacks" / "Pulumi.test.yaml").read_text() + json.dumps(stack.resources)
    seen = written + "".join(each.output + "".join(each.live) for each in told)
    assert [each for each in (ROTATED, *SECRETS.values()) if each in seen] == []

    emulator.clear_journal()
    gone = stack.destroy()
    assert not gone.failed, gone.output
    deleted = [each.path.partition("/v2/")[2] for each in emulator.journal if each.method == "DELETE"]
    assert deleted.index("admin/applications/templates") < deleted.index("admin/repositories/templates")
    inside_it = [f"lm/executionSchedules/{nightly['id']}", "admin/secrets/tracking", "admin/objectStoreSecrets/store"]
    assert {each: deleted.index(each) < deleted.index(f"admin/resourceGroups/{GROUP}") for each in inside_it} == (
        dict.fromkeys(inside_it, True)
    )
