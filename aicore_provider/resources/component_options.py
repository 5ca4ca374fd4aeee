"""Translates the resource options of a component into options of its configuration and its deployment.

Pulumi itself passes `parent`, `provider`, `aliases` and transformations on to the children of a component, and lets
them wait for what the component depends on. The other options of a component have no effect on its children.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pulumi

from aicore_provider.resources.configuration import AIConfiguration
from aicore_provider.resources.deployment import AIDeployment

OF_DEPLOYMENT: Mapping[str, str] = {key: key for key in ("ttl", "take_over", "rollback", "verify")}
"""Arguments of every component that the deployment gets, with their paths there."""
OF_CONFIGURATION: Mapping[str, str] = {
    "executable_id": "executable_id",
    "resource_group": "resource_group",
    "configuration_name": "name",
    "version_id": "version_id",
    "take_over": "take_over",
}
"""Arguments of every component that the configuration gets. The deployment takes them from the configuration."""
_EVERYTHING = "*"
_NAME = re.compile(r"\w*")


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
        ignore_changes=_paths(opts.ignore_changes, arguments),
        hide_diffs=_paths(opts.hide_diffs, arguments),
        additional_secret_outputs=_outputs(opts, arguments, AIConfiguration.property_names()),
    )


def options_of_deployment(
    component: pulumi.Resource, opts: pulumi.ResourceOptions, arguments: Mapping[str, str]
) -> pulumi.ResourceOptions:
    """Return the options of the deployment that a component declares; arguments as for `options_of_configuration`."""
    # To a deployment, every change of its configuration is another `configuration_id`.
    replacing = {**dict.fromkeys(arguments, "configuration_id"), **OF_DEPLOYMENT}
    named = [_name(path) for path in opts.replace_on_changes or ()]
    return pulumi.ResourceOptions(
        parent=component,
        protect=opts.protect,
        delete_before_replace=opts.delete_before_replace,
        retain_on_delete=opts.retain_on_delete,
        custom_timeouts=opts.custom_timeouts,
        deleted_with=opts.deleted_with,
        replace_with=opts.replace_with,
        replacement_trigger=opts.replacement_trigger,
        replace_on_changes=_paths(named, replacing),
        ignore_changes=_paths(opts.ignore_changes, OF_DEPLOYMENT),
        hide_diffs=_paths(opts.hide_diffs, OF_DEPLOYMENT),
        additional_secret_outputs=_outputs(opts, OF_DEPLOYMENT, AIDeployment.property_names()),
    )


def _paths(named: Iterable[str] | None, arguments: Mapping[str, str]) -> list[str] | None:
    """Return the paths in one part for the paths that an option names, such as `parameter_bindings.plan`."""
    found = []
    for path in named or ():
        name = _name(path)
        if name in arguments:
            found.append(arguments[name] + path.removeprefix(name))
        elif path == _EVERYTHING:
            found.append(path)
    return list(dict.fromkeys(found)) or None


def _outputs(opts: pulumi.ResourceOptions, arguments: Mapping[str, str], properties: Iterable[str]) -> list[str] | None:
    """Return the outputs of one part that are to be secret: named directly, or by the argument that sets them."""
    paths = {**{key: key for key in properties}, **{key: _name(path) for key, path in arguments.items()}}
    return _paths(opts.additional_secret_outputs, paths)


def _require_known(component: pulumi.Resource, opts: pulumi.ResourceOptions, arguments: Mapping[str, str]) -> None:
    known = [*arguments, *(key for key in OF_DEPLOYMENT if key not in arguments)]
    outputs = list(dict.fromkeys([*known, *AIConfiguration.property_names(), *AIDeployment.property_names()]))
    for option, names in (
        ("ignore_changes", known),
        ("replace_on_changes", known),
        ("hide_diffs", known),
        ("additional_secret_outputs", outputs),
    ):
        for path in getattr(opts, option) or ():
            if path != _EVERYTHING and _name(path) not in names:
                who = f"{type(component).__name__} {component.pulumi_resource_name!r}"
                raise pulumi.RunError(f"{who}: {option} names {path!r}; known are {', '.join(names)}.")


def _name(path: str) -> str:
    """Return the first part of a property path; `*` for everything."""
    return path if path == _EVERYTHING else _NAME.match(path)[0]  # type: ignore[index]
