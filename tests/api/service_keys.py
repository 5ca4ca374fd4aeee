"""Credentials in the forms that SAP gives them in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

API = "https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com"

AUTH = "https://sub.authentication.eu10.hana.ondemand.com"

CERT = "https://sub.authentication.cert.eu10.hana.ondemand.com"

SECRET = "s3cr3t="
KEY: dict[str, Any] = {
    "clientid": "sb-1!b1|aicore!b2",
    "clientsecret": SECRET,
    "url": AUTH,
    "identityzone": "sub",
    "serviceurls": {"AI_API_URL": API},
}
SINGLE = {
    "AICORE_BASE_URL": API,
    "AICORE_AUTH_URL": AUTH,
    "AICORE_CLIENT_ID": "sb-1!b1|aicore!b2",
    "AICORE_CLIENT_SECRET": SECRET,
}
CERTIFICATE_KEY = {k: v for k, v in KEY.items() if k != "clientsecret"} | {
    "certurl": CERT,
    "certificate": "-----BEGIN CERTIFICATE-----\\nAAAA",
    "key": "-----BEGIN RSA PRIVATE KEY-----\\nBBBB",
}


def vcap(key: Mapping[str, Any]) -> str:
    return json.dumps({"aicore": [{"label": "aicore", "credentials": key}]})


def config_file(folder: Path, name: str, content: Mapping[str, Any] | str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path
