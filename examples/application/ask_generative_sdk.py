"""Asks a model with `sap-ai-sdk-gen`, SAP's large SDK, in the form of OpenAI's."""

import json
import os
from pathlib import Path

deployments = json.loads(Path("deployments.json").read_text(encoding="utf-8"))
chat = deployments["chat"]
# This SDK reads the resource group from the environment, when it is imported.
os.environ["AICORE_RESOURCE_GROUP"] = chat["resourceGroup"]

from gen_ai_hub.proxy.native.openai import chat as openai  # noqa: E402

answer = openai.completions.create(
    # By its id: by the name of a model alone it takes any deployment of the group that has this model.
    deployment_id=chat["id"],
    messages=[{"role": "user", "content": "Hi"}],
)
print(answer.choices[0].message.content)
