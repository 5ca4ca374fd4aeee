"""A stack file with every section, as the example `examples/training` has it, from its secrets to its schedule."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import yaml

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import ROOT, EngineStack, Run

EXAMPLE = ROOT / "examples" / "training" / "Pulumi.training.yaml"
GROUP = "team-nlp"
SECRETS = {
    "aicore:repositories.templates.password": "s3cret-of-git",
    "aicore:dockerRegistrySecrets.hub.password": "s3cret-of-hub",
    "aicore:genericSecrets.tracking.data.token": "s3cret-of-tracking",
    "aicore:objectStoreSecrets.store.data.AWS_ACCESS_KEY_ID": "s3cret-of-reader",
    "aicore:objectStoreSecrets.store.data.AWS_SECRET_ACCESS_KEY": "s3cret-of-store",
}


@pytest.fixture
def told(stack: EngineStack) -> list[str]:
    """All that commands print, which is searched for secrets at the end of the test."""
    return []


def entries(stack: EngineStack) -> dict[str, Any]:
    text = (stack.folder / "stacks" / "Pulumi.test.yaml").read_text()
    return dict(yaml.safe_load(text)["config"])


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


def secret_of(emulator: Emulator, body: str) -> dict[str, str]:
    """The secret values in the last body that was sent to generic secrets, decoded."""
    sent = json.loads(body)["data"]
    return {key: base64.b64decode(value).decode() for key, value in sent.items()}


def test_every_section_from_its_secrets_to_its_schedule(stack: EngineStack, emulator: Emulator) -> None:
    told: list[Run] = []
    stack.configure(
        EXAMPLE.read_text().replace("https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com", emulator.url)
    )
    refused = stack.preview()
    assert refused.failed
    for path in SECRETS:
        assert f"{path}: has no value yet; set it with `pulumi config set --secret --path '{path}'`" in refused.output
    for path, value in SECRETS.items():
        stack.pulumi("config", "set", "--secret", "--path", path, value)

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
    order = [posts.index(path) for path in ("admin/objectStoreSecrets", "lm/artifacts", "lm/configurations")]
    print(posts, order)
