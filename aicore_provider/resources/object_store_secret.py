"""The resource `AIObjectStoreSecret`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from aicore_provider.providers.object_store_secret import AIObjectStoreSecretProvider
from aicore_provider.resources.resource import GroupedResource, as_secret


class _Outputs(GroupedResource):
    """The outputs of `AIObjectStoreSecret`; see `property_names`."""

    name: pulumi.Output[str]
    """Its name, the same as `id`."""
    type: pulumi.Output[str]
    """Kind of storage."""
    data: pulumi.Output[dict[str, str]]
    """The access keys as given. Secret."""
    bucket: pulumi.Output[str]
    """The bucket."""
    path_prefix: pulumi.Output[str]
    """Folder in the bucket."""
    endpoint: pulumi.Output[str]
    """Address of the storage server."""
    region: pulumi.Output[str]
    """Region of the storage server."""
    use_https: pulumi.Output[bool]
    """As given."""
    verify_ssl: pulumi.Output[bool]
    """As given."""
    resource_group: pulumi.Output[str]
    """Resource group that it is in."""
    take_over: pulumi.Output[bool]
    """As given."""


class AIObjectStoreSecret(_Outputs, module="aicore", name="AIObjectStoreSecret"):
    """The way to a bucket for a resource group. Its Pulumi id is its name.

    The access keys are secret in the program, in the state and in every message, whether the program says so or not.
    The service never tells them, so a change that somebody else makes of them is not seen. Another value here is
    written with a PATCH of everything.
    """

    _provider_class = AIObjectStoreSecretProvider

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        type: pulumi.Input[str],  # noqa: A002  (the service's word)
        data: pulumi.Input[Mapping[str, pulumi.Input[str]]],
        bucket: pulumi.Input[str] | None = None,
        path_prefix: pulumi.Input[str] | None = None,
        endpoint: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        use_https: pulumi.Input[bool] | None = None,
        verify_ssl: pulumi.Input[bool] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an object store secret.

        Args:
            resource_name: logical name in the stack.
            name: small letters, digits, '-' and '.', at most 233. Artifacts name it in their `url`: `ai://NAME/path`.
                Replaces.
            type: kind of storage: `S3`, `oss`, `webhdfs`, `azure` or `GCS`. In place.
            data: access keys as the storage names them, such as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. In
                place.
            bucket: the bucket. In place.
            path_prefix: folder in the bucket, at which the paths of artifacts begin. In place.
            endpoint: address of the storage server without `https://`, for S3. In place.
            region: region of the storage server, for S3. In place.
            use_https: whether the storage server is called with HTTPS; the service does when this is left out. In
                place.
            verify_ssl: whether its certificate is checked. In place.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`; an existing object stays where it is
                unless this names another group. Replaces.
            take_over: True to manage a secret of this name that exists already: from the first creation on, or, where
                it is given anew, in place of a replacement. What the program says is written into it. Without it such
                an object is refused. No change.
            opts: Pulumi's resource options.
        """
        inputs = {
            "name": name,
            "type": type,
            "data": as_secret(data),
            "bucket": bucket,
            "path_prefix": path_prefix,
            "endpoint": endpoint,
            "region": region,
            "use_https": use_https,
            "verify_ssl": verify_ssl,
            "resource_group": resource_group,
            "take_over": take_over,
        }
        self._declare(resource_name, inputs, opts)
