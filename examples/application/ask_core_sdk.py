"""Asks a model with `sap-ai-sdk-core`, SAP's small SDK: it gets tokens and sends requests, and knows no models."""

import json
from pathlib import Path

from ai_core_sdk.ai_core_v2_client import AICoreV2Client

deployments = json.loads(Path("deployments.json").read_text(encoding="utf-8"))
chat = deployments["chat"]

# From the AICORE_* variables, or from SAP's configuration file.
client = AICoreV2Client.from_env(resource_group=chat["resourceGroup"])
# Its paths are below the URL of the service.
path = chat["call"]["url"].removeprefix(client.base_url)
answer = client.rest_client.post(path, body={"messages": [{"role": "user", "content": "Hi"}]})
print(answer["choices"][0]["message"]["content"])
