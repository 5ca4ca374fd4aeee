"""The component `OrchestrationDeployment`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

from aicore_provider.components import FILTER_TYPE, FILTERS, filter_problem, filter_text
from aicore_provider.resources.executable_deployment import ConfiguredDeployment


@dataclass(frozen=True)
class ModelFilter:
    """One model of a filter, such as `gpt-5-mini`, with the versions that are meant; none for all."""

    model_name: pulumi.Input[str]
    model_versions: Sequence[pulumi.Input[str]] = ()


class OrchestrationDeployment(ConfiguredDeployment):
    """A configuration of the orchestration service, and a deployment of it. Its callers name a model in each request.

    The service runs one in the resource group `default` itself; every other group needs one of its own. Changing the
    filter keeps id and URL.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        model_filter_list: Sequence[ModelFilter] = (),
        model_filter_list_type: pulumi.Input[Literal["allow", "deny"]] | None = None,
        resource_group: pulumi.Input[str] | None = None,
        ttl: pulumi.Input[str] | None = None,
        configuration_name: pulumi.Input[str] | None = None,
        version_id: pulumi.Input[str] | None = None,
        take_over: pulumi.Input[str] | None = None,
        rollback: pulumi.Input[bool] | None = None,
        verify: pulumi.Input[bool | str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an orchestration deployment.

        Args:
            resource_name: logical name of this component and of both its parts.
            model_filter_list: models that are allowed or denied; empty allows all. In place.
            model_filter_list_type: `allow` or `deny`; required with a list, and not allowed without. In place.
            resource_group: default: `AICORE_RESOURCE_GROUP`, else `default`. Replaces.
            ttl: life time such as `10h`; see `AIDeployment`. Replaces.
            configuration_name: name of the configuration; see `AIConfiguration`. In place.
            version_id: your own version reference; see `AIConfiguration`. In place.
            take_over: id of a deployment made by hand; see `AIDeployment`.
            rollback: False leaves a failed switch as it is; see `AIDeployment`.
            verify: True sends one smallest completion before it counts as running; see `AIDeployment`.
            opts: Pulumi's resource options; `docs/components.md` says what each of them means for both parts.

        Raises:
            pulumi.RunError: list and type do not go together, or something in the list is no `ModelFilter`.
        """
        if not all(isinstance(each, ModelFilter) for each in model_filter_list):
            raise pulumi.RunError(
                f"OrchestrationDeployment {resource_name!r}: model_filter_list is a list of ModelFilter, such as"
                ' ModelFilter("gpt-5-mini", ["2025-08-07"]).'
            )
        if wrong := filter_problem(model_filter_list, model_filter_list_type):
            raise pulumi.RunError(f"OrchestrationDeployment {resource_name!r}: {wrong}")
        self._declare(
            "OrchestrationDeployment",
            resource_name,
            {
                FILTERS: _text(model_filter_list) if model_filter_list else None,
                FILTER_TYPE: model_filter_list_type,
                "resource_group": resource_group,
                "ttl": ttl,
                "configuration_name": configuration_name,
                "version_id": version_id,
                "take_over": take_over,
                "rollback": rollback,
                "verify": verify,
            },
            opts,
        )


def _text(filters: Sequence[ModelFilter]) -> pulumi.Input[str]:
    items = [{"modelName": each.model_name, "modelVersions": list(each.model_versions)} for each in filters]
    given = [text for each in filters for text in (each.model_name, *each.model_versions)]
    if all(isinstance(text, str) for text in given):
        return filter_text(items)
    return pulumi.Output.from_input(items).apply(filter_text)
