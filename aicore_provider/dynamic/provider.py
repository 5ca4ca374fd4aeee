"""`KindProvider` translates the calls that Pulumi makes of a dynamic provider, in the same way for every kind."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from aicore_provider import kinds
from aicore_provider.api.errors import AICoreError
from aicore_provider.dynamic.call import current_call
from aicore_provider.dynamic.failures import can_keep, clear_errors, failed_but_kept
from aicore_provider.urn import stack_name

if TYPE_CHECKING:
    from aicore_provider.kinds.call import Call
    from aicore_provider.kinds.kind import Kind
    from aicore_provider.kinds.session import Session


class KindProvider(ResourceProvider):
    """Base of the providers; `kind_name` is a key of `kinds.KINDS`.

    A program has these classes as well, and calls none of their methods. So what these need is imported in them.

    A program makes one without instance attributes, and only the plugin process sets some, in `configure`. Pulumi
    pickles a provider into the state; without attributes that is a reference to the class, so that another version of
    this package changes nothing in the state.
    """

    serialize_as_secret_always = False
    kind_name: ClassVar[str]

    _kind: Kind
    _session: Session

    @clear_errors
    def configure(self, req: ConfigureRequest) -> None:
        """Get the kind, and the session of this process. Sends nothing.

        Raises:
            AICoreError: a key about the checks has a value that is not allowed.
        """
        from aicore_provider.dynamic.process import PROCESS

        config = req.config
        self._kind = kinds.load(self.kind_name)
        self._session = PROCESS.session(config.get if config else lambda _: None, stack_name(current_call().urn))

    @clear_errors
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Return the inputs in their normal form, and what is wrong with them."""
        from aicore_provider.dynamic.values import to_engine
        from aicore_provider.kinds.values import secret_inputs

        with _serving(olds, news) as (call, (old, new)):
            checked = self._kind.check(self._session, call, old, new)
        secret = secret_inputs(checked.inputs)
        # With a complaint about a property the engine shows its value, also when it is secret.
        failures = [
            CheckFailure("", f"{each.property}: {each.reason}")
            if each.property in secret
            else CheckFailure(each.property, each.reason)
            for each in checked.failures
        ]
        return CheckResult(to_engine(checked.inputs), failures)

    @clear_errors
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Say what an `up` would do.

        An object that the provider plugin has made is due once, so that its properties get their names here.
        """
        from aicore_provider.dynamic.values import is_from_plugin

        with _serving(olds, news) as (call, (old, new)):
            difference = self._kind.diff(self._session, call, id_, old, new)
        # The engine compares and shows the single properties with None, and not with True.
        is_due = difference.is_due or (is_from_plugin(olds) and not difference.changed)
        changes = True if is_due else None if difference.changed else False
        return DiffResult(
            changes=changes,
            replaces=list(difference.replaces),
            delete_before_replace=difference.delete_before_replace or None,
        )

    @clear_errors
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the object."""
        from aicore_provider.dynamic.process import PROCESS
        from aicore_provider.dynamic.values import to_engine
        from aicore_provider.kinds.outcome import CreatedButFailed, Made

        with _serving(props) as (call, (inputs,)):
            outcome = self._kind.create(self._session, call, inputs)
        if isinstance(outcome, Made):
            return CreateResult(outcome.id, to_engine(outcome.outputs))
        PROCESS.debug_traceback(outcome.cause)
        if isinstance(outcome, CreatedButFailed):
            raise failed_but_kept(current_call(), outcome.id, to_engine(outcome.outputs), outcome.why)
        raise AICoreError(outcome.why)

    @clear_errors
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read the object from the service; without an id when it does not exist."""
        from aicore_provider.dynamic.values import to_engine
        from aicore_provider.kinds.outcome import Found

        with _serving(props) as (call, (outputs,)):
            outcome = self._kind.read(self._session, call, id_, outputs)
        if not isinstance(outcome, Found):
            return ReadResult("", {})
        inputs = None if outcome.inputs is None else to_engine(outcome.inputs)
        return ReadResult(outcome.id, to_engine(outcome.outputs), inputs)

    @clear_errors
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Bring the object to other inputs."""
        from aicore_provider.dynamic.values import is_from_plugin, to_engine
        from aicore_provider.kinds.outcome import Updated
        from aicore_provider.kinds.values import moved

        with _serving(olds, news) as (call, (old, new)):
            if is_from_plugin(olds) and not self._kind.diff(self._session, call, id_, old, new).is_any:
                return UpdateResult(to_engine(moved(self._kind.properties, old, new)))
            outcome = self._kind.update(self._session, call, id_, old, new)
        if isinstance(outcome, Updated):
            return UpdateResult(to_engine(outcome.outputs))
        raise failed_but_kept(current_call(), id_, to_engine(outcome.outputs), outcome.why)

    @clear_errors
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Remove the object, or forget it."""
        with _serving(props) as (call, (outputs,)):
            self._kind.delete(self._session, call, id_, outputs)


@contextmanager
def _serving(*properties: Mapping[str, Any]) -> Iterator[tuple[Call, list[dict[str, Any]]]]:
    """Serve the engine's call in this block, with its properties as a kind takes them. Their secrets are hidden."""
    from aicore_provider.dynamic.process import PROCESS
    from aicore_provider.dynamic.values import from_engine
    from aicore_provider.kinds.call import Call
    from aicore_provider.kinds.values import secret_texts

    asked = current_call()
    handed = [from_engine(each) for each in properties]
    for each in handed:
        PROCESS.concealed.add(secret_texts(each))
    is_active = functools.partial(PROCESS.is_active, asked.context)
    call = Call(
        urn=asked.urn,
        timeout_s=asked.timeout_s,
        old_inputs=asked.old_inputs,
        is_active=is_active,
        can_keep=lambda: is_active() and can_keep(asked),
    )
    with PROCESS.track_call(asked.context):
        yield call, handed
