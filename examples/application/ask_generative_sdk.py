"""Asks a model with `sap-ai-sdk-gen`, SAP's large SDK, in the form of OpenAI's."""

import json
from pathlib import Path

from gen_ai_hub.proxy.gen_ai_hub_proxy import GenAIHubProxyClient
from gen_ai_hub.proxy.native.openai import OpenAI

deployments = json.loads(Path("deployments.json").read_text(encoding="utf-8"))
chat = deployments["chat"]

# Credentials from the AICORE_* variables, or from SAP's configuration file.
client = OpenAI(proxy_client=GenAIHubProxyClient(resource_group=chat["resourceGroup"]))
answer = client.chat.completions.create(
    # By its id: by the name of a model alone it takes any deployment of the group that has this model.
    deployment_id=chat["id"],
    messages=[{"role": "user", "content": "Hi"}],
)
print(answer.choices[0].message.content)
