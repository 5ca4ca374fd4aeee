"""The emulator as an HTTP server on the loopback interface, in this process.

Flask answers, werkzeug's threaded server listens. Its request handler closes every connection after one answer, which
no client of the service would see; ours keeps connections open as HTTP/1.1 does, and really closes one without an
answer when a fault says so.
"""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from aicore_provider.emulator.clock import Clock, SystemClock
from aicore_provider.emulator.faults import Faults
from aicore_provider.emulator.gateway import EVENT_STREAM, ConnectionDropped, Gateway
from aicore_provider.emulator.interventions import CascadeUpdate, Kill
from aicore_provider.emulator.journal import JournalEntry, harmless_query
from aicore_provider.emulator.pace import Pacing
from aicore_provider.emulator.routes import tenant_application, unprotected_application
from aicore_provider.emulator.service import DEFAULT_GROUP
from aicore_provider.emulator.state_file import StateFile
from aicore_provider.emulator.tenants import FIRST, named_tenants
from aicore_provider.emulator.tokens import DEFAULT_LIFETIME_S, Tokens
from aicore_provider.emulator.world import World

HOST = "127.0.0.1"
TENANT_ID = "e0000000-0000-4000-8000-000000000000"

_PATIENCE_S = 0.5
"""How long stopping waits for requests under way."""


class CannotListen(Exception):
    """The port cannot be used: another process listens on it, or it is reserved."""


class _Connections:
    """The connections that are open now, so that stopping can close them."""

    def __init__(self) -> None:
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()

    def add(self, connection: socket.socket) -> None:
        with self._changed:
            self._open.add(connection)

    def remove(self, connection: socket.socket) -> None:
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def close_all(self) -> None:
        with self._changed:
            for connection in self._open:
                _hang_up(connection)
            self._changed.wait_for(lambda: not self._open, timeout=_PATIENCE_S)


