"""Plays the people who have made two deployments by hand, for the emulator. Where you have some, you do not need it."""

import os

import requests

url = os.environ["AICORE_BASE_URL"]
login = {
    "grant_type": "client_credentials",
    "client_id": os.environ["AICORE_CLIENT_ID"],
    "client_secret": os.environ["AICORE_CLIENT_SECRET"],
}
api = requests.Session()
token = api.post(os.environ["AICORE_AUTH_URL"], data=login, timeout=30).json()["access_token"]
api.headers.update({"Authorization": f"Bearer {token}", "AI-Resource-Group": "default"})

for name, model, version in (
    ("chat", "gpt-5-mini", "2025-05-01"),
    ("embeddings", "text-embedding-3-small", "latest"),
):
    configuration = {
        "name": name,
        "scenarioId": "foundation-models",
        "executableId": "azure-openai",
        "parameterBindings": [{"key": "modelName", "value": model}, {"key": "modelVersion", "value": version}],
    }
    made = api.post(f"{url}/v2/lm/configurations", json=configuration, timeout=30).json()
    api.post(f"{url}/v2/lm/deployments", json={"configurationId": made["id"]}, timeout=30).raise_for_status()
