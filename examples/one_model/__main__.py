"""One model, whose URL stays the same when its version changes."""

import pulumi

from aicore_provider import ModelDeployment

config = pulumi.Config()
chat = ModelDeployment("chat", model="gpt-5-mini", version=config.require("version"))

pulumi.export("url", chat.deployment_url)
