"""Secrets of document grounding: each type of repository against the page of SAP's documentation about it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

import pulumi
import pytest

from aicore_provider import AIGenericSecret, grounding
from tests.program.mocked_engine import run

OAUTH = {"authentication": "T0F1dGgyQ2xpZW50Q3JlZGVudGlhbHM="}
NO_AUTHENTICATION = {"authentication": "Tm9BdXRoZW50aWNhdGlvbg=="}
CLIENT = {"clientId", "clientSecret", "tokenServiceURL"}


@dataclass(frozen=True)
class Page:
    """What the example of a page shows.

    Attributes:
        type: value of the label `ext.ai.sap.com/documentRepositoryType`.
        fixed: values that the page spells out, encoded as they stand there.
        given: the other keys of `data`.
        optional: keys that the page calls optional.
    """

    type: str
    fixed: dict[str, str]
    given: set[str]
    optional: frozenset[str] = frozenset()


CERTIFICATE = frozenset({"certificatePassword", "tokenServiceBodyParameters", "pageSize"})
PAGES: dict[Callable[..., grounding.SecretArguments], Page] = {
    grounding.share_point: Page("MSSharePoint", OAUTH, {"description", "url", *CLIENT}),
    grounding.share_point_with_user: Page(
        "MSSharePoint",
        {"authentication": "T0F1dGgyUGFzc3dvcmQ=", "url": "aHR0cHM6Ly9ncmFwaC5taWNyb3NvZnQuY29t"},
        {"description", "user", "password", *CLIENT},
    ),
    grounding.s3: Page(
        "S3",
        NO_AUTHENTICATION,
        {"url", "description", "access_key_id", "bucket", "host", "region", "secret_access_key", "username"},
    ),
    grounding.sftp: Page(
        "SFTP", NO_AUTHENTICATION, {"url", "description", "password", "user", "public_key", "public_key_type"}
    ),
    grounding.work_zone: Page("WorkZone", OAUTH, {"description", "url", *CLIENT}),
    grounding.document_management: Page("SDM", OAUTH, {"description", "url", *CLIENT}),
    grounding.service_now: Page(
        "ServiceNow",
        {"authentication": "Q2xpZW50Q2VydGlmaWNhdGVBdXRoZW50aWNhdGlvbg==", "certificateType": "cGZ4"},
        {"description", "certificateContent", "certificatePassword", "url"},
    ),
    grounding.google_drive: Page(
        "GoogleDrive",
        OAUTH
        | {
            "url": "aHR0cHM6Ly9nb29nbGVhcGlzLmNvbS9kcml2ZS92Mw==",
            "tokenServiceURL": "aHR0cHM6Ly9vYXV0aDIuZ29vZ2xlYXBpcy5jb20vdG9rZW4=",
        },
        {"clientId", "private_key", "client_email", "auth_uri"},
        frozenset({"description"}),
    ),
    grounding.metadata: Page("MetaData", OAUTH, {"url", "description", *CLIENT}, frozenset({"pageSize"})),
    grounding.metadata_with_certificate: Page(
        "MetaData",
        OAUTH,
        {"url", "description", "clientId", "certificateType", "certificateContent", "tokenServiceURL"},
        CERTIFICATE,
    ),
}


def argument(key: str) -> str:
    """A field of SAP's in Python's spelling: `tokenServiceURL` is `token_service_url`."""
    spelt = key.replace("URL", "Url")
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in spelt)


def arguments(page: Page) -> dict[str, str]:
    return {argument(key): f"<{key}>" for key in page.given}


def test_every_function_has_its_page() -> None:
    functions = {
        value for name, value in vars(grounding).items() if callable(value) and name.islower() and name[0] != "_"
    }
    assert functions == set(PAGES)


@pytest.mark.parametrize("function", PAGES, ids=lambda function: function.__name__)
def test_values_and_labels_are_those_of_the_page(function: Callable[..., grounding.SecretArguments]) -> None:
    page = PAGES[function]
    made = function(**arguments(page))
    fixed = {key: base64.b64decode(value).decode() for key, value in page.fixed.items()}
    assert made["data"] == fixed | {key: f"<{key}>" for key in page.given}
    assert made["labels"] == {
        "ext.ai.sap.com/document-grounding": "true",
        "ext.ai.sap.com/documentRepositoryType": page.type,
    }
    more = {argument(key): f"<{key}>" for key in page.optional}
    assert function(**arguments(page), **more)["data"] == made["data"] | {key: f"<{key}>" for key in page.optional}
    for missing in arguments(page):
        with pytest.raises(TypeError, match=missing):
            function(**{key: value for key, value in arguments(page).items() if key != missing})


def test_a_program_hands_them_to_a_secret_whose_values_are_then_secret() -> None:
    def program() -> None:
        files = grounding.sftp(
            description="of May",
            url="https://files.example.com:22",
            user="reader",
            password="s3cr3t-text",
            public_key="AAAA",
            public_key_type="ssh-rsa",
        )
        AIGenericSecret("files", name="files", **files)

    (secret,) = [each for each in run(program) if each.name == "files"]
    assert pulumi.runtime.rpc.is_rpc_secret(secret.inputs["data"])
    assert pulumi.runtime.rpc.unwrap_rpc_secret(secret.inputs["data"])["password"] == "s3cr3t-text"
    assert secret.inputs["labels"]["ext.ai.sap.com/documentRepositoryType"] == "SFTP"


def test_the_label_of_a_resource_group() -> None:
    assert grounding.RESOURCE_GROUP_LABELS == {"ext.ai.sap.com/document-grounding": "true"}