class _Handler(WSGIRequestHandler):
    """One connection: many requests after one another, each read and answered in one piece."""

    protocol_version = "HTTP/1.1"
    # Small answers on a connection that stays open would otherwise wait for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    connections: ClassVar[_Connections]
    verbose: ClassVar[bool]

    def setup(self) -> None:
        super().setup()
        self.connections.add(self.connection)

    def finish(self) -> None:
        self.connections.remove(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        self.environ = environ = self.make_environ()
        try:
            body = self._read_body(environ)
        except ValueError:
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        environ["wsgi.input"] = io.BytesIO(body)
        environ["wsgi.input_terminated"] = True
        try:
            response = Response.from_app(self.server.app, environ, buffered=True)
        except ConnectionDropped:
            self.close_connection = True
            _hang_up(self.connection)
            self.log_request("dropped")
            return
        content = response.get_data()
        streamed = response.mimetype == EVENT_STREAM and self.request_version == self.protocol_version
        if streamed:
            del response.headers["Content-Length"]
            response.headers["Transfer-Encoding"] = "chunked"
        else:
            response.headers["Content-Length"] = str(len(content))
        self.send_response(response.status_code)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if streamed:
            for event in content.split(b"\n\n")[:-1]:
                self.wfile.write(b"%x\r\n%s\n\n\r\n" % (len(event) + 2, event))
            self.wfile.write(b"0\r\n\r\n")
        elif self.command != "HEAD":
            self.wfile.write(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        # A request line that could not be read has no path.
        path, _, query = getattr(self, "path", "(unreadable)").partition("?")
        shown = harmless_query(path, query)
        status = code.value if isinstance(code, HTTPStatus) else code
        self.log("info", "%s %s%s %s", self.command or "?", path, f"?{shown}" if shown else "", status)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        if self.verbose:
            sys.stderr.write(f"{message % args}\n")
            sys.stderr.flush()

    def _read_body(self, environ: dict[str, Any]) -> bytes:
        """The whole body: what is left unread would be taken for the next request."""
        if environ.get("wsgi.input_terminated"):
            data: bytes = environ["wsgi.input"].read()
            environ["CONTENT_LENGTH"] = str(len(data))
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            return data
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length < 0:
            raise ValueError(length)
        return self.rfile.read(length)


class Emulator:
    """An emulated AI Core tenant with its authorization server.

    Args:
        transition_seconds: from POST or PATCH to RUNNING; stopping and deleting take a part of it. 0: everything at
            once.
        state: a file that keeps everything over restarts; None keeps it in memory.
        clock: where time comes from; the machine's own by default.
        faults: rules, see `aicore_provider.emulator.faults`.
        pace: a clock for each transition, see `aicore_provider.emulator.pace`.
        tenant_id: what tokens of the client `emulator` say in `zid`.
        tenants: names of further tenants; client id and secret of each are its name.
        default_orchestration: every tenant begins with what SAP makes at onboarding: a running orchestration
            deployment in the resource group `default`.
        token_seconds: life time of a token.
        verbose: a line on stderr for each request.

    Raises:
        StateFileError: the state file cannot be used.
        InvalidFaults: the rules break the format.
        InvalidPace: the pace does.
    """

    def __init__(
        self,
        *,
        transition_seconds: float = 2.0,
        state: Path | str | None = None,
        clock: Clock | None = None,
        faults: Sequence[Any] = (),
        pace: Mapping[str, Any] | None = None,
        tenant_id: str = TENANT_ID,
        tenants: Sequence[str] = (),
        default_orchestration: bool = False,
        token_seconds: int = DEFAULT_LIFETIME_S,
        verbose: bool = False,
    ) -> None:
        if transition_seconds < 0:
            raise ValueError("transition_seconds is negative")
        pacing = Pacing(transition_seconds, pace)
        rules = Faults(faults)
        self._tenants = named_tenants(tenant_id, tenants)
        self._world = World(
            self._tenants,
            None if state is None else StateFile(Path(state)),
            clock or SystemClock(),
            rules,
            pacing,
            default_orchestration=default_orchestration,
        )
        tokens = Tokens(self._tenants, self._world.clock, token_seconds)
        self._gateway = Gateway(
            self._world,
            tokens,
            unprotected_application(self._world, tokens),
            {each: tenant_application(service, each) for each, service in self._world.services.items()},
        )
        self._verbose = verbose
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._connections = _Connections()

    @classmethod
    @contextlib.contextmanager
    def running(cls, *, port: int = 0, host: str = HOST, **settings: Any) -> Iterator[Emulator]:
        """A running emulator, stopped at the end of the block. `settings` are the arguments of the class.

        Raises:
            CannotListen: the port cannot be used.
        """
        emulator = cls(**settings)
        try:
            emulator.start(port, host)
            yield emulator
        finally:
            emulator.stop()

    def start(self, port: int = 0, host: str = HOST) -> None:
        """Listen on a port, 0 picks a free one, of an interface, which is the loopback interface unless told otherwise.

        Raises:
            CannotListen: the port cannot be used.
        """
        handler = type("Handler", (_Handler,), {"connections": self._connections, "verbose": self._verbose})
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                # werkzeug would end the process when the port is taken.
                listening.bind((host, port))
                listening.listen(128)
            except OSError as error:
                raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror}") from None
            self._server = make_server(
                host, port, self._gateway, threaded=True, request_handler=handler, fd=listening.fileno()
            )
        self._thread = threading.Thread(target=self._server.serve_forever, name="aicore-emulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, close all connections and the state file."""
        if self._server is not None and self._thread is not None:
            ending = threading.Thread(target=self._server.shutdown)
            ending.start()
            # The listening thread looks up every half second, or when somebody knocks.
            with (
                contextlib.suppress(OSError),
                socket.create_connection((self._server.host, self._server.port), _PATIENCE_S),
            ):
                ending.join()
            self._thread.join()
            self._connections.close_all()
        self._world.close()

    @property
    def url(self) -> str:
        """Where it listens, without `/v2`."""
        if self._server is None:
            raise RuntimeError("the emulator is not running")
        return f"http://{self._server.host}:{self._server.port}"

    def environment(self, tenant: str = FIRST) -> dict[str, str]:
        """The environment variables with which a client of a tenant finds this emulator.

        Args:
            tenant: its name, which is its client id.
        """
        (client,) = (each for each in self._tenants if each.client_id == tenant)
        return {
            "AICORE_BASE_URL": self.url,
            "AICORE_AUTH_URL": self.url,
            "AICORE_CLIENT_ID": client.client_id,
            "AICORE_CLIENT_SECRET": client.client_secret,
            "AICORE_RESOURCE_GROUP": DEFAULT_GROUP,
        }

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock on."""
        with self._world.lock:
            self._world.advance(seconds)

    def cascade_update(
        self,
        deployment_id: str | None = None,
        *,
        model: str | None = None,
        version: str | None = None,
        to_model: str | None = None,
        to_version: str | None = None,
    ) -> list[str]:
        """Let the service re-point deployments by itself, as `aicore_provider.emulator.interventions` tells.

        Args:
            deployment_id: the one; or
            model: all that run or start with this model, and with
            version: this version, as the configuration says it.
            to_model: the model from then on; None: the same.
            to_version: the version from then on; None: the same. With neither the configuration stays.

        Returns:
            The ids of the deployments that were re-pointed.

        Raises:
            pydantic.ValidationError: neither or both of deployment_id and model.
            Refusal: the deployment is not there or in another status, or the version is not offered.
        """
        order = CascadeUpdate(
            deployment_id=deployment_id, model=model, version=version, to_model=to_model, to_version=to_version
        )
        with self._world.lock:
            return [record.id for record in order.carry_out(self._world)]

    def kill(self, deployment_id: str, *, status_details: Mapping[str, Any] | None = None) -> None:
        """Let a deployment die.

        Raises:
            Refusal: it is not there, or not alive.
        """
        with self._world.lock:
            Kill(status_details=dict(status_details or {})).carry_out(self._world, deployment_id)

    @property
    def faults(self) -> list[dict[str, Any]]:
        """The rules in force; assigning replaces them all and starts their counters again."""
        return self._world.faults.as_json()

    @faults.setter
    def faults(self, rules: Sequence[Any]) -> None:
        self._world.faults.replace(rules)

    @property
    def pace(self) -> dict[str, Any]:
        """The pace in force; assigning holds for operations from then on."""
        return self._world.pacing.as_json()

    @pace.setter
    def pace(self, pace: Mapping[str, Any]) -> None:
        with self._world.lock:
            self._world.pacing.replace(pace)

    @property
    def journal(self) -> list[JournalEntry]:
        """The requests so far, oldest first."""
        return self._world.journal.entries()

    def clear_journal(self) -> None:
        """Forget the requests so far."""
        self._world.journal.clear()


def _hang_up(connection: socket.socket) -> None:
    # The client may have been faster.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
