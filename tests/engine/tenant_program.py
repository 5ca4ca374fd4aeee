"""One program with an object of each kind that a tenant has besides deployments."""

from __future__ import annotations

from aicore_provider.emulator import Emulator

PROGRAM = """
import os

import pulumi
from aicore_provider import (
    AIApplication,
    AIArtifact,
    AIConfiguration,
    AIDockerRegistrySecret,
    AIExecution,
    AIExecutionSchedule,
    AIGenericSecret,
    AIGitRepository,
    AIObjectStoreSecret,
    AIResourceGroup,
    grounding,
)

team = AIResourceGroup("team", resource_group_id="team-new", labels=grounding.RESOURCE_GROUP_LABELS)
documents = grounding.work_zone(
    description="Handbooks",
    url="https://workzone.example.com",
    client_id="reader",
    client_secret=os.environ["DOCUMENTS"],
    token_service_url="https://login.example.com/oauth/token",
)
documents["labels"]["ext.ai.sap.com/owner"] = "team-a"
AIGenericSecret("documents", name="documents", resource_group=team.id, **documents)

store = AIObjectStoreSecret(
    "store",
    name="store",
    type="S3",
    bucket="texts",
    region="eu-central-1",
    endpoint="s3.eu-central-1.amazonaws.com",
    data={"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": os.environ["STORE"]},
)
ADDRESS = "https://registry.example.com"
AIDockerRegistrySecret(
    "registry",
    name="registry",
    registry=ADDRESS,
    username="reader",
    password=os.environ["REGISTRY"],
)
templates = AIGitRepository(
    "templates",
    name="templates",
    url="https://github.com/example/templates",
    username="reader",
    password=os.environ["TEMPLATES"],
)
AIApplication("templates", name="templates", repository_url=templates.url, revision="HEAD", path="training")

texts = AIArtifact(
    "texts",
    name="texts",
    kind="dataset",
    url=pulumi.Output.concat("ai://", store.name, "/texts"),
    scenario_id="text-classification",
)
training = AIConfiguration(
    "training",
    scenario_id="text-classification",
    executable_id="text-classification-training",
    parameter_bindings={"epochs": "3"},
    input_artifact_bindings={"texts": texts.id},
)
run = AIExecution("training", configuration_id=training.id)
AIExecutionSchedule("nightly", name="nightly", configuration_id=training.id, cron="0 3 * * *")
pulumi.export("run", run.status)
pulumi.export("made", run.output_artifacts)
"""
SECRETS = {
    "DOCUMENTS": "s3cr3t-documents",
    "STORE": "s3cr3t-store",
    "REGISTRY": "s3cr3t-registry",
    "TEMPLATES": "s3cr3t-git",
}
DECLARED = {
    "AIResourceGroup team",
    "AIGenericSecret documents",
    "AIObjectStoreSecret store",
    "AIDockerRegistrySecret registry",
    "AIGitRepository templates",
    "AIApplication templates",
    "AIArtifact texts",
    "AIConfiguration training",
    "AIExecution training",
    "AIExecutionSchedule nightly",
}
"""Kind and name of each."""


def changing(emulator: Emulator) -> list[tuple[str, str]]:
    """Method and path of each request that changes something."""
    return [(each.method, each.path) for each in emulator.journal if each.method != "GET" and "/oauth" not in each.path]
