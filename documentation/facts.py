"""What the tables of the kinds cannot tell: stack files, drift, and which requests are sent.

`tests/documentation` holds each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STACK_KEYS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "AIConfiguration": {
        "scenario_id": ("scenario",),
        "executable_id": ("executable",),
        "parameter_bindings": ("model", "version", "modelFilterList", "modelFilterListType", "parameters"),
        "input_artifact_bindings": ("artifacts",),
        "resource_group": ("resourceGroup",),
        "version_id": ("versionId",),
        "name": ("configurationName",),
        "take_over": ("takeOver",),
    },
    "AIDeployment": {
        "executable_id": ("executable",),
        "scenario_id": ("scenario",),
        "resource_group": ("resourceGroup",),
        "ttl": ("ttl",),
        "take_over": ("takeOver",),
        "rollback": ("rollback",),
        "verify": ("verify",),
    },
    "AIResourceGroup": {
        "labels": ("labels", "grounding"),
        "take_over": ("takeOver",),
    },
    "AIGenericSecret": {
        "name": ("name",),
        "data": ("data",),
        "labels": ("labels",),
        "resource_group": ("resourceGroup", "scope"),
        "scope": ("scope",),
        "take_over": ("takeOver",),
    },
    "AIObjectStoreSecret": {
        "name": ("name",),
        "type": ("type",),
        "data": ("data",),
        "bucket": ("bucket",),
        "path_prefix": ("pathPrefix",),
        "endpoint": ("endpoint",),
        "region": ("region",),
        "use_https": ("useHttps",),
        "verify_ssl": ("verifySsl",),
        "resource_group": ("resourceGroup",),
        "take_over": ("takeOver",),
    },
    "AIDockerRegistrySecret": {
        "name": ("name",),
        "registry": ("registry",),
        "username": ("username",),
        "password": ("password",),
        "take_over": ("takeOver",),
    },
    "AIGitRepository": {
        "name": ("name",),
        "url": ("url",),
        "username": ("username",),
        "password": ("password",),
        "take_over": ("takeOver",),
    },
    "AIApplication": {
        "name": ("name",),
        "repository_url": ("repositoryUrl",),
        "revision": ("revision",),
        "path": ("path",),
        "take_over": ("takeOver",),
    },
    "AIArtifact": {
        "name": ("name",),
        "kind": ("kind",),
        "url": ("url",),
        "scenario_id": ("scenario",),
        "description": ("description",),
        "labels": ("labels",),
        "resource_group": ("resourceGroup",),
        "take_over": ("takeOver",),
    },
    "AIExecutionSchedule": {
        "name": ("name",),
        "cron": ("cron",),
        "start": ("start",),
        "end": ("end",),
        "status": ("status",),
        "resource_group": ("resourceGroup",),
        "take_over": ("takeOver",),
    },
    "AIExecution": {},
}
"""The keys of an entry of a stack file that set an input, by kind and input."""


@dataclass(frozen=True)
class StackFile:
    """How a stack file declares an object of a kind: the section, and an entry of it."""

    section: str
    entry: str


_SECRET = "{secure: v1:…}"  # noqa: S105  (what stands in a stack file for an encrypted value)
STACK_FILES: Mapping[str, StackFile] = {
    "AIConfiguration": StackFile("deployments", 'chat: {model: gpt-5-mini, version: "2025-08-07"}'),
    "AIDeployment": StackFile("deployments", 'chat: {model: gpt-5-mini, version: "2025-08-07", ttl: 10h}'),
    "AIResourceGroup": StackFile("resourceGroups", "team-docs: {grounding: true}"),
    "AIGenericSecret": StackFile("genericSecrets", f"documents: {{data: {{user: {_SECRET}, password: {_SECRET}}}}}"),
    "AIObjectStoreSecret": StackFile(
        "objectStoreSecrets",
        f"""\
store:
  type: S3
  bucket: texts
  region: eu-central-1
  data: {{AWS_ACCESS_KEY_ID: {_SECRET}, AWS_SECRET_ACCESS_KEY: {_SECRET}}}""",
    ),
    "AIDockerRegistrySecret": StackFile(
        "dockerRegistrySecrets",
        f"registry: {{registry: https://registry.example.com, username: reader, password: {_SECRET}}}",
    ),
    "AIGitRepository": StackFile(
        "repositories",
        f"templates: {{url: https://github.com/example/templates, username: reader, password: {_SECRET}}}",
    ),
    "AIApplication": StackFile(
        "applications",
        "workflows: {repositoryUrl: https://github.com/example/templates, revision: HEAD, path: workflows}",
    ),
    "AIArtifact": StackFile(
        "artifacts", "texts: {kind: dataset, url: ai://store/texts, scenario: text-classification}"
    ),
    "AIExecutionSchedule": StackFile(
        "schedules",
        """\
