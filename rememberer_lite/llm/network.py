"""Why a call failed: the network, a proxy, certificates, or the server's refusal."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Collection
from email.utils import parsedate_to_datetime
from typing import Any

from rememberer_lite.llm.address import Address
from rememberer_lite.llm.complaints import one_line, read_complaint
from rememberer_lite.llm.connections import MOST_BYTES, TooLargeError
from rememberer_lite.llm.errors import Fault, of_complaint

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def of_error(
    error: Exception, model: str, address: Address, connected: bool, sent: Collection[str]
) -> Fault:
    """What an exception of the client means.

    Args:
        error: what the `openai` package raised.
        model: the model that was asked for.
        address: the server's address.
        connected: whether the server has answered before, so that a refusal may be temporary.
        sent: the names of the request's options.
    """
    import openai

    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return Fault(
            f"no whole answer from {address.root} within the timeout",
            "raise timeout (a model on a laptop can need minutes), or ask again later",
            passing=True,
            billed=True,
        )
    if isinstance(error, TooLargeError) or isinstance(error.__cause__, TooLargeError):
        return Fault(
            f"the answer of {address.root} is longer than {MOST_BYTES:,} bytes",
            "check base_url: no chat model answers so",
            billed=True,
        )
    if isinstance(error, openai.APIStatusError):
        complaint = read_complaint(error.response.content)
        wait = _retry_after(error)
        return of_complaint(error.status_code, complaint, model, address, sent, wait)
    if isinstance(error, openai.APIConnectionError):
        return _of_connection(error, address, connected)
    if isinstance(error, UnicodeEncodeError):
        return Fault(
            f"the request cannot be written ({error.reason})",
            "the key, or base_url, contains a character that is not allowed there: copy it again",
        )
    return _of_environment(error) or Fault(
        f"the call failed: {type(error).__name__}: {one_line(str(error))}",
        "check model, base_url and api_key; if they are right, the installed openai package and "
        "the server do not understand each other",
    )


def _of_connection(error: Exception, address: Address, connected: bool) -> Fault:
    """The server was not reached, or was lost."""
    kind, root = type(error.__cause__).__name__, _root(error)
    if "CERTIFICATE_VERIFY_FAILED" in root:
        return Fault(
            f"the certificate of {address.root} is not trusted ({root})",
            "name the certificates of your network or server, a PEM file, in SSL_CERT_FILE",
        )
    if kind != "ProxyError" and re.search(r"WRONG_VERSION_NUMBER|record layer|packet length", root):
        return Fault(
            f"{address.root} does not speak https ({root})",
            "write http:// in base_url, or check its port",
        )
    proxies = _set(_PROXIES)
    by_proxy = f", or the proxy that {' and '.join(proxies)} names" if proxies else ""
    if kind == "ProxyError":
        return Fault(
            f"the proxy between here and {address.root} fails ({root})",
            f"correct {' or '.join(proxies) or 'the proxy'}, or name the host in NO_PROXY",
            passing=True,
        )
    if kind == "ConnectError":
        return Fault(
            f"no connection to {address.root} ({root})",
            f"start the server, and check the host and port of base_url{by_proxy}, and the network",
            passing=connected,
        )
    return Fault(
        f"the connection to {address.root} was lost ({root})",
        f"ask again later; if this persists, look at the server's log{by_proxy}",
        passing=True,
        billed=True,
    )


def _of_environment(error: Exception) -> Fault | None:
    """Faults caused by environment variables, before anything is sent."""
    proxies, certificates = _set(_PROXIES), _set(_CERTIFICATES)
    if isinstance(error, ImportError) and "socks" in str(error).lower():
        return Fault(
            f"{' and '.join(proxies)}: a SOCKS proxy needs the package socksio, which is missing",
            "pip install socksio, or name the server's host in NO_PROXY, or unset the variable",
        )
    if certificates and isinstance(error, (OSError, ssl.SSLError)):
        names = " and ".join(certificates)
        return Fault(
            f"{names}: the certificates cannot be read ({one_line(str(error))})",
            f"let {names} name a PEM file with certificates, or unset it",
        )
    if (proxies and isinstance(error, ValueError)) or "InvalidURL" in repr(type(error)):
        names = " and ".join(proxies) or "base_url"
        return Fault(
            f"{names} holds no address that can be used ({type(error).__name__})",
            f"write it in {names} such as http://host:3128, or unset the variable",
        )
    return None


def _retry_after(error: Any) -> float | None:
    """Seconds from the headers retry-after-ms and retry-after (a number or a date)."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    try:
        date = parsedate_to_datetime(headers["retry-after"])
        now = parsedate_to_datetime(headers["date"])  # the server's own clock: ours may be off
        return max(0.0, (date - now).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None


def _root(error: BaseException) -> str:
    """The message of the first cause."""
    while error.__cause__ is not None:
        error = error.__cause__
    return one_line(str(error) or type(error).__name__)


def _set(names: tuple[str, ...]) -> list[str]:
    """The variables that are set (never their values: a proxy's may hold a password)."""
    return [name for name in names if os.environ.get(name) or os.environ.get(name.lower())]
