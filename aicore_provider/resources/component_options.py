"""What the resource options of a component mean for its two parts.

Pulumi itself hands `parent`, `provider`, `aliases` and transformations on to the children of a component, and lets them
wait for what the component depends on. What else is said of the component would silently have no effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pulumi

from aicore_provider.resources.configuration import AIConfiguration
from aicore_provider.resources.deployment import AIDeployment

OF_DEPLOYMENT: Mapping[str, str] = {key: key for key in ("ttl", "take_over", "rollback")}
"""The arguments of every component that are the deployment's, with their paths in it."""
OF_CONFIGURATION: Mapping[str, str] = {
    "executable_id": "executable_id",
    "resource_group": "resource_group",
    "configuration_name": "name",
    "version_id": "version_id",
    "take_over": "take_over",
}
"""The same of the configuration; the deployment has these from there."""
_EVERYTHING = "*"
_NAME = re.compile(r"\w*")


def options_of_configuration(
    component: pulumi.Resource, opts: pulumi.ResourceOptions, arguments: Mapping[str, str]
) -> pulumi.ResourceOptions:
    """The options of the configuration that a component makes.

    Args:
        component: parent of both parts.
        opts: the component's.
        arguments: the component's arguments that are the configuration's, with their paths in it.

    Raises:
        pulumi.RunError: an option names what the component does not have.
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
    """The options of the deployment that a component makes; `arguments` as for `options_of_configuration`."""
    # All that a deployment sees of a change of its configuration is another id.
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
    """The paths in a part of what an option names, with what follows the argument: `parameters.plan`, say."""
    found = []
    for path in named or ():
        name = _name(path)
        if name in arguments:
            found.append(arguments[name] + path.removeprefix(name))
        elif path == _EVERYTHING:
            found.append(path)
    return list(dict.fromkeys(found)) or None


def _outputs(opts: pulumi.ResourceOptions, arguments: Mapping[str, str], properties: Iterable[str]) -> list[str] | None:
    """The outputs of a part that are to be secret: named themselves, or by an argument that makes them up."""
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
    """The first part of a property path; `*` for everything."""
    return path if path == _EVERYTHING else _NAME.match(path)[0]  # type: ignore[index]
