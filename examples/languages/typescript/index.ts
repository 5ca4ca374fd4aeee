import * as aicore from "@pulumi/aicore";
import * as pulumi from "@pulumi/pulumi";

const modelVersion = new pulumi.Config().get("modelVersion") ?? "2025-08-07";
const executable = { scenarioId: "foundation-models", executableId: "azure-openai" };

const group = new aicore.AIResourceGroup("group", { resourceGroupId: "team-nlp" });
const configuration = new aicore.AIConfiguration("configuration", {
    ...executable,
    name: "chat",
    resourceGroup: group.id,
    parameterBindings: { modelName: "gpt-5-mini", modelVersion },
});
const chat = new aicore.AIDeployment("chat", {
    ...executable,
    resourceGroup: group.id,
    configurationId: configuration.id,
});

export const id = chat.id;
export const url = chat.deploymentUrl;
