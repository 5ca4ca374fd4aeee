"""Asks orchestration, by its version 2, for a model: `python ask.py MODEL`. It needs the package `requests`."""

import json
import os
import sys
from pathlib import Path

import requests

TIMEOUT_S = 60

call = json.loads(Path("call.json").read_text(encoding="utf-8"))
login = requests.post(
    os.environ["AICORE_AUTH_URL"],
    data={"grant_type": "client_credentials"},
    auth=(os.environ["AICORE_CLIENT_ID"], os.environ["AICORE_CLIENT_SECRET"]),
    timeout=TIMEOUT_S,
)
login.raise_for_status()

prompt = {"template": [{"role": "user", "content": "Hi"}]}
modules = {"prompt_templating": {"prompt": prompt, "model": {"name": sys.argv[1], "version": "latest"}}}
answer = requests.post(
    call["url"],
    headers=call["headers"] | {"Authorization": f"Bearer {login.json()['access_token']}"},
    json={"config": {"modules": modules}},
    timeout=TIMEOUT_S,
)
if not answer.ok:
    sys.exit(f"{answer.status_code}: {answer.json()['error']['message']}")
print(answer.json()["final_result"]["choices"][0]["message"]["content"])
