"""Where a new repository keeps its states, and what a CI needs to get there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PULUMI_CLOUD = "https://api.pulumi.com"
_PASSPHRASE = {
    "PULUMI_CONFIG_PASSPHRASE": "a passphrase of your choice, with which secrets in stack files are encrypted"
}


@dataclass(frozen=True)
class StateStore:
    """A kind of backend: secrets of a CI, by name with what they are.

    `oidc` names the templates for a CI that proves who it is in place of keys; "" where there are none. Such a CI needs
    `oidc_secrets` and `oidc_variables`, and on GitLab `oidc_script` and `oidc_environment`.
    """

    secrets: Mapping[str, str]
    oidc: str = ""
    oidc_secrets: Mapping[str, str] = field(default_factory=dict)
    oidc_variables: Mapping[str, str] = field(default_factory=dict)
    oidc_script: str = ""
    oidc_environment: Mapping[str, str] = field(default_factory=dict)


_TOKEN_FILE = "/tmp/oidc-token"  # noqa: S105, S108 - a path in the container of one job
_WRITE_TOKEN = f'- (umask 077 && printf %s "$OIDC_TOKEN" > {_TOKEN_FILE})'
_STORES = {
    PULUMI_CLOUD: StateStore(
        {"PULUMI_ACCESS_TOKEN": "an access token of Pulumi Cloud"},
        oidc="oidc-pulumi-cloud.yml",
        oidc_variables={"PULUMI_ORGANIZATION": "the organization of Pulumi Cloud, where this CI is an OIDC issuer"},
        oidc_script=f"""\
{_WRITE_TOKEN}
- pulumi login --oidc-token file://{_TOKEN_FILE} --oidc-org "$PULUMI_ORGANIZATION"
""",
    ),
    # One of one's own. The steps by OIDC ask the public one for a token.
    "https": StateStore({"PULUMI_ACCESS_TOKEN": "an access token of your Pulumi Cloud"}),
    "s3": StateStore(
        {
            "AWS_ACCESS_KEY_ID": "a key that may read and write the bucket",
            "AWS_SECRET_ACCESS_KEY": "its secret",
            **_PASSPHRASE,
        },
        oidc="oidc-s3.yml",
        oidc_secrets=_PASSPHRASE,
        oidc_variables={
            "AWS_ROLE_ARN": "a role that may read and write the bucket, and trusts this CI",
            "AWS_REGION": "the region of the bucket",
        },
        oidc_script=_WRITE_TOKEN,
        oidc_environment={"AWS_WEB_IDENTITY_TOKEN_FILE": _TOKEN_FILE},
    ),
    "azblob": StateStore(
        {
            "AZURE_STORAGE_ACCOUNT": "the storage account",
            "AZURE_STORAGE_KEY": "a key of it",
            **_PASSPHRASE,
        }
    ),
    "gs": StateStore({"GOOGLE_CREDENTIALS": "the JSON of a service account's key", **_PASSPHRASE}),
}


def state_store(url: str) -> StateStore:
    """Return the kind of backend that a URL is for."""
    return _STORES.get(url) or _STORES.get(urlsplit(url).scheme) or StateStore(_PASSPHRASE)


def backend_problem(url: str) -> str | None:
    """Where the state is kept: an address with a scheme, such as `s3://bucket`, and without a password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or not (parts.netloc or parts.path) or len(url.split()) != 1:
        return "is no address such as https://api.pulumi.com, s3://bucket or file:///srv/states"
    if parts.password:
        return "holds a password, and it is written to Pulumi.yaml; leave it out here and set PULUMI_BACKEND_URL"
    return None
