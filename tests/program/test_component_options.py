"""Which resource options of a component reach its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from aicore_provider import ExecutableDeployment, ModelDeployment, ModelFilter, OrchestrationDeployment
from tests.program.mocked_engine import run

Declare = Callable[[pulumi.ResourceOptions], pulumi.Resource]


def model(opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return ModelDeployment("it", model="gpt-5-mini", version="1", opts=opts)


def router(opts: pulumi.ResourceOptions) -> pulumi.Resource:
    filters = [ModelFilter("gpt-5")]
    return OrchestrationDeployment("it", model_filter_list=filters, model_filter_list_type="deny", opts=opts)


def own(opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return ExecutableDeployment("it", scenario_id="own-scenario", executable_id="own-executable", opts=opts)


def options_of_parts(declare: Declare, **options: Any) -> dict[str, pulumi.ResourceOptions]:
    """The options that a component gives to each part, by the end of its type."""
    found: dict[str, pulumi.ResourceOptions] = {}

    def note(args: pulumi.ResourceTransformationArgs) -> None:
        found[args.type_.rpartition(":")[2]] = args.opts

    run(lambda: declare(pulumi.ResourceOptions(transformations=[note], **options)).urn)
    return found


@pytest.mark.parametrize("option", ["ignore_changes", "hide_diffs"])
@pytest.mark.parametrize(
    ("declare", "named", "configuration", "deployment"),
    [
        (model, ["model"], ["parameter_bindings.modelName"], None),
        (model, ["version", "ttl"], ["parameter_bindings.modelVersion"], ["ttl"]),
        (model, ["executable_id", "resource_group"], ["executable_id", "resource_group"], None),
        (model, ["configuration_name", "version_id"], ["name", "version_id"], None),
        (model, ["take_over", "rollback"], ["take_over"], ["take_over", "rollback"]),
        (model, ["*"], ["*"], ["*"]),
        (router, ["model_filter_list"], ["parameter_bindings.modelFilterList"], None),
        (router, ["model_filter_list_type"], ["parameter_bindings.modelFilterListType"], None),
        (own, ["parameters", "artifacts"], ["parameter_bindings", "input_artifact_bindings"], None),
        (own, ['parameters["a.b"]', "parameters.plan"], ['parameter_bindings["a.b"]', "parameter_bindings.plan"], None),
        (own, ["scenario_id"], ["scenario_id"], None),
        (own, [], None, None),
        (own, None, None, None),
    ],
)
def test_arguments_become_the_properties_of_the_parts(
    option: str,
    declare: Declare,
    named: list[str] | None,
    configuration: list[str] | None,
    deployment: list[str] | None,
) -> None:
    found = options_of_parts(declare, **{option: named})
    assert getattr(found["AIConfiguration"], option) == configuration
    assert getattr(found["AIDeployment"], option) == deployment


@pytest.mark.parametrize(
    ("named", "replaces"),
    [
        (["model"], ["configuration_id"]),
        (["model", "version"], ["configuration_id"]),
        (["rollback"], ["rollback"]),
        (["*"], ["*"]),
        (None, None),
    ],
)
def test_a_deployment_sees_a_changed_model_as_another_configuration(
    named: list[str] | None, replaces: list[str] | None
) -> None:
    found = options_of_parts(model, replace_on_changes=named)
    assert found["AIDeployment"].replace_on_changes == replaces
    assert found["AIConfiguration"].replace_on_changes is None, "each change of it replaces it anyway"


def test_secret_outputs_are_those_of_the_parts() -> None:
    found = options_of_parts(own, additional_secret_outputs=["parameters", "tenant", "status"])
    assert found["AIConfiguration"].additional_secret_outputs == ["parameter_bindings", "tenant"]
    assert found["AIDeployment"].additional_secret_outputs == ["tenant", "status"]


def test_what_keeps_or_replaces_or_waits_is_meant_for_the_deployment() -> None:
    options: dict[str, Any] = {
        "protect": True,
        "delete_before_replace": True,
        "retain_on_delete": True,
        "custom_timeouts": pulumi.CustomTimeouts(create="1h"),
        "replacement_trigger": "1",
    }
    found = options_of_parts(model, **options)
    assert {key: getattr(found["AIDeployment"], key) for key in options} == options
    unset = {key: getattr(found["AIConfiguration"], key) for key in options}
    assert unset == dict.fromkeys(options) | {"protect": False}


@pytest.mark.parametrize("option", ["ignore_changes", "replace_on_changes", "hide_diffs", "additional_secret_outputs"])
@pytest.mark.parametrize("declare", [model, router, own])
def test_a_name_that_the_component_does_not_have_is_refused(option: str, declare: Declare) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        options_of_parts(declare, **{option: ["parameter_bindings_"]})
    assert f"{option} names 'parameter_bindings_'; known are " in str(caught.value)


@pytest.mark.parametrize("secret", [False, True])
def test_outputs_tell_what_runs_where_a_change_is_ignored(secret: bool) -> None:
    before: pulumi.Input[str] = pulumi.Output.secret("gemini-2.5-flash") if secret else "gemini-2.5-flash"
    found: list[Any] = []

    def kept(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """What the engine does for `ignore_changes`: the inputs of before, secret where they were."""
        if not args.type_.endswith(":AIConfiguration"):
            return None
        bindings = {"modelName": before, "modelVersion": "001"}
        return pulumi.ResourceTransformationResult({**args.props, "parameter_bindings": bindings}, args.opts)

    async def look(outputs: list[pulumi.Output[Any]]) -> None:
        for each in outputs:
            found.append((await each.future(), await each.is_secret()))

    def declare() -> pulumi.Output[None]:
        opts = pulumi.ResourceOptions(transformations=[kept])
        made = ModelDeployment("it", model="gemini-2.5-pro", version="002", executable_id="gcp-vertexai", opts=opts)
        told = [pulumi.Output.from_input(made.summary["model"]), made.version, made.call]
        return pulumi.Output.from_input(look(told))

    run(declare)
    (model_name, is_secret), (version, _), (call, call_is_secret) = found
    assert (model_name, version) == ("gemini-2.5-flash", "001")
    assert call["url"].endswith("/models/gemini-2.5-flash:generateContent")
    assert (is_secret, call_is_secret) == (secret, secret), "a secret of before is none that may be shown now"


def test_a_filter_that_is_none_is_told_in_words() -> None:
    filters: Any = [{"modelName": "gpt-5"}]
    with pytest.raises(
        pulumi.RunError, match=r"OrchestrationDeployment .*: model_filter_list is a list of ModelFilter"
    ):
        OrchestrationDeployment("it", model_filter_list=filters, model_filter_list_type="deny")
