"""Secrets of object stores, each in a resource group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from aicore_provider.emulator.digests import digests
from aicore_provider.emulator.redaction import redacted_url
from aicore_provider.emulator.system_secrets import Content, SystemSecret
from aicore_provider.emulator.validation import Body, matching

NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LONGEST_NAME = 233
NAME_IN_PATH = re.compile(r"[a-zA-Z0-9._-]+")

REQUIRED_DATA: Mapping[str, frozenset[str]] = {
    "s3": frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}),
    "oss": frozenset({"BUCKET", "ENDPOINT", "REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"}),
    "webhdfs": frozenset({"HDFS_NAMENODE", "TLS_CERT", "TLS_KEY", "HEADERS"}),
    "azure": frozenset({"CONTAINER_URI", "STORAGE_ACCESS_KEY"}),
    "gcs": frozenset({"BUCKET", "PRIVATE_KEY"}),
}
"""The keys that `data` must have, by type in lower case [docs]. The contract has neither; that another type is refused,
and that upper and lower case are the same, are guesses."""
S3 = "s3"

_STORAGE = "storage.ai.sap.com"
_SERVING = "serving.kubeflow.org"
_SHOWN_DATA: Mapping[str, str] = {
    "BUCKET": "bucket",
    "ENDPOINT": "endpoint",
    "REGION": "region",
    "HDFS_NAMENODE": "hdfsNameNode",
    "CONTAINER_URI": "containerUri",
    "SUBSCRIPTION_ID": "subscriptionId",
    "TENANT_ID": "tenantId",
}
"""What of `data` the metadata shows, by the name that the contract has for it there. The contract has the headers of
webHDFS as well; these are not shown here, since they may hold credentials. For the same reason no query and no user of
a URL is shown."""

Flag = Literal["0", "1"]


class ObjectStoreSecretBody(Body):
    """PATCH /admin/objectStoreSecrets/{name}, which has everything that POST has [spec].

    The bucket of S3 is required [docs]; the contract does not say so.
    """

    name: str
    type: str
    bucket: str | None = None
    endpoint: str | None = None
    region: str | None = None
    path_prefix: str | None = None
    verifyssl: Flag | None = None
    usehttps: Flag | None = None
    data: Annotated[dict[str, str], Field(repr=False)]

    @model_validator(mode="after")
    def _complete(self) -> ObjectStoreSecretBody:
        required = REQUIRED_DATA.get(self.kind)
        if required is None:
            raise ValueError(f"type should be one of S3, {', '.join(sorted(REQUIRED_DATA.keys() - {S3}))}")
        if missing := sorted(required - self.data.keys()):
            raise ValueError(f"data should have {', '.join(missing)}")
        if self.kind == S3 and not self.bucket:
            raise ValueError("bucket is missing")
        return self

    @property
    def kind(self) -> str:
        """The type in lower case."""
        return self.type.lower()


class NewObjectStoreSecret(ObjectStoreSecretBody):
    """POST /admin/objectStoreSecrets."""

    name: Annotated[str, Field(max_length=LONGEST_NAME), matching(NAME)]


@dataclass(frozen=True)
class ObjectStoreSecret(SystemSecret):
    """A secret of an object store."""


def is_s3(secret: ObjectStoreSecret) -> bool:
    """Whether it is one of S3."""
    return dict(secret.shown.metadata).get(f"{_STORAGE}/type", "").lower() == S3


def content(body: ObjectStoreSecretBody, before: Content | None = None) -> Content:
    """What a secret holds after a request.

    Args:
        body: of the request.
        before: what it held. Of that, `usehttps` and `verifyssl` stay where the request does not have them [live test].
    """
    earlier = dict(before.metadata) if before is not None else {}
    storage = {_SHOWN_DATA[key]: _shown(value) for key, value in body.data.items() if key in _SHOWN_DATA}
    endpoint = None if body.endpoint is None else _shown(body.endpoint)
    storage |= {
        key: value
        for key, value in (
            ("type", body.type),
            ("bucket", body.bucket),
            ("endpoint", endpoint),
            ("region", body.region),
            ("pathPrefix", body.path_prefix),
        )
        if value is not None
    }
    shown = {f"{_STORAGE}/{key}": value for key, value in storage.items()}
    if body.kind == S3:
        https, verify = f"{_SERVING}/s3-usehttps", f"{_SERVING}/s3-verifyssl"
        serving = {
            https: body.usehttps or earlier.get(https, "1"),
            verify: body.verifyssl or earlier.get(verify),
            f"{_SERVING}/s3-endpoint": endpoint,
            f"{_SERVING}/s3-region": body.region,
        }
        shown |= {key: value for key, value in serving.items() if value is not None}
    return Content(tuple(shown.items()), digests(body.data))


def _shown(value: str) -> str:
    return redacted_url(value.partition("?")[0])
