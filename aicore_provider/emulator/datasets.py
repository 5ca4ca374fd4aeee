"""Files of data sets, by the name of an object store secret and a path. The emulator keeps them itself."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from aicore_provider.emulator.errors import PAYLOAD_TOO_LARGE, ServiceRefusal, conflict, invalid, not_found
from aicore_provider.emulator.object_store_secrets import ObjectStoreSecret, is_s3

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

PATH = re.compile(r"(?:[\w.-]+:[\w.-]+|[\w.-]+)(?:/(?:[\w./-]+[\w.-]+)?)?", re.ASCII)
LONGEST_PATH = 1024
MEDIA_TYPES = ("text/csv", "application/octet-stream")
MOST_BYTES = 64 * 2**20
"""Of all files of a tenant: the emulator's own limit. The service has none but 100 MB for each file [spec]."""


@dataclass(frozen=True)
class DatasetFile:
    """A file.

    Attributes:
        id: name of the object store secret, `/`, path.
        size: in bytes.
        base64: its content.
    """

    id: str
    resource_group: str
    created_at: float
    size: int
    base64: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return base64.b64decode(self.base64)


def upload(service: Service, group: str, path: str, content: bytes, media_type: str, *, overwrite: bool) -> None:
    """PUT. The secret must be there, and be one of S3 [docs]; only CSV files are accepted [docs].

    A file is one of CSV by its name and media type; the service looks into it. That each of these is a 400 is a guess.
    """
    name, _, below = path.partition("/")
    secret = service.store.get(ObjectStoreSecret, group, name)
    if secret is None or secret.is_gone(service.now()):
        raise invalid(f"path: object store secret {name} not found")
    if not is_s3(secret):
        raise invalid(f"path: object store secret {name} is not of type S3")
    if not below.endswith(".csv") or media_type not in MEDIA_TYPES:
        raise invalid(f"only CSV files can be uploaded: path *.csv, media type {' or '.join(MEDIA_TYPES)}")
    before = service.store.get(DatasetFile, group, path)
    if before is not None and not overwrite:
        raise conflict(f"The file {path} exists and is not overwritten")
    others = sum(each.size for each in service.store.every(DatasetFile)) - (0 if before is None else before.size)
    if others + len(content) > MOST_BYTES:
        text = f"The emulator keeps {MOST_BYTES} bytes of files in all; with {path} it would be more"
        raise ServiceRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, PAYLOAD_TOO_LARGE, text)
    encoded = base64.b64encode(content).decode()
    service.store.put(DatasetFile(path, group, service.now(), len(content), encoded))


def one(service: Service, group: str, path: str) -> DatasetFile:
    """One file."""
    found = service.store.get(DatasetFile, group, path)
    if found is None:
        raise not_found(f"File {path} not found")
    return found


def delete(service: Service, group: str, path: str) -> None:
    """DELETE."""
    service.store.remove(one(service, group, path))
