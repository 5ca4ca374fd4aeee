"""Translates the resource options of a component into options of its configuration and its deployment.

Pulumi itself passes `parent`, `provider`, `aliases` and transformations on to the children of a component, and lets
them wait for what the component depends on. The other options of a component have no effect on its children.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from aicore_provider.components import (
    OF_DEPLOYMENT,
    paths,
    replacing_paths,
    secret_outputs,
    unknown_name,
)
from aicore_provider.resources.configuration import AIConfiguration
from aicore_provider.resources.deployment import AIDeployment


def options_of_configuration(
    component: pulumi.Resource, opts: pulumi.ResourceOptions, arguments: Mapping[str, str]
) -> pulumi.ResourceOptions:
    """Return the options of the configuration that a component declares.

    The arguments are those of the component that the configuration gets, with their paths there.

    Raises:
        pulumi.RunError: an option names an argument or output that the component does not have.
    """
    _require_known(component, opts, arguments)
    return pulumi.ResourceOptions(
        parent=component,
        # A protected configuration could never be replaced, which every change of it does.
        protect=False,
        ignore_changes=paths(opts.ignore_changes, arguments),
        hide_diffs=paths(opts.hide_diffs, arguments),
        additional_secret_outputs=secret_outputs(
            opts.additional_secret_outputs, arguments, AIConfiguration.property_names()
        ),
    )


def options_of_deployment(
    component: pulumi.Resource, opts: pulumi.ResourceOptions, arguments: Mapping[str, str]
) -> pulumi.ResourceOptions:
    """Return the options of the deployment that a component declares; arguments as for `options_of_configuration`."""
    return pulumi.ResourceOptions(
        parent=component,
        protect=opts.protect,
        delete_before_replace=opts.delete_before_replace,
        retain_on_delete=opts.retain_on_delete,
        custom_timeouts=opts.custom_timeouts,
        deleted_with=opts.deleted_with,
        replace_with=opts.replace_with,
        replacement_trigger=opts.replacement_trigger,
        replace_on_changes=replacing_paths(opts.replace_on_changes, arguments),
        ignore_changes=paths(opts.ignore_changes, OF_DEPLOYMENT),
        hide_diffs=paths(opts.hide_diffs, OF_DEPLOYMENT),
        additional_secret_outputs=secret_outputs(
            opts.additional_secret_outputs, OF_DEPLOYMENT, AIDeployment.property_names()
        ),
    )


def _require_known(component: pulumi.Resource, opts: pulumi.ResourceOptions, arguments: Mapping[str, str]) -> None:
    known = [*arguments, *OF_DEPLOYMENT]
    outputs = [*AIConfiguration.property_names(), *AIDeployment.property_names()]
    secret = {"additional_secret_outputs": opts.additional_secret_outputs}
    named = {option: getattr(opts, option) for option in ("ignore_changes", "replace_on_changes", "hide_diffs")}
    if wrong := unknown_name(named, known) or unknown_name(secret, [*known, *outputs]):
        raise pulumi.RunError(f"{type(component).__name__} {component.pulumi_resource_name!r}: {wrong}")
