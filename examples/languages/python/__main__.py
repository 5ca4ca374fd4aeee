"""A resource group with one model of SAP AI Core."""

import pulumi
import pulumi_aicore as aicore

version = pulumi.Config().get("modelVersion") or "2025-08-07"

group = aicore.AIResourceGroup("group", resource_group_id="team-nlp")
configuration = aicore.AIConfiguration(
    "configuration",
    name="chat",
    resource_group=group.id,
    scenario_id="foundation-models",
    executable_id="azure-openai",
    parameter_bindings={"modelName": "gpt-5-mini", "modelVersion": version},
)
chat = aicore.AIDeployment(
    "chat",
    resource_group=group.id,
    scenario_id="foundation-models",
    executable_id="azure-openai",
    configuration_id=configuration.id,
)
pulumi.export("id", chat.id)
pulumi.export("url", chat.deployment_url)
