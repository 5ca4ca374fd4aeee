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
_NOT_CONNECTED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
_REFUSED_BY_PROXY = re.compile(r"Tunnel connection failed: ((\d{3})[^\r\n]{0,200})")
_RETRYABLE_AT_PROXY = ("429", "5")
_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE")
_NO_PYSOCKS = "Missing dependencies for SOCKS support"


@dataclass(eq=False)
class NoAnswer(Exception):
    """A request that was not answered.

    Attributes:
        cause: the reason, as a text for people.
        was_sent: False when no byte of the request can have arrived.
        retryable: False when the same request would fail again.
        by_proxy: True when the failure is the proxy's, not the service's.
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
    """Return what an error means.

    Args:
        error: one of `REQUEST_ERRORS`.
        proxy: `proxy_address` of the proxy that the request went to; "" where it went to the service.
    """
    if _has_no_authorities(error):
        cause = "the file of trusted certificates cannot be read; see REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE"
        return NoAnswer(cause, was_sent=False, retryable=False)
    if _is_certificate_error(error):
        at_proxy = bool(proxy) and any(isinstance(each, urllib3.exceptions.ProxyError) for each in _chain(error))
        whose = f"the certificate of the proxy {proxy}" if at_proxy else "the server's certificate"
        return NoAnswer(f"{whose} could not be verified", was_sent=False, retryable=False, by_proxy=at_proxy)
    is_unsendable = isinstance(error, _UNSENDABLE) and not _is_of_answer(error)
    was_sent = not is_unsendable and not any(isinstance(each, _NOT_CONNECTED) for each in _chain(error))
    if proxy and not was_sent:
        return _classify_proxy(error, proxy)
    return NoAnswer(_cause(error), was_sent=was_sent, retryable=not is_unsendable)


def _classify_proxy(error: Exception, proxy: str) -> NoAnswer:
    chain = _chain(error)
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
        cause = f"no connection through the proxy {proxy}: {_cause(error)}"
        retryable = not isinstance(error, _UNSENDABLE)
    return NoAnswer(cause, was_sent=False, retryable=retryable, by_proxy=True)


def _is_of_answer(error: Exception) -> bool:
    """True for headers of an answer that contradict each other; requests has the same error for those that it sends."""
    return any(isinstance(each, urllib3.exceptions.InvalidHeader) for each in _chain(error))


def _has_no_authorities(error: Exception) -> bool:
    """True when the file of trusted certificates is not there, or has none."""
    is_missing = isinstance(error, OSError) and not isinstance(error, requests.RequestException)
    return is_missing or any(getattr(cause, "reason", None) == "NO_CERTIFICATE_OR_CRL_FOUND" for cause in _chain(error))


def _is_certificate_error(error: Exception) -> bool:
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _chain(error))


def _chain(error: BaseException | object) -> list[object]:
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


def _cause(error: Exception) -> str:
    """Return the reason as a text for people."""
    if _is_of_answer(error):
        return "the headers of the answer contradict each other"
    if isinstance(error, (requests.exceptions.InvalidHeader, requests.exceptions.InvalidJSONError, UnicodeError)):
        return "it has characters or numbers that cannot be sent"
    if isinstance(error, _UNSENDABLE):
        return "the URL is not valid"
    chain = _chain(error)
    if any(isinstance(each, urllib3.exceptions.DecodeError) for each in chain):
        return "the answer could not be unpacked"
    if any(isinstance(each, (requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError)) for each in chain):
        return "no answer in time"
    if any(isinstance(each, (requests.ConnectTimeout, socket.timeout)) for each in chain):
        return "no connection in time"
    for cause in chain:
        if isinstance(cause, urllib3.exceptions.NameResolutionError):
            return "the host name could not be resolved"
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, ssl.SSLError):
            return cause.strerror.lower()
    return "the connection broke before an answer came"
