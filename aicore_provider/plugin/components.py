"""Constructs components: registers a component, its configuration and its deployment with Pulumi's engine.

The engine calls `Construct` with the address of its `pulumirpc.ResourceMonitor`, which a program talks to as well. What
a program declares as a component is registered there as the Python components register it, with the same names, so that
a program can move between both. Pulumi's SDK could register it too, but keeps monitor, stack and configuration of a
construct in settings of the process, and many constructs run at once.

While a construct waits for the registration of a part, the engine calls `Check`, `Create` and so on for that part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import alias_pb2, provider_pb2, resource_pb2, resource_pb2_grpc
from pydantic.alias_generators import to_camel

from aicore_provider import kinds
from aicore_provider.api.errors import AICoreError
from aicore_provider.components import (
    COMPONENTS,
    FILTER_TYPE,
    FILTERS,
    OF_DEPLOYMENT,
    Component,
    configuration_inputs,
    deployment_inputs,
    filter_problem,
    filter_text,
    first_name,
    of_foundation_model,
    paths,
    replacing_paths,
    secret_outputs,
    served_version,
    summary,
    unknown_name,
    wanted_version,
)
from aicore_provider.kinds.property import Properties
from aicore_provider.kinds.values import SECRET_INPUTS, UNKNOWN, is_secret_parameter, is_unknown, secret_inputs
from aicore_provider.plugin.outputs import DERIVED
from aicore_provider.plugin.values import from_engine, to_engine
from aicore_provider.resource_types import DYNAMIC_PREFIX, NATIVE_PREFIX, snake_case

_CONFIGURATION, _DEPLOYMENT = "AIConfiguration", "AIDeployment"
_OF_CONFIGURATION = ("executable_id", "scenario_id", "resource_group")
"""Inputs of the deployment that are outputs of the configuration under the same name."""


@dataclass(frozen=True)
class Told:
    """A value that an output tells, `UNKNOWN` included, and whether it is secret."""

    value: Any
    is_secret: bool = False


@dataclass(frozen=True)
class Registered:
    """A resource that the engine has taken up. An output that is missing is not known."""

    urn: str
    id: Any
    outputs: Properties

    def told(self, name: str) -> Told:
        """Return an output, or the id."""
        if name == "id":
            return Told(self.id)
        return Told(self.outputs.get(name, UNKNOWN), name in {first_name(each) for each in secret_inputs(self.outputs)})

    def parameter(self, key: str) -> Told:
        """Return a parameter of a configuration; "" where it has none of that name."""
        bindings = self.outputs.get("parameter_bindings", UNKNOWN)
        value = UNKNOWN if bindings is UNKNOWN else bindings.get(key, "")
        return Told(value, is_secret_parameter(secret_inputs(self.outputs), key))


def construct(
    request: provider_pb2.ConstructRequest, arguments: Properties, provider: str, context: grpc.ServicerContext
) -> provider_pb2.ConstructResponse:
    """Register a component with its parts, and return its outputs.

    `arguments` are those of the request, in the form of the kinds. `provider` is the reference to the provider that
    serves the parts; "" lets the engine choose.

    Raises:
        AICoreError: an argument or option is wrong, or a part has failed. The engine names the component.
    """
    name = request.type.removeprefix(NATIVE_PREFIX)
    if name not in COMPONENTS:
        raise AICoreError(f"there is no such component; there are {', '.join(COMPONENTS)}")
    if wrong := _problem(COMPONENTS[name], request, arguments):
        raise AICoreError(wrong)
    parts = _Parts(request, COMPONENTS[name], _normal(arguments, name), provider)
    with grpc.insecure_channel(request.monitorEndpoint, [("grpc.max_receive_message_length", -1)]) as channel:
        monitor = resource_pb2_grpc.ResourceMonitorStub(channel)

        def register(wanted: resource_pb2.RegisterResourceRequest) -> Registered:
            made = _answer(monitor.RegisterResource.future(wanted), context, wanted.type)
            return Registered(made.urn, made.id or UNKNOWN, from_engine(made.object))

        made = register(_component(request))
        configuration = register(parts.configuration(made.urn))
        deployment = register(parts.deployment(made.urn, configuration))
        state = _state(name, configuration, deployment)
        outputs = resource_pb2.RegisterResourceOutputsRequest(urn=made.urn, outputs=state)
        _answer(monitor.RegisterResourceOutputs.future(outputs), context, request.type)
    urns = provider_pb2.ConstructResponse.PropertyDependencies(urns=[configuration.urn, deployment.urn])
    return provider_pb2.ConstructResponse(urn=made.urn, state=state, stateDependencies=dict.fromkeys(state, urns))


def _answer(call: Any, context: grpc.ServicerContext, type_: str) -> Any:
    """Return the answer to a call of the monitor. The call ends with the construct, which the engine may end."""
    if not context.add_callback(call.cancel):
        call.cancel()
    try:
        return call.result()
    except grpc.FutureCancelledError:
        raise AICoreError("the command has ended") from None
    except grpc.RpcError as error:
        raise AICoreError(f"{type_} was not registered: {error.details()}") from None


# --- arguments --------------------------------------------------------------------------------------------------------


def _problem(component: Component, request: provider_pb2.ConstructRequest, arguments: Properties) -> str | None:
    """Return what is wrong with arguments and options, as far as no part tells it."""
    for key in arguments:
        if key not in (*component.arguments, SECRET_INPUTS.name):
            return f"there is no argument {to_camel(key)}; there are {', '.join(map(to_camel, component.arguments))}."
    for key in component.required:
        if arguments.get(key) in (None, ""):
            return f"{to_camel(key)} is missing."
    filters, type_ = arguments.get(FILTERS), arguments.get(FILTER_TYPE)
    if not (is_unknown(filters) or _are_filters(filters)):
        return f'{to_camel(FILTERS)} is a list such as [{{modelName: "gpt-5-mini", modelVersions: ["2025-08-07"]}}].'
    if wrong := filter_problem(filters, type_, to_camel):
        return wrong
    known = list(map(to_camel, [*component.of_configuration, *OF_DEPLOYMENT]))
    outputs = map(to_camel, [*_outputs(_CONFIGURATION), *_outputs(_DEPLOYMENT)])
    named = {"ignoreChanges": request.ignoreChanges, "replaceOnChanges": request.replaceOnChanges}
    secret = {"additionalSecretOutputs": request.additionalSecretOutputs}
    return unknown_name(named, known) or unknown_name(secret, [*known, *outputs])


def _are_filters(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_filter, value)))


def _is_filter(value: Any) -> bool:
    """Whether a value is `{modelName, modelVersions}`, the latter for some versions only."""
    if not (isinstance(value, Mapping) and value.keys() <= {"modelName", "modelVersions"}):
        return False
    versions = value.get("modelVersions") or []
    return isinstance(versions, list) and all(isinstance(each, str) for each in (value.get("modelName"), *versions))


def _normal(arguments: Properties, name: str) -> dict[str, Any]:
    """Return the arguments of a component as its parts get them."""
    normal = dict(arguments)
    if name == "ModelDeployment":
        normal["version"] = wanted_version(arguments.get("version"))
    if filters := arguments.get(FILTERS):
        normal[FILTERS] = UNKNOWN if is_unknown(filters) else filter_text(filters)
    else:
        normal[FILTERS] = None
    return normal


# --- what is registered -----------------------------------------------------------------------------------------------


def _component(request: provider_pb2.ConstructRequest) -> resource_pb2.RegisterResourceRequest:
    made = resource_pb2.RegisterResourceRequest(
        type=request.type,
        name=request.name,
        parent=request.parent,
        object=Struct(),
        acceptSecrets=True,
        supportsPartialValues=True,
        aliases=_aliases(request),
        dependencies=request.dependencies,
        providers=request.providers,
        protect=_given(request, "protect"),
        deletedWith=request.deletedWith,
        retainOnDelete=_given(request, "retainOnDelete"),
    )
    for event, names in request.resource_hooks.ListFields():
        getattr(made.hooks, event.name).extend(names)
    return made


@dataclass(frozen=True)
class _Parts:
    """The registrations of both parts of a component, with its arguments and options as each part has them."""

    request: provider_pb2.ConstructRequest
    component: Component
    arguments: Properties
    provider: str

    def configuration(self, parent: str) -> resource_pb2.RegisterResourceRequest:
        request, arguments = self.request, self.component.of_configuration
        inputs = configuration_inputs(self.component, self.arguments)
        made = self._part(_CONFIGURATION, parent, inputs, arguments)
        # A protected configuration could never be replaced, which every change of it does.
        made.protect = False
        made.ignoreChanges.extend(_camel(paths(_snake(request.ignoreChanges), arguments)))
        made.additionalSecretOutputs.extend(
            _camel(secret_outputs(_snake(request.additionalSecretOutputs), arguments, _outputs(_CONFIGURATION)))
        )
        return made

    def deployment(self, parent: str, configuration: Registered) -> resource_pb2.RegisterResourceRequest:
        request = self.request
        taken = {"configuration_id": configuration.told("id")}
        taken |= {key: configuration.told(key) for key in _OF_CONFIGURATION}
        inputs = {**deployment_inputs(self.arguments), **{key: each.value for key, each in taken.items()}}
        secret = [key for key, each in taken.items() if each.is_secret]
        made = self._part(_DEPLOYMENT, parent, inputs, OF_DEPLOYMENT, secret)
        made.dependencies.append(configuration.urn)
        for key in taken:
            made.propertyDependencies[to_camel(key)].urns.append(configuration.urn)
        made.ignoreChanges.extend(_camel(paths(_snake(request.ignoreChanges), OF_DEPLOYMENT)))
        made.additionalSecretOutputs.extend(
            _camel(secret_outputs(_snake(request.additionalSecretOutputs), OF_DEPLOYMENT, _outputs(_DEPLOYMENT)))
        )
        made.replaceOnChanges.extend(
            _camel(replacing_paths(_snake(request.replaceOnChanges), self.component.of_configuration))
        )
        made.deletedWith = request.deletedWith
        made.replace_with.extend(request.replace_with)
        for option in ("protect", "retainOnDelete", "deleteBeforeReplace"):
            if (given := _given(request, option)) is not None:
                setattr(made, option, given)
        made.deleteBeforeReplaceDefined = request.HasField("deleteBeforeReplace")
        for operation, duration in request.customTimeouts.ListFields():
            setattr(made.customTimeouts, operation.name, duration)
        # The oldest SDK does not know it.
        if _given(request, "replacement_trigger") is not None:
            made.replacement_trigger.CopyFrom(request.replacement_trigger)
        return made

    def _part(
        self,
        kind: str,
        parent: str,
        inputs: Properties,
        arguments: Mapping[str, str],
        more_secret: Iterable[str] = (),
    ) -> resource_pb2.RegisterResourceRequest:
        """Return a part; `arguments` are those that it gets, with their paths in it."""
        # The text of a filter is secret as a whole.
        secret = [FILTERS if first_name(each) == FILTERS else each for each in secret_inputs(self.arguments)]
        made = resource_pb2.RegisterResourceRequest(
            type=f"{NATIVE_PREFIX}{kind}",
            name=self.request.name,
            parent=parent,
            custom=True,
            object=to_engine(inputs, [*(paths(secret, arguments) or ()), *more_secret]),
            provider=self.provider,
            dependencies=self.request.dependencies,
            acceptSecrets=True,
            supportsPartialValues=True,
            aliases=[alias_pb2.Alias(spec=alias_pb2.Alias.Spec(type=f"{DYNAMIC_PREFIX}{kind}"))],
        )
        for name, found in self.request.inputDependencies.items():
            if snake_case(name) in arguments:
                key = to_camel(first_name(arguments[snake_case(name)]))
                made.propertyDependencies[key].urns.extend(found.urns)
        return made


def _aliases(request: provider_pb2.ConstructRequest) -> list[alias_pb2.Alias]:
    # With the oldest SDK they are URNs.
    return [alias_pb2.Alias(urn=each) if isinstance(each, str) else each for each in request.aliases]


def _given(request: Any, option: str) -> Any:
    """Return an option of a request; None where it is not given."""
    is_known = option in request.DESCRIPTOR.fields_by_name
    return getattr(request, option) if is_known and request.HasField(option) else None


def _outputs(kind: str) -> list[str]:
    return [*(each.name for each in kinds.load(kind).properties), *DERIVED.get(kind, ())]


def _snake(named: Iterable[str]) -> list[str]:
    """Return property paths with their first name as the tables have it."""
    return [snake_case(name) + path.removeprefix(name) for path in named for name in [first_name(path)]]


def _camel(named: Iterable[str] | None) -> list[str]:
    return [to_camel(name) + path.removeprefix(name) for path in named or () for name in [first_name(path)]]


# --- outputs ----------------------------------------------------------------------------------------------------------


def _state(name: str, configuration: Registered, deployment: Registered) -> Struct:
    """Return the outputs of a component, in the engine's form."""
    model = configuration.parameter("modelName")
    call = DERIVED[_DEPLOYMENT]["call"]
    # In a preview of a switch the service has not told the model yet, and the configuration has it.
    outputs = {**deployment.outputs, "model_name": model.value}
    calling = Told(call("" if deployment.id is UNKNOWN else deployment.id, outputs), model.is_secret)
    scenario = configuration.told("scenario_id")
    told = summary(
        configuration.told,
        lambda key: calling if key == "call" else deployment.told(key),
        _combined(of_foundation_model, scenario, model),
        _combined(of_foundation_model, scenario, configuration.parameter("modelVersion")),
    )
    found = {"deployment_id": told["id"], "deployment_url": told["url"], "url": told["url"], "call": calling}
    if name == "ModelDeployment":
        latest = configuration.told("latest_version")
        served = _combined(served_version, told["version"], deployment.told("model_version"), latest)
        found |= {"version": told["version"], "served_version": served}
    properties = {key: each.value for key, each in found.items()}
    properties["summary"] = {key: each.value for key, each in told.items()}
    secret = [key for key, each in found.items() if each.is_secret]
    return to_engine(properties, [*secret, *(f"summary.{key}" for key, each in told.items() if each.is_secret)])


def _combined(function: Callable[..., Any], *parts: Told) -> Told:
    """Return the result of a function of plain values, as `dynamic.outputs.combined` does."""
    values = [each.value for each in parts]
    return Told(UNKNOWN if any(map(is_unknown, values)) else function(*values), any(each.is_secret for each in parts))
