"""Answers the calls of Pulumi's engine: translates each to one of a kind, and what comes of it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer
from pydantic.alias_generators import to_camel

from aicore_provider import kinds
from aicore_provider.api.errors import AICoreError
from aicore_provider.engine.failures import failure_metadata, init_failed
from aicore_provider.engine.process import ProviderProcess
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.outcome import CheckFailure, CreatedButFailed, Found, Made, Updated
from aicore_provider.kinds.property import Properties
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.values import SECRET_INPUTS, differ, moved, secret_inputs, secret_texts
from aicore_provider.plugin.components import construct
from aicore_provider.plugin.functions import FUNCTIONS
from aicore_provider.plugin.imported import inputs_for_code, located
from aicore_provider.plugin.outputs import before_create, before_update, with_derived
from aicore_provider.plugin.schema import package_schema, plugin_version
from aicore_provider.plugin.values import (
    DYNAMIC_PROVIDER,
    camel_path,
    configuration,
    from_engine,
    to_engine,
    with_secret,
)
from aicore_provider.resource_types import NATIVE_PREFIX, PACKAGE
from aicore_provider.urn import stack_name

Method = TypeVar("Method", bound=Callable[..., Any])

_urn: ContextVar[str] = ContextVar("urn", default="")


def current_urn() -> str:
    """Return the URN of the resource whose call this thread serves; "" for none."""
    return _urn.get()


class _Kept(Exception):
    """Ends a call that fails, although the state is to hold id and outputs."""

    def __init__(self, id_: str, outputs: Struct, inputs: Struct, why: str) -> None:
        super().__init__(why)
        self.id, self.outputs, self.inputs = id_, outputs, inputs


def _worded(method: Method) -> Method:
    """Decorate a method of the protocol, so that every error ends in a text without traceback and without secrets."""

    @wraps(method)
    def serve(self: Servicer, request: Any, context: grpc.ServicerContext) -> Any:
        _urn.set(getattr(request, "urn", ""))
        process = self._process
        try:
            return method(self, request, context)
        except _Kept as kept:
            text = process.clean(str(kept))
            metadata = failure_metadata(text, init_failed(kept.id, kept.outputs, text, kept.inputs))
        except Exception as error:
            text = process.text_of(error)
            metadata = failure_metadata(text)
        context.set_trailing_metadata(metadata)
        return context.abort(grpc.StatusCode.UNKNOWN, text)

    return serve  # type: ignore[return-value]


def _served(method: Method) -> Method:
    """Decorate a method as `_worded` does, and end every wait when the engine ends the call."""

    @wraps(method)
    def serve(self: Servicer, request: Any, context: grpc.ServicerContext) -> Any:
        with self._process.track_call(context):
            return method(self, request, context)

    return _worded(serve)  # type: ignore[return-value]


class Servicer(ResourceProviderServicer):
    """The provider of the package `aicore`, in one process for one service. Safe for many threads."""

    def __init__(self, process: ProviderProcess) -> None:
        self._process = process
        self._config: dict[str, str] = {}
        self._reference = ""
        """The engine's reference to this provider; "" where the engine has not told it."""

    # --- the package --------------------------------------------------------------------------------------------------

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:  # noqa: N802
        """Tell the version."""
        return plugin_pb2.PluginInfo(version=plugin_version())

    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:  # noqa: N802
        """Tell the package schema."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps(package_schema()))

    @_served
    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:  # noqa: N802
        """Make the service key a secret of the state. The first call about a resource refuses what is wrong.

        The engine does not tell here whether it is encrypted in the stack file (`CheckConfig` in
        `sdk/go/common/resource/plugin/provider_plugin.go`), so that one in plain text cannot be refused.
        """
        return provider_pb2.CheckResponse(inputs=with_secret(request.news, "serviceKey"))

    @_served
    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:  # noqa: N802
        """Say that no configuration replaces a provider: every object tells itself which service it is on."""
        is_same = request.olds == request.news
        changes = provider_pb2.DiffResponse.DIFF_NONE if is_same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=changes)

    @_served
    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:  # noqa: N802
        """Take the configuration. Sends nothing."""
        self._config, secret = configuration(request.args)
        self._reference = f"{request.urn}::{request.id}" if request.urn and request.id else ""
        self._process.concealed.add(secret)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Cancel(self, request: Empty, context: Any) -> Empty:  # noqa: N802
        """End every wait. No served call itself: the end of a command is when there is none."""
        self._process.cancel(context)
        return Empty()

    # --- functions ----------------------------------------------------------------------------------------------------

    @_served
    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:  # noqa: N802
        """Call a function."""
        arguments = from_engine(request.args)
        self._process.concealed.add(secret_texts(arguments))
        name = request.tok.removeprefix(NATIVE_PREFIX)
        if name not in FUNCTIONS:
            raise AICoreError(f"There is no function {request.tok}; there are {', '.join(FUNCTIONS)}.")
        found = to_engine(FUNCTIONS[name].call(self._session(""), arguments), ())
        return provider_pb2.InvokeResponse(**{"return": found})  # a word of Python

    # --- resources ----------------------------------------------------------------------------------------------------

    @_served
    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:  # noqa: N802
        """Return the inputs in their normal form, and what is wrong with them."""
        kind = _kind(request)
        olds, news = from_engine(request.olds), from_engine(request.news)
        always = {each.name for each in kind.inputs if each.is_secret and news.get(each.name) is not None}
        secret = secret_inputs(news) | always
        news |= {SECRET_INPUTS.name: sorted(secret)} if secret else {}
        with self._serving(request, context, olds, news) as (session, call):
            checked = kind.check(session, call, olds, news)
        return provider_pb2.CheckResponse(
            inputs=to_engine(checked.inputs, secret),
            failures=[self._complaint(each, secret) for each in checked.failures],
        )

    @_served
    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:  # noqa: N802
        """Say what an `up` would do, property by property."""
        kind = _kind(request)
        olds, news = from_engine(request.olds), from_engine(request.news)
        with self._serving(request, context, olds, news) as (session, call):
            difference = kind.diff(session, call, request.id, olds, news)
        before = call.old_inputs or olds
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME
            if difference.is_any or _is_dynamic(request.olds)
            else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=[camel_path(each) for each in difference.replaces],
            deleteBeforeReplace=difference.delete_before_replace,
            hasDetailedDiff=True,
            detailedDiff={
                path: _property_diff(old, new, replaces=name in difference.replaces)
                for name in difference.changed
                for path, old, new in _differences(to_camel(name), before.get(name), news.get(name))
            },
        )

    @_served
    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:  # noqa: N802
        """Make the object; in a preview, tell what is known of it."""
        kind, inputs = _kind(request), from_engine(request.properties)
        if request.preview:
            told = with_derived(kind, "", before_create(kind, inputs))
            return provider_pb2.CreateResponse(properties=to_engine(told, secret_inputs(inputs)))
        with self._serving(request, context, inputs) as (session, call):
            outcome = kind.create(session, call, inputs)
        if isinstance(outcome, Made):
            return provider_pb2.CreateResponse(
                id=outcome.id, properties=_outputs(kind, outcome.id, outcome.outputs, inputs)
            )
        self._process.debug_traceback(outcome.cause)
        if isinstance(outcome, CreatedButFailed):
            raise _Kept(
                outcome.id,
                _outputs(kind, outcome.id, outcome.outputs, inputs),
                request.properties,
                outcome.why,
            )
        raise AICoreError(outcome.why)

    @_served
    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:  # noqa: N802
        """Read the object from the service; without an id when it does not exist.

        An object without inputs is imported, or looked at with `get`.
        """
        kind, outputs, inputs = _kind(request), from_engine(request.properties), from_engine(request.inputs)
        is_managed, is_seen = bool(inputs.get("service_url")), bool(outputs.get("service_url"))
        id_, where = (request.id, {}) if is_managed else located(kind, request.id)
        if not is_managed:
            outputs = {key: value for key, value in outputs.items() if key != "service_url"} | where
        with self._serving(request, context, outputs, inputs) as (session, call):
            outcome = kind.read(session, call, id_, outputs)
        if not isinstance(outcome, Found):
            return provider_pb2.ReadResponse()
        if is_managed and outcome.inputs is not None:
            found_inputs = to_engine(outcome.inputs, secret_inputs(inputs))
        elif is_managed or is_seen:
            found_inputs = request.inputs
        else:
            found_inputs = to_engine(inputs_for_code(kind, outcome.outputs), ())
        return provider_pb2.ReadResponse(
            id=outcome.id, properties=_outputs(kind, outcome.id, outcome.outputs, outputs), inputs=found_inputs
        )

    @_served
    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:  # noqa: N802
        """Bring the object to other inputs; in a preview, tell what is known of it."""
        kind = _kind(request)
        olds, news = from_engine(request.olds), from_engine(request.news)
        if request.preview:
            told = with_derived(kind, request.id, before_update(kind, olds, news))
            return provider_pb2.UpdateResponse(properties=to_engine(told, secret_inputs(news)))
        with self._serving(request, context, olds, news) as (session, call):
            if _is_dynamic(request.olds) and not kind.diff(session, call, request.id, olds, news).is_any:
                # The object comes from a dynamic provider, and only its properties get other names.
                told = moved(kind.properties, olds, news)
                return provider_pb2.UpdateResponse(properties=_outputs(kind, request.id, told, news))
            outcome = kind.update(session, call, request.id, olds, news)
        outputs = _outputs(kind, request.id, outcome.outputs, news)
        if isinstance(outcome, Updated):
            return provider_pb2.UpdateResponse(properties=outputs)
        raise _Kept(request.id, outputs, request.news, outcome.why)

    @_served
    def Delete(self, request: Any, context: Any) -> Empty:  # noqa: N802
        """Remove the object, or forget it."""
        kind, outputs = _kind(request), from_engine(request.properties)
        with self._serving(request, context, outputs) as (session, call):
            kind.delete(session, call, request.id, outputs)
        return Empty()

    @_worded
    def Construct(self, request: Any, context: Any) -> provider_pb2.ConstructResponse:  # noqa: N802
        """Declare a component and its parts. That is no work at the service, for which the end of a call matters."""
        arguments = from_engine(request.inputs)
        self._process.concealed.add(secret_texts(arguments))
        return construct(request, arguments, self._reference, context)

    # --- shared -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _serving(self, request: Any, context: Any, *properties: Properties) -> Iterator[tuple[Session, Call]]:
        """Serve a call about one resource in this block. The secrets in its properties are hidden."""
        for each in properties:
            self._process.concealed.add(secret_texts(each))
        # A delete before a replacement has no inputs of its own, and an older engine tells none.
        old_inputs = getattr(request, "inputs", None) or getattr(request, "old_inputs", None)
        is_active = partial(self._process.is_active, context)
        call = Call(
            urn=request.urn,
            timeout_s=float(getattr(request, "timeout", 0.0)),
            old_inputs=from_engine(old_inputs) if old_inputs else None,
            is_active=is_active,
            can_keep=is_active,
        )
        yield self._session(request.urn), call

    def _session(self, urn: str) -> Session:
        return self._process.session(self._configured, stack_name(urn))

    def _configured(self, key: str) -> str | None:
        """Return a value of the provider's configuration by the key that a stack's configuration has for it."""
        return self._config.get(key.removeprefix(f"{PACKAGE}:"))

    def _complaint(self, failure: CheckFailure, secret: frozenset[str]) -> provider_pb2.CheckFailure:
        path, reason = self._process.clean(camel_path(failure.property)), self._process.clean(failure.reason)
        if failure.property in secret:
            # With a complaint about a property the engine shows its value, also when it is secret.
            return provider_pb2.CheckFailure(reason=f"{path}: {reason}")
        return provider_pb2.CheckFailure(property=path, reason=reason)


def _kind(request: Any) -> Kind:
    """Return the kind of the resource of a request. Raises an AICoreError for a type that the package does not have."""
    token = str(request.urn).split("::")[2].rpartition("$")[2]
    name = token.rpartition(":")[2]
    if name not in kinds.KINDS:
        raise AICoreError(f"There is no resource {token}; there are {', '.join(kinds.KINDS)}.")
    return kinds.load(name)


def _outputs(kind: Kind, id_: str, outputs: Properties, beside: Properties) -> Struct:
    """Return the outputs of an object in the engine's form, with the secrets of the properties `beside` as secrets."""
    return to_engine(with_derived(kind, id_, outputs), secret_inputs(beside))


def _is_dynamic(stored: Struct) -> bool:
    """Whether the properties in the state are those of a dynamic provider."""
    return DYNAMIC_PROVIDER in stored


def _differences(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Return path, old and new value of everything that differs; the paths are those of Pulumi's property paths."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        yield path, old, new
        return
    for key in sorted({*old, *new}):
        if differ(old.get(key), new.get(key)):
            yield f"{path}.{key}" if key.isidentifier() else f"{path}[{json.dumps(key)}]", old.get(key), new.get(key)


def _property_diff(old: Any, new: Any, *, replaces: bool) -> provider_pb2.PropertyDiff:
    change = "ADD" if old is None else "DELETE" if new is None else "UPDATE"
    kind = provider_pb2.PropertyDiff.Kind.Value(f"{change}_REPLACE" if replaces else change)
    return provider_pb2.PropertyDiff(kind=kind, inputDiff=True)
