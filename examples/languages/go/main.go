// Command estate declares a resource group with one model of SAP AI Core.
package main

import (
	"example.com/pulumi-aicore/sdk/go/aicore"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(declare)
}

func declare(ctx *pulumi.Context) error {
	modelVersion := config.Get(ctx, "modelVersion")
	if modelVersion == "" {
		modelVersion = "2025-08-07"
	}
	group, err := aicore.NewAIResourceGroup(ctx, "group", &aicore.AIResourceGroupArgs{
		ResourceGroupId: pulumi.String("team-nlp"),
	})
	if err != nil {
		return err
	}
	configuration, err := aicore.NewAIConfiguration(ctx, "configuration", &aicore.AIConfigurationArgs{
		Name:          pulumi.String("chat"),
		ResourceGroup: group.ID(),
		ScenarioId:    pulumi.String("foundation-models"),
		ExecutableId:  pulumi.String("azure-openai"),
		ParameterBindings: pulumi.StringMap{
			"modelName":    pulumi.String("gpt-5-mini"),
			"modelVersion": pulumi.String(modelVersion),
		},
	})
	if err != nil {
		return err
	}
	chat, err := aicore.NewAIDeployment(ctx, "chat", &aicore.AIDeploymentArgs{
		ResourceGroup:   group.ID(),
		ScenarioId:      pulumi.String("foundation-models"),
		ExecutableId:    pulumi.String("azure-openai"),
		ConfigurationId: configuration.ID(),
	})
	if err != nil {
		return err
	}
	ctx.Export("id", chat.ID())
	ctx.Export("url", chat.DeploymentUrl)
	return nil
}
