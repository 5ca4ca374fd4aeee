"""An example of each resource and component in YAML, for the package schema. A test runs them as one program."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, str] = {
    "AIResourceGroup": """\
team:
  type: aicore:AIResourceGroup
  properties:
    resourceGroupId: team-docs
    labels: {ext.ai.sap.com/document-grounding: "true"}
""",
    "AIConfiguration": """\
chat:
  type: aicore:AIConfiguration
  properties:
    scenarioId: foundation-models
    executableId: azure-openai
    parameterBindings: {modelName: gpt-5-mini, modelVersion: "2025-08-07"}
    resourceGroup: ${team.id}
""",
    "AIDeployment": """\
chat-deployment:
  type: aicore:AIDeployment
  properties:
    configurationId: ${chat.id}
    executableId: ${chat.executableId}
    scenarioId: ${chat.scenarioId}
    resourceGroup: ${chat.resourceGroup}
""",
    "AIGenericSecret": """\
documents:
  type: aicore:AIGenericSecret
  properties:
    name: documents
    resourceGroup: ${team.id}
    data: {user: reader, password: "${documentsPassword}"}
""",
    "AIObjectStoreSecret": """\
store:
  type: aicore:AIObjectStoreSecret
  properties:
    name: store
    type: S3
    bucket: texts
    region: eu-central-1
    resourceGroup: ${team.id}
    data: {AWS_ACCESS_KEY_ID: reader, AWS_SECRET_ACCESS_KEY: "${storeKey}"}
""",
    "AIDockerRegistrySecret": """\
registry:
  type: aicore:AIDockerRegistrySecret
  properties:
    name: registry
    registry: images.example.com
    username: reader
    password: ${registryPassword}
""",
    "AIGitRepository": """\
templates:
  type: aicore:AIGitRepository
  properties:
    name: templates
    url: https://github.com/example/templates
    username: reader
    password: ${gitToken}
""",
    "AIApplication": """\
workflows:
  type: aicore:AIApplication
  properties: {name: workflows, repositoryUrl: "${templates.url}", revision: HEAD, path: workflows}
""",
    "AIArtifact": """\
texts:
  type: aicore:AIArtifact
  properties:
    name: texts
    kind: dataset
    url: ai://${store.name}/texts
    scenarioId: text-classification
    resourceGroup: ${team.id}
""",
    "AIExecutionSchedule": """\
nightly:
  type: aicore:AIExecutionSchedule
  properties:
    name: nightly
    configurationId: ${training.id}
    cron: 0 3 * * *
    resourceGroup: ${team.id}
""",
    "AIExecution": """\
training:
  type: aicore:AIConfiguration
  properties:
    scenarioId: text-classification
    executableId: text-classification-training
    parameterBindings: {epochs: "3"}
    inputArtifactBindings: {texts: "${texts.id}"}
    resourceGroup: ${team.id}
run:
  type: aicore:AIExecution
  properties:
    configurationId: ${training.id}
    resourceGroup: ${team.id}
""",
    "ModelDeployment": """\
assistant:
  type: aicore:ModelDeployment
  properties:
    model: gpt-5-mini
    version: "2025-08-07"
    resourceGroup: ${team.id}
""",
    "OrchestrationDeployment": """\
orchestration:
  type: aicore:OrchestrationDeployment
  properties:
    modelFilterListType: allow
    modelFilterList: [{modelName: gpt-5-mini, modelVersions: ["2025-08-07"]}, {modelName: gpt-5}]
    resourceGroup: ${team.id}
""",
    "ExecutableDeployment": """\
serving:
  type: aicore:ExecutableDeployment
  properties:
    scenarioId: foundation-models
    executableId: azure-openai
    parameters: {modelName: text-embedding-3-small, modelVersion: latest}
    resourceGroup: ${team.id}
""",
}
"""By the name of the kind or component: entries of `resources` in a YAML program. One may refer to others."""
