"""Asks a model with plain HTTP. It needs the package `requests`, and nothing of Pulumi."""

import json
import os
from pathlib import Path

import requests

TIMEOUT_S = 60

deployments = json.loads(Path("deployments.json").read_text(encoding="utf-8"))
call = deployments["chat"]["call"]

login = requests.post(
    os.environ["AICORE_AUTH_URL"],
    data={"grant_type": "client_credentials"},
    auth=(os.environ["AICORE_CLIENT_ID"], os.environ["AICORE_CLIENT_SECRET"]),
    timeout=TIMEOUT_S,
)
login.raise_for_status()

answer = requests.post(
    call["url"],
    # The resource group is one of them: without it the service answers as if there were no deployment.
    headers=call["headers"] | {"Authorization": f"Bearer {login.json()['access_token']}"},
    json={"messages": [{"role": "user", "content": "Hi"}]},
    timeout=TIMEOUT_S,
)
answer.raise_for_status()
print(answer.json()["choices"][0]["message"]["content"])
