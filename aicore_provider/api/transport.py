"""Sends one request and reads its answer: connections, certificates, proxies, limits of size and time."""

from __future__ import annotations

import contextlib
import functools
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from aicore_provider.api.address import is_loopback
from aicore_provider.api.credentials import Certificate, Credentials
from aicore_provider.api.errors import CredentialsError
from aicore_provider.api.no_answer import REQUEST_ERRORS, NoAnswer, classify, proxy_address
from aicore_provider.api.request_limits import RequestTimeouts
from aicore_provider.clock import Clock

LARGEST_ANSWER = 64 * 2**20
"""Bytes, unpacked. A page of the longest list has about a quarter of that."""
LARGEST_REFUSAL = 64 * 2**10
"""Bytes, unpacked, that are read of an answer which is no success."""

SUCCESS = range(200, 300)
"""Statuses."""
_CONNECTIONS = 64
"""Kept open. Of more calls at once, hardly any send at the same time: nearly all of them wait."""
_CHUNK = 64 * 2**10


@dataclass(frozen=True)
class Answer:
    """The answer to a request. Names of headers have any case; `is_whole` is False for a body above the limit."""

    status: int
    headers: Mapping[str, str]
    text: str
    is_whole: bool


class Transport:
    """The connections of one client. Safe for many threads."""

    def __init__(self, credentials: Credentials, clock: Clock, timeouts: RequestTimeouts) -> None:
        """Prepare the connections; opens none. Raises a CredentialsError for a client certificate that is no use."""
        self._clock = clock
        self._timeouts = timeouts
        self._session = requests.Session()
        # Cookies are the one thing in a requests session that threads would share and change.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["Accept"] = "application/json"
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.headers["User-Agent"] = "aicore-provider"
        adapter = _Adapter()
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        if credentials.certificate:
            # For the token endpoint alone: the API itself wants the token.
            self._session.mount(credentials.auth_url, _Adapter(_client_context(credentials.certificate)))

    def send(self, method: str, url: str, **options: Any) -> Answer:
        """Send one request and read its answer, of whatever status. The options are those of `requests`.

        Raises:
            NoAnswer: none came, or not all of it.
        """
        began = self._clock.now()
        try:
            response = self._session.request(
                method,
                url,
                timeout=(self._timeouts.connect_s, self._timeouts.read_s),
                # A redirect would carry the token to another host.
                allow_redirects=False,
                stream=True,
                **options,
            )
            with contextlib.closing(response):
                body, is_whole = self._read(response, began)
        except REQUEST_ERRORS as error:
            raise classify(error) from None
        return Answer(response.status_code, response.headers, body.decode("utf-8-sig", errors="replace"), is_whole)

    def _read(self, response: requests.Response, began: float) -> tuple[bytearray, bool]:
        """Return the body up to the limit, and whether that is all of it."""
        body = bytearray()
        wanted = LARGEST_ANSWER if response.status_code in SUCCESS else LARGEST_REFUSAL
        while len(body) <= wanted:
            # read1 returns what has arrived: waiting for a full piece would let a slow body go on without limit.
            piece = response.raw.read1(_CHUNK, decode_content=True)
            if not piece:
                return body, True
            body += piece
            if self._clock.now() - began > self._timeouts.answer_s:
                raise NoAnswer("the answer did not end in time", was_sent=True, retryable=True)
        # The beginning of an error is used; that of a success is not.
        return body[:LARGEST_REFUSAL], False


class _Adapter(HTTPAdapter):
    """Connections to hosts: never through a proxy to this machine, and with the client certificate if there is one."""

    def __init__(self, client_context: ssl.SSLContext | None = None) -> None:
        self._tls: dict[str, Any] = {"ssl_context": client_context} if client_context else {}
        super().__init__(pool_connections=2, pool_maxsize=_CONNECTIONS, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **(kwargs | self._tls))

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **(kwargs | self._tls))

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if issubclass(pool.ConnectionCls, HTTPSConnection):
            pool.ConnectionCls = _with_connect_errors(type(pool).ConnectionCls)
        return pool

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        # No cookie is ever sent back, and Python's reader of them breaks on odd ones, with a traceback on stderr.
        if original := getattr(resp, "_original_response", None):
            for name in ("Set-Cookie", "Set-Cookie2"):
                del original.msg[name]
        return super().build_response(req, resp)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        # Plain http, with a secret in it, is for this machine alone; a proxy is another one.
        proxies = {} if _is_this_machine(request.url) else kwargs.get("proxies")
        proxy = select_proxy(str(request.url), proxies)
        address = proxy_address(proxy) if proxy else ""
        try:
            return super().send(request, *args, **(kwargs | {"proxies": proxies}))
        except REQUEST_ERRORS as error:
            raise classify(error, address) from None


@functools.cache
def _with_connect_errors(connection: type[HTTPSConnection]) -> type[HTTPSConnection]:
    """The same kind of connection, which raises NewConnectionError for every failure before the request is sent.

    Otherwise a broken tunnel of a proxy, or a failed handshake, would look like an answer that broke off.
    """

    class Connection(connection):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            try:
                super().connect()
            except (OSError, HTTPException) as error:
                raise NewConnectionError(self, "not connected") from error

    return Connection


def _is_this_machine(url: str | None) -> bool:
    host = (urlsplit(url or "").hostname or "").rstrip(".")
    return is_loopback(host) or host.endswith(".localhost")


def _client_context(certificate: Certificate) -> ssl.SSLContext:
    """TLS that shows a client certificate. Python loads one from files only, so these exist for that moment."""
    context = create_urllib3_context()
    context.load_default_certs()
    try:
        with tempfile.TemporaryDirectory() as folder:
            # A temporary directory is readable by its owner alone.
            chain, key = Path(folder, "chain.pem"), Path(folder, "key.pem")
            chain.write_text(certificate.chain, encoding="ascii")
            key.write_text(certificate.key, encoding="ascii")
            context.load_cert_chain(chain, key, password=lambda: b"")
    except (ssl.SSLError, ValueError):
        raise CredentialsError(
            "The client certificate and its key are not a pair, or not PEM.\nTake both from one service key."
        ) from None
    except OSError as error:
        raise CredentialsError(
            f"No temporary file can be written, which the client certificate needs: {error.strerror}.\n"
            "Make room on the disk, or set TMPDIR to a folder that can be written."
        ) from None
    return context