nightly:
  scenario: text-classification
  executable: text-classification-training
  parameters: {epochs: "3"}
  cron: 0 3 * * *""",
    ),
    "ModelDeployment": StackFile("deployments", 'assistant: {model: gpt-5-mini, version: "2025-08-07"}'),
    "OrchestrationDeployment": StackFile(
        "deployments",
        """\
orchestration:
  scenario: orchestration
  modelFilterList: [{modelName: gpt-5-mini, modelVersions: ["2025-08-07"]}, {modelName: gpt-5}]
  modelFilterListType: allow""",
    ),
    "ExecutableDeployment": StackFile(
        "deployments",
        "serving: {scenario: my-scenario, executable: my-serving-template, parameters: {resourcePlan: starter}}",
    ),
}
"""By kind and component."""
NO_ENTRY: Mapping[str, str] = {"AIExecution": "a run is a step of a program, and a stack file says what stands"}
"""Kinds that a stack file cannot declare, and why."""
STACK_NOTES: Mapping[str, str] = {
    "AIConfiguration": "An entry declares a configuration and a deployment of it.",
    "AIDeployment": "An entry declares a configuration and a deployment of it.",
    "AIResourceGroup": "The key of the entry is the id of the group, so another key is another group.",
    "AIApplication": "The key `repository`, with a key of `aicore:repositories`, stands in the place of"
    " `repositoryUrl`; then the repository is made first.",
    "AIExecutionSchedule": "An entry declares a configuration as well, from the keys that an entry of"
    " `aicore:deployments` with `scenario` has.",
    **dict.fromkeys(
        ("AIGenericSecret", "AIObjectStoreSecret", "AIDockerRegistrySecret", "AIGitRepository"),
        "What is secret must be encrypted in the file: `pulumi config set --secret --path` does that.",
    ),
}
"""What else is to be said of the entry of a kind."""

DRIFT: Mapping[str, str] = {
    "AIConfiguration": "The service cannot change a configuration, so there is no drift. One that the service does not"
    " have any more is made again.",
    "AIDeployment": "Somebody switched it to another configuration: the preview shows an update of `configuration_id`,"
    " and `up` switches it back. Somebody stopped or deleted it, or its `ttl` is over: a new one is made. It is DEAD"
    " and once ran: it is switched, which keeps the URL. It is DEAD and never ran: a new one is made.",
    "AIResourceGroup": "Other labels show as an update, where the program gives `labels`. A group that somebody deleted"
    " shows as a create; the new one is empty. One that is still being provisioned shows as an update, which waits.",
    "AIGenericSecret": "Other labels show as an update, where the program gives `labels`. A secret that somebody"
    " deleted shows as a create. The service never tells the values, so other values are not seen.",
    "AIObjectStoreSecret": "Another bucket, region or other place shows as an update. A secret that somebody deleted"
    " shows as a create. The service never tells the keys, so other keys are not seen.",
    "AIDockerRegistrySecret": "A secret that somebody deleted shows as a create. The service tells nothing but the"
    " name, so another login is not seen.",
    "AIGitRepository": "A repository that somebody deleted shows as a create. One with status ERROR or IN-PROGRESS"
    " shows as an update, which waits for it. The service never tells the login, so another login is not seen.",
    "AIApplication": "Another repository, revision or path shows as an update, and so does an application that is not"
    " synced. One that somebody deleted shows as a create.",
    "AIArtifact": "The service can neither change nor delete an artifact, so there is no drift. One that the service"
    " does not have any more is made again.",
    "AIExecutionSchedule": "Another configuration, time or status shows as an update. A schedule that somebody deleted"
    " shows as a create.",
    "AIExecution": "One that ended DEAD or STOPPED is run again, and one that is under way is waited for, unless `wait`"
    " is false. The record of a completed run may be deleted: the run counts as done all the same.",
}
"""What a preview shows of what somebody else has done, by kind."""

_EVERY = (("POST", ""), ("GET", ""), ("GET", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}"))
CALLS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "AIConfiguration": (("POST", ""), ("GET", "/{id}")),
    "AIDeployment": (*_EVERY, ("GET", "/{id}/logs")),
    "AIResourceGroup": _EVERY,
    "AIGenericSecret": _EVERY,
    "AIObjectStoreSecret": _EVERY,
    "AIDockerRegistrySecret": _EVERY,
    "AIGitRepository": _EVERY,
    "AIApplication": (*_EVERY, ("GET", "/{id}/status"), ("POST", "/{id}/refresh")),
    "AIArtifact": (("POST", ""), ("GET", ""), ("GET", "/{id}")),
    "AIExecutionSchedule": _EVERY,
    "AIExecution": (*_EVERY, ("GET", "/{id}/logs")),
}
"""Method and path of each request about objects of a kind, below the kind's own path."""
