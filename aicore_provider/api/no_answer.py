"""Says why a request got no answer, from the errors of requests, urllib3 and Python.

Their own texts are not shown, since they contain addresses and headers.
"""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass

import requests
import urllib3
from urllib3.util import parse_url

REQUEST_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, UnicodeError, OSError)
"""All errors of a request: requests does not wrap every error of urllib3 and Python."""

_UNSENDABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidJSONError,
    urllib3.exceptions.LocationValueError,
    UnicodeError,
)
_OF_ANSWER = urllib3.exceptions.InvalidHeader
"""Headers of an answer contradict each other. For those that it sends, requests has the same error as for these."""
_NOT_CONNECTED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
_REFUSED_BY_PROXY = re.compile(r"Tunnel connection failed: ((\d{3})[^\r\n]{0,200})")
_RETRYABLE_AT_PROXY = ("429", "5")
_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE")
_NO_PYSOCKS = "Missing dependencies for SOCKS support"


@dataclass(eq=False)
class NoAnswer(Exception):
    """A request that was not answered, with the `cause` for people.

    `was_sent` is False when no byte of it can have arrived, `retryable` when it would fail again. A failure `by_proxy`
    is the proxy's, not the service's.
    """

    cause: str
    was_sent: bool
    retryable: bool
    by_proxy: bool = False


def proxy_address(url: str) -> str:
    """The address of a proxy without user and password, for people. Without a scheme it is http.

    Raises:
        NoAnswer: it is no address, or its scheme is unknown.
    """
    invalid = NoAnswer("the URL of the proxy is not valid", was_sent=False, retryable=False, by_proxy=True)
    try:
        parts = parse_url(url if "//" in url else f"http://{url}")
    except urllib3.exceptions.LocationParseError:
        raise invalid from None
    # Where a password contains a slash or an at sign, the parser takes a part of it for the host.
    if not parts.host or "@" in url.rpartition(parts.host)[2] or parts.scheme not in _PROXY_SCHEMES:
        raise invalid
    return f"{parts.scheme}://{parts.netloc}"


def classify(error: Exception, proxy: str = "") -> NoAnswer:
    """Return what one of `REQUEST_ERRORS` means.

    `proxy` is the `proxy_address` of the proxy that the request went to; "" where it went to the service.
    """
    chain = _chain(error)
    # The file of trusted certificates is not there, or has none.
    is_missing = isinstance(error, OSError) and not isinstance(error, requests.RequestException)
    if is_missing or any(getattr(each, "reason", None) == "NO_CERTIFICATE_OR_CRL_FOUND" for each in chain):
        cause = "the file of trusted certificates cannot be read; see REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE"
        return NoAnswer(cause, was_sent=False, retryable=False)
    if _has(chain, ssl.SSLCertVerificationError):
        at_proxy = bool(proxy) and _has(chain, urllib3.exceptions.ProxyError)
        whose = f"the certificate of the proxy {proxy}" if at_proxy else "the server's certificate"
        return NoAnswer(f"{whose} could not be verified", was_sent=False, retryable=False, by_proxy=at_proxy)
    is_unsendable = isinstance(error, _UNSENDABLE) and not _has(chain, _OF_ANSWER)
    was_sent = not is_unsendable and not _has(chain, *_NOT_CONNECTED)
    if proxy and not was_sent:
        return _classify_proxy(error, chain, proxy)
    return NoAnswer(_cause(error, chain), was_sent=was_sent, retryable=not is_unsendable)


def _classify_proxy(error: Exception, chain: list[object], proxy: str) -> NoAnswer:
    texts = [str(each) for each in chain]
    retryable = False
    if refused := next(filter(None, map(_REFUSED_BY_PROXY.search, texts)), None):
        cause = f"the proxy {proxy} refused: {refused[1].strip()}"
        retryable = refused[2].startswith(_RETRYABLE_AT_PROXY)
    elif any(_NO_PYSOCKS in text for text in texts):
        cause = f"the proxy {proxy} speaks SOCKS, for which the package PySocks is missing"
    elif proxy.startswith("https:") and any(getattr(each, "reason", None) in _NO_TLS for each in chain):
        cause = f"the proxy {proxy} speaks no TLS; its URL may have to begin with http://"
    else:
        cause = f"no connection through the proxy {proxy}: {_cause(error, chain)}"
        retryable = not isinstance(error, _UNSENDABLE)
    return NoAnswer(cause, was_sent=False, retryable=retryable, by_proxy=True)


def _has(chain: list[object], *kinds: type[Exception]) -> bool:
    return any(isinstance(each, kinds) for each in chain)


def _chain(error: Exception) -> list[object]:
    """The errors inside an error of requests: urllib3 hides them in `args` and `reason`."""
    chain: list[object] = []
    pending: list[object] = [error]
    while pending:
        current = pending.pop()
        if current is None or any(current is known for known in chain):
            continue
        chain.append(current)
        if isinstance(current, BaseException):
            pending += [a for a in current.args if isinstance(a, BaseException)]
            pending += [getattr(current, "reason", None), current.__cause__, current.__context__]
    return chain


def _cause(error: Exception, chain: list[object]) -> str:
    if _has(chain, _OF_ANSWER):
        return "the headers of the answer contradict each other"
    if isinstance(error, (requests.exceptions.InvalidHeader, requests.exceptions.InvalidJSONError, UnicodeError)):
        return "it has characters or numbers that cannot be sent"
    if isinstance(error, _UNSENDABLE):
        return "the URL is not valid"
    if _has(chain, urllib3.exceptions.DecodeError):
        return "the answer could not be unpacked"
    if _has(chain, requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError):
        return "no answer in time"
    if _has(chain, requests.ConnectTimeout, socket.timeout):
        return "no connection in time"
    for cause in chain:
        if isinstance(cause, urllib3.exceptions.NameResolutionError):
            return "the host name could not be resolved"
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, ssl.SSLError):
            return cause.strerror.lower()
    return "the connection broke before an answer came"
