"""`AIObjectStoreSecret`: the way to a bucket for a resource group.

The service tells where the bucket is, and never the access keys. A PATCH replaces everything. It creates, changes and
deletes one asynchronously, and shows no status (API contract 2.42.0).
"""

from __future__ import annotations

import datetime as dt

from aicore_provider.api.client import AICore
from aicore_provider.api.collection import Collection
from aicore_provider.api.naming import object_store_name_problem
from aicore_provider.api.paths import OBJECT_STORE_SECRETS
from aicore_provider.api.types import ObjectStoreSecret
from aicore_provider.kinds.named import named, take_over_by_name
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Standard
from aicore_provider.kinds.values import HOME, RESOURCE_GROUP, SECRET_INPUTS, string_map, text
from aicore_provider.lifecycle.values import Done, Wait

NOUN = "object store secret"
PROPERTIES = (
    Property("name", "Its name.", Change.REPLACES, rule=object_store_name_problem, is_required=True),
    Property(
        "type",
        "Kind of storage, such as `S3`, `GCS` or `azure`.",
        Change.IN_PLACE,
        is_required=True,
    ),
    Property(
        "data",
        "Access keys as the storage names them, such as `AWS_ACCESS_KEY_ID`.",
        Change.IN_PLACE,
        type="map",
        is_required=True,
        is_untold=True,
        is_secret=True,
    ),
    Property("bucket", "The bucket.", Change.IN_PLACE),
    Property("path_prefix", "Folder in the bucket, which the paths of artifacts begin at.", Change.IN_PLACE),
    Property("endpoint", "Address of the storage server, for S3.", Change.IN_PLACE),
    Property("region", "Region of the storage server, for S3.", Change.IN_PLACE),
    Property(
        "use_https", "Whether the storage server is called with HTTPS.", Change.IN_PLACE, type="flag", default=True
    ),
    Property("verify_ssl", "Whether its certificate is checked.", Change.IN_PLACE, type="flag", default=True),
    RESOURCE_GROUP,
    take_over_by_name(NOUN),
    *HOME,
    SECRET_INPUTS,
)
_ANNOTATIONS = {
    "type": "storage.ai.sap.com/type",
    "bucket": "storage.ai.sap.com/bucket",
    "path_prefix": "storage.ai.sap.com/pathPrefix",
    "endpoint": "storage.ai.sap.com/endpoint",
    "region": "storage.ai.sap.com/region",
    "use_https": "serving.kubeflow.org/s3-usehttps",
    "verify_ssl": "serving.kubeflow.org/s3-verifyssl",
}
_FLAGS = {"use_https": "usehttps", "verify_ssl": "verifyssl"}


def _collection(client: AICore, properties: Properties) -> Collection[ObjectStoreSecret]:
    return client.object_store_secrets(text(properties, "resource_group"))


def _body(inputs: Properties) -> dict[str, object]:
    texts = {
        "type": "type",
        "bucket": "bucket",
        "path_prefix": "pathPrefix",
        "endpoint": "endpoint",
        "region": "region",
    }
    given = {sent: text(inputs, key) for key, sent in texts.items() if inputs.get(key)}
    flags = {sent: "1" if inputs[key] else "0" for key, sent in _FLAGS.items() if inputs.get(key) is not None}
    return {"name": text(inputs, "name"), **given, **flags, "data": string_map(inputs, "data")}


def told(found: ObjectStoreSecret) -> dict[str, object]:
    """Return the inputs that the service tells, by its annotations; what it does not tell counts as unchanged."""
    texts = {key: str(found.metadata[name]) for key, name in _ANNOTATIONS.items() if name in found.metadata}
    return {key: value == "1" if key in _FLAGS else value for key, value in texts.items()}


def _judge(found: ObjectStoreSecret, inputs: Properties, _written_at: dt.datetime) -> Wait | Done:
    late = [key for key, value in told(found).items() if inputs.get(key) not in (None, "", value)]
    return Wait(f"{', '.join(late)} not shown yet") if late else Done()


KIND = named(
    Standard(
        kind="AIObjectStoreSecret",
        doc="The way to a bucket for a resource group.",
        noun=NOUN,
        properties=PROPERTIES,
        path=OBJECT_STORE_SECRETS,
        home="group",
        name="name",
        collection=_collection,
        body=_body,
        patch=lambda inputs, _: _body(inputs),
        told=lambda found, _: told(found),
        judge=_judge,
        advice="Check its name, and which keys this type of storage needs in `data`.",
    )
)
