"""A model for a pull request: the service stops and deletes it once its time to live is over."""

import pulumi

from aicore_provider import ModelDeployment

config = pulumi.Config()
chat = ModelDeployment(
    "chat",
    model="gpt-5-mini",
    version="latest",
    ttl=config.get("ttl") or "24h",
    # So that people who look at the tenant see whose it is.
    configuration_name=f"chat-{pulumi.get_stack()}",
)

pulumi.export("url", chat.deployment_url)
