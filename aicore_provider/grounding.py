"""Secrets of document grounding: what `AIGenericSecret` takes for each type of repository.

    from aicore_provider import AIGenericSecret, AIResourceGroup, grounding

    team = AIResourceGroup("team", resource_group_id="team-a", labels=grounding.RESOURCE_GROUP_LABELS)
    files = grounding.sftp(url="https://files.example.com:22", user="reader", password=..., ...)
    AIGenericSecret("files", name="files", resource_group=team.id, **files)

Each function returns the values and the labels that SAP's page about one type of repository shows; the docstring names
the page. SAP's page "Generic Secrets for Grounding" lists the types. The arguments are the page's fields in Python's
spelling, as plain text: the secret encodes them with base64 for the service. Fields for which a page gives one value
are set, and those that it calls "set as default" are left out. The service does not change these labels later, so
another type is another secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from aicore_provider.api.naming import GROUNDING_LABEL, REPOSITORY_TYPE_LABEL

if TYPE_CHECKING:
    import pulumi

RESOURCE_GROUP_LABELS = dict([GROUNDING_LABEL])
"""Labels of a resource group that grounding works in (SAP's page "Create a Resource Group for Grounding")."""

_OAUTH_CLIENT = "OAuth2ClientCredentials"
_OAUTH_USER = "OAuth2Password"
_CERTIFICATE = "ClientCertificateAuthentication"
_NO_AUTHENTICATION = "NoAuthentication"


class SecretArguments(TypedDict):
    """Arguments of `AIGenericSecret`."""

    data: dict[str, pulumi.Input[str]]
    """The values by SAP's name, as plain text."""
    labels: dict[str, pulumi.Input[str]]
    """The labels that make the secret one of a repository."""


def share_point(
    *,
    description: pulumi.Input[str],
    url: pulumi.Input[str],
    client_id: pulumi.Input[str],
    client_secret: pulumi.Input[str],
    token_service_url: pulumi.Input[str],
) -> SecretArguments:
    """Microsoft SharePoint, where an application logs in (`OAuth2ClientCredentials`).

    SAP's page: "Grounding Generic Secrets for Microsoft SharePoint", "Example with OAuth2ClientCredentials".

    Args:
        description: of the secret.
        url: of the site, such as `https://sap.sharepoint.com/sites/<site-name>`.
        client_id: of the application.
        client_secret: of the application.
        token_service_url: `https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`.
    """
    return _secret(
        "MSSharePoint",
        authentication=_OAUTH_CLIENT,
        description=description,
        url=url,
        clientId=client_id,
        clientSecret=client_secret,
        tokenServiceURL=token_service_url,
    )


def share_point_with_user(
    *,
    description: pulumi.Input[str],
    user: pulumi.Input[str],
    password: pulumi.Input[str],
    client_id: pulumi.Input[str],
    client_secret: pulumi.Input[str],
    token_service_url: pulumi.Input[str],
) -> SecretArguments:
    """Microsoft SharePoint, where a technical user logs in (`OAuth2Password`).

    SAP's page: "Grounding Generic Secrets for Microsoft SharePoint", "Example with OAuth2Password".

    Args:
        description: of the secret.
        user: the technical user.
        password: of the technical user.
        client_id: of the application.
        client_secret: of the application.
        token_service_url: `https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`.
    """
    return _secret(
        "MSSharePoint",
        authentication=_OAUTH_USER,
        description=description,
        url="https://graph.microsoft.com",
        user=user,
        password=password,
        clientId=client_id,
        clientSecret=client_secret,
        tokenServiceURL=token_service_url,
    )


def s3(
    *,
    description: pulumi.Input[str],
    url: pulumi.Input[str],
    host: pulumi.Input[str],
    bucket: pulumi.Input[str],
    region: pulumi.Input[str],
    username: pulumi.Input[str],
    access_key_id: pulumi.Input[str],
    secret_access_key: pulumi.Input[str],
) -> SecretArguments:
    """A bucket of AWS S3. SAP's page: "Grounding Generic Secrets for AWS S3".

    Args:
        description: of the secret.
        url: `https://s3.<region>.amazonaws.com`.
        host: of AWS S3.
        bucket: its name.
        region: of the bucket.
        username: of the credentials.
        access_key_id: of the credentials.
        secret_access_key: of the credentials.
    """
    return _secret(
        "S3",
        authentication=_NO_AUTHENTICATION,
        description=description,
        url=url,
        host=host,
        bucket=bucket,
        region=region,
        username=username,
        access_key_id=access_key_id,
        secret_access_key=secret_access_key,
    )


def sftp(
    *,
    description: pulumi.Input[str],
    url: pulumi.Input[str],
    user: pulumi.Input[str],
    password: pulumi.Input[str],
    public_key: pulumi.Input[str],
    public_key_type: pulumi.Input[str],
) -> SecretArguments:
    """A server for SFTP. SAP's page: "Grounding Generic Secrets for SFTP".

    Args:
        description: of the secret.
        url: `https://<hostname>:<port>` of the server.
        user: that logs in.
        password: of the user.
        public_key: of the server, by which it is recognised.
        public_key_type: `ssh-ed25519` or `ssh-rsa`.
    """
    return _secret(
        "SFTP",
        authentication=_NO_AUTHENTICATION,
        description=description,
        url=url,
        user=user,
        password=password,
        public_key=public_key,
        public_key_type=public_key_type,
    )


def work_zone(
    *,
    description: pulumi.Input[str],
    url: pulumi.Input[str],
    client_id: pulumi.Input[str],
    client_secret: pulumi.Input[str],
    token_service_url: pulumi.Input[str],
) -> SecretArguments:
    """SAP Build Work Zone. SAP's page: "Grounding Generic Secrets for SAP Build Work Zone".

    Args:
        description: of the secret.
        url: of SAP Build Work Zone.
        client_id: of the client that logs in.
        client_secret: of the client that logs in.
        token_service_url: where it logs in.
    """
    return _secret(
        "WorkZone",
        authentication=_OAUTH_CLIENT,
        description=description,
        url=url,
        clientId=client_id,
        clientSecret=client_secret,
        tokenServiceURL=token_service_url,
    )


def document_management(
    *,
    description: pulumi.Input[str],
    url: pulumi.Input[str],
    client_id: pulumi.Input[str],
    client_secret: pulumi.Input[str],
    token_service_url: pulumi.Input[str],
) -> SecretArguments:
    """SAP Document Management Service. SAP's page: "Grounding Generic Secrets for SAP Document Management Service".

    Args:
        description: of the secret.
        url: of the AI bridge service with the repository's path, such as
            `https://sdm-ai-bridge.cfapps.<region>.hana.ondemand.com/rest/v1/repositories/<repository-id>/metadata`.
        client_id: of the client that logs in.
        client_secret: of the client that logs in.
        token_service_url: where it logs in.
    """
    return _secret(
        "SDM",
        authentication=_OAUTH_CLIENT,
        description=description,
        url=url,
        clientId=client_id,
        clientSecret=client_secret,
        tokenServiceURL=token_service_url,
    )


def service_now(
    *,
    description: pulumi.Input[str],
    url: pulumi.Input[str],
    certificate_content: pulumi.Input[str],
    certificate_password: pulumi.Input[str],
) -> SecretArguments:
    """An instance of ServiceNow. SAP's page: "Grounding Generic Secrets for ServiceNow".

    The page's first lines speak of `OAuth2ClientCredentials` with a client secret; its fields and its example are those
    of `ClientCertificateAuthentication` with a pfx file, which is what this function returns. The page does not say how
    the file, which is no text, becomes the value. Give it in base64, as BTP's destinations have it; the secret encodes
    that once more, as it does with every value.

    Args:
        description: of the secret.
        url: of the instance.
        certificate_content: the pfx file in base64.
        certificate_password: of the pfx file.
    """
    return _secret(
        "ServiceNow",
        authentication=_CERTIFICATE,
        description=description,
        url=url,
        certificateType="pfx",
        certificateContent=certificate_content,
        certificatePassword=certificate_password,
    )


def google_drive(
    *,
    client_id: pulumi.Input[str],
    client_email: pulumi.Input[str],
    private_key: pulumi.Input[str],
    auth_uri: pulumi.Input[str],
    description: pulumi.Input[str] | None = None,
) -> SecretArguments:
    """Google Drive, by a service account. SAP's page: "Create a Generic Secret for Google Drive".

    Args:
        client_id: in the service account's key file.
        client_email: in the key file.
        private_key: in the key file.
        auth_uri: in the key file.
        description: of the secret. Optional on this page alone.
    """
    return _secret(
        "GoogleDrive",
        authentication=_OAUTH_CLIENT,
        description=description,
        url="https://googleapis.com/drive/v3",
        clientId=client_id,
        tokenServiceURL="https://oauth2.googleapis.com/token",
        private_key=private_key,
        client_email=client_email,
        auth_uri=auth_uri,
    )


def metadata(
    *,
    description: pulumi.Input[str],
    url: pulumi.Input[str],
    client_id: pulumi.Input[str],
    client_secret: pulumi.Input[str],
    token_service_url: pulumi.Input[str],
    page_size: pulumi.Input[str] | None = None,
) -> SecretArguments:
    """A server of metadata, which stands beside a repository, with a client secret.

    SAP's page: "Generic Secrets for Contextualization with Metadata", "Example with Client Secret". Such a secret may
    be in the main tenant as well: `scope="main-tenant"`.

    Args:
        description: of the secret.
        url: of the server.
        client_id: of the client that logs in.
        client_secret: of the client that logs in.
        token_service_url: where it logs in.
        page_size: `"1"` to `"1000"`, for a server that answers page by page.
    """
    return _secret(
        "MetaData",
        authentication=_OAUTH_CLIENT,
        description=description,
        url=url,
        clientId=client_id,
        clientSecret=client_secret,
        tokenServiceURL=token_service_url,
        pageSize=page_size,
    )


def metadata_with_certificate(
    *,
    description: pulumi.Input[str],
    url: pulumi.Input[str],
    client_id: pulumi.Input[str],
    certificate_type: pulumi.Input[str],
    certificate_content: pulumi.Input[str],
    token_service_url: pulumi.Input[str],
    certificate_password: pulumi.Input[str] | None = None,
    token_service_body_parameters: pulumi.Input[str] | None = None,
    page_size: pulumi.Input[str] | None = None,
) -> SecretArguments:
    """A server of metadata, which stands beside a repository, with a client certificate.

    SAP's page: "Generic Secrets for Contextualization with Metadata", "Example with Client Certificate". Its fields
    give the types as `P12` and `PEM`; in its example both end with a line break, which is left out here. Such a secret
    may be in the main tenant as well: `scope="main-tenant"`.

    Args:
        description: of the secret.
        url: of the server.
        client_id: of the client that logs in.
        certificate_type: `P12` or `PEM`.
        certificate_content: the file; a P12 file in base64, as with `service_now`.
        token_service_url: where it logs in.
        certificate_password: if the certificate has one.
        token_service_body_parameters: a JSON object, as text.
        page_size: `"1"` to `"1000"`, for a server that answers page by page.
    """
    return _secret(
        "MetaData",
        authentication=_OAUTH_CLIENT,
        description=description,
        url=url,
        clientId=client_id,
        certificateType=certificate_type,
        certificateContent=certificate_content,
        certificatePassword=certificate_password,
        tokenServiceURL=token_service_url,
        tokenServiceBodyParameters=token_service_body_parameters,
        pageSize=page_size,
    )


def _secret(repository_type: str, **data: pulumi.Input[str] | None) -> SecretArguments:
    return {
        "data": {key: value for key, value in data.items() if value is not None},
        "labels": {**RESOURCE_GROUP_LABELS, REPOSITORY_TYPE_LABEL: repository_type},
    }
