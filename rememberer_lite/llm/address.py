"""The address of a server: which parts may be shown, and what its requests need."""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from rememberer_lite.llm.base import LLMError
from rememberer_lite.llm.secret import Secret
from rememberer_lite.text import visible

_HERE = re.compile(r"(?:.+\.)?localhost[46]?(?:\.localdomain[46]?)?|ip6-(?:localhost|loopback)")
_CALL = re.compile(r"/(?:(?:chat/)?completions|responses|models|embeddings)/?$")
#: what no host's name can hold
_NO_HOST = re.compile(r"[\s\\<>^`{|}\"]")


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """A base_url, taken apart.

    Attributes:
        root: scheme, host and path: the part that may be shown.
        host: of the server.
        login: "name:password", or "".
        query: what follows "?": often a key, or Azure's api-version.
    """

    root: str
    host: str
    login: str
    query: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return repr(self.root)

    @property
    def secrets(self) -> list[str]:
        """The parts that must not be shown."""
        name, _, password = self.login.partition(":")
        values = [value for key, value in self.query if key != "api-version"]
        login = [self.login, password or name, self._basic] if self.login else []
        return [text for text in (*login, *values) if text]

    @property
    def _basic(self) -> str:
        return base64.b64encode(self.login.encode()).decode()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return "/".join(self.root.split("/")[:3])

    @property
    def hint(self) -> str:
        """What may be wrong with the address if the server does not know it."""
        if re.search(r"/v\d", self.root):
            return "base_url is not the root of such an API, which usually ends in /v1"
        return "base_url is not the root of such an API: write /v1 at its end"

    def headers(self, key: Secret) -> dict[str, str]:
        """What a request says beside the usual key."""
        headers = {"Authorization": f"Basic {self._basic}"} if self.login else {}
        if any(name == "api-version" for name, _ in self.query):
            headers["api-key"] = key.reveal()  # Azure's own name for it
        return headers


def read_address(url: Any) -> Address:
    """Take `url` apart.

    Raises:
        LLMError: if it is not an address, or is that of a single call and not of the API.
    """
    example = "write it such as http://localhost:11434/v1"
    try:
        if not isinstance(url, str):
            raise ValueError("not a text")
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:  # an IPv6 address without its bracket, a port that is not a number
        host = None
    if (
        not host
        or _NO_HOST.search(host)
        or parts.scheme not in ("http", "https")
        or visible(url.strip()) != url.strip()
    ):
        raise LLMError(
            f"base_url is not an address. Fix: {example}, with http:// or https:// before the host"
        )
    login, _, place = parts.netloc.rpartition("@")
    root = urlunsplit((parts.scheme, place, parts.path, "", ""))
    if call := _CALL.search(parts.path):
        short = root.removesuffix(call[0])
        raise LLMError(f"base_url names one call of the API. Fix: write its root, {short!r}")
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Address(root, host, unquote(login), query)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, however it is spelled.

    >>> [is_loopback(host) for host in ("LOCALHOST.", "127.1.2.3", "[::ffff:127.0.0.1]", "a.org")]
    [True, True, True, False]
    """
    name = unicodedata.normalize("NFKC", host).strip("[]").rstrip(".").lower()
    if _HERE.fullmatch(name):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.inet_aton(name))  # 127.1, 0x7f000001
        except (OSError, ValueError):
            return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)
