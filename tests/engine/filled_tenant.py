"""A tenant of more than a hundred objects, made by hand, and the command `export` for it."""

from __future__ import annotations

import json
import subprocess
import sys

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api

GROUPS = ("default", "team-a", "team-b")
MODELS = (("gpt-5-mini", "2025-08-07"), ("gpt-5-nano", "latest"), ("gpt-5-mini", "latest"))
ENCODED = {"user": "cmVhZGVy", "password": "czNjcmV0LXRleHQ="}
LABELS = [{"key": "ext.ai.sap.com/of", "value": "team"}]
KEYS = {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "s3cret-text"}
REPOSITORY = "https://git.example.com/org/templates"


def post(api: Api, where: str, /, **body: object) -> str:
    answer = api.call("POST", where, json=body)
    assert answer.ok, answer.text
    return str((answer.json() or {}).get("id", ""))


def fill(emulator: Emulator) -> int:
    """Make a tenant by hand; returns how many objects a stack can manage."""
    tenant = Api(emulator, None)
    for group in GROUPS[1:]:
        post(tenant, "/admin/resourceGroups", resourceGroupId=group, labels=LABELS)
    Api(emulator).settle()
    count = len(GROUPS) - 1
    for group in GROUPS:
        api = Api(emulator, group)
        for number in range(6):
            post(api, "/admin/secrets", name=f"secret-{number}", data=ENCODED, labels=LABELS if number else [])
        for number in range(3):
            about = {"type": "S3", "bucket": f"bucket-{number}", "region": "eu", "pathPrefix": "texts"}
            post(api, "/admin/objectStoreSecrets", name=f"store-{number}", data=KEYS, **about)
        artifacts = [
            api.artifact(name=f"texts {number}", url=f"ai://store-0/{number}", description=" " * number)
            for number in range(6)
        ]
        for number in range(12):
            model, version = MODELS[number % len(MODELS)]
            api.create(api.configuration(version, model=model, name=f"chat {number}"))
        for number in range(4):
            bound = [{"key": "texts", "artifactId": artifacts[number]}]
            training = api.training(name=f"train-{number}", inputArtifactBindings=bound)
            post(api, "/lm/executionSchedules", name=f"nightly {number}", cron="0 3 * * *", configurationId=training)
        api.execute(api.training(name="once"))
        count += 6 + 3 + 7 + 12 + 4
        api.settle()
    for number in range(2):
        login = {"username": "reader", "password": "s3cret-text"}
        config = json.dumps({"auths": {"https://registry.example.com": login}})
        post(tenant, "/admin/dockerRegistrySecrets", name=f"registry-{number}", data={".dockerconfigjson": config})
        post(tenant, "/admin/repositories", name=f"templates-{number}", url=f"{REPOSITORY}-{number}", **login)
        source = {"repositoryUrl": f"{REPOSITORY}-{number}", "revision": "HEAD", "path": "workflows"}
        post(tenant, "/admin/applications", applicationName=f"templates-{number}", **source)
        count += 3
    emulator.advance(60)
    for group in GROUPS:
        Api(emulator, group).settle()
    return count


def run(stack: EngineStack, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aicore_provider.cli", "export", *options]
    environment = {key: value for key, value in stack.shell.items() if not key.startswith("PULUMI_STACK")}
    return subprocess.run(command, cwd=stack.folder, env=environment, capture_output=True, text=True, check=False)


def writes(emulator: Emulator) -> list[str]:
    return [f"{each.method} {each.path}" for each in emulator.journal if each.method != "GET" and "/v2/" in each.path]
