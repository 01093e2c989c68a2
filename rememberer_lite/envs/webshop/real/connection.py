"""Pages from one address: nothing else is contacted, and neither size nor time is unlimited."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from rememberer_lite.llm.deadline import Deadline
from rememberer_lite.state import RemembererError, SettingError
from rememberer_lite.text import short, visible

if TYPE_CHECKING:
    import httpx

_HOW = "write it such as http://127.0.0.1:3000"
_START = "start WebShop there (python -m web_agent_site.app in its folder), or correct the url"

#: the limits, and what each may be: its types, the least and the most
LIMITS: dict[str, tuple[tuple[type, ...], float, float]] = {
    "timeout": ((int, float), 0.001, 1_000_000),
    "longest": ((int, float), 0.001, 1_000_000),
    "largest": ((int,), 1, 1_000_000_000),
    "retries": ((int,), 0, 10),
}


class ShopServerError(RemembererError):
    """A WebShop server was not reached, or did not answer as WebShop does."""


class Fetched(NamedTuple):
    """A page and the address that it came from."""

    html: str
    address: str


@dataclass
class Connection:
    """Reads pages of one server.

    Redirects are followed only on the same scheme, host and port. A proxy of the environment and a
    password file are ignored, because another host would be contacted. Only GET is used, which
    WebShop answers on all its pages without changing anything but the session's goal; so a request
    can be repeated after a dropped connection.

    Args:
        url: the root of the application.
        timeout: seconds for each wait: to connect, and for each part of an answer.
        longest: seconds for one page in all.
        largest: bytes of one page.
        retries: how often a request is repeated if the connection is refused or lost.

    Raises:
        ShopServerError: if the url is not an address.
        SettingError: if a limit is none.
    """

    url: str
    timeout: float = 30.0
    longest: float = 120.0
    largest: int = 1_000_000
    retries: int = 3
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _deadline: Deadline = field(default_factory=Deadline, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what is not an address, and what does not limit."""
        parts = _split(self.url)
        if parts is None or parts.username or parts.query or parts.fragment:
            raise ShopServerError(
                f"{short(str(self.url), 200)!r} is not the root of a server: {_HOW}"
            )
        self.url = self.url.strip().rstrip("/")
        for name, (kinds, least, most) in LIMITS.items():
            value = getattr(self, name)
            if type(value) not in kinds or not least <= value <= most:  # NaN is not between
                shown = short(visible(repr(value)), 80)
                raise SettingError(f"{name} is a number from {least:g} to {most:,}, not {shown}")

    def get(self, address: str, base: str = "") -> Fetched:
        """The page at an address, which may be relative to `base`.

        Raises:
            ShopServerError: if it cannot be had; the message says why, and what to do.
        """
        address = self._within(address, base or self.url + "/")
        for attempt in range(self.retries + 1):
            if attempt:
                time.sleep(0.1 * 2**attempt)
            try:
                with self._errors(address, last=attempt == self.retries):
                    return self._follow(address)
            except _LostError:
                continue
        raise AssertionError("the last attempt raises an error of its own")

    def close(self) -> None:
        """Close the connection; the next page opens another one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _follow(self, address: str) -> Fetched:
        end = time.monotonic() + self.longest
        for _ in range(4):
            html, onward = self._read(address, end)
            if not onward:
                return Fetched(html, address)
            address = self._within(onward, address)
        raise ShopServerError(f"{self.url} redirects in a circle: {_START}")

    def _read(self, address: str, end: float) -> tuple[str, str]:
        """The text of one answer, and the address to which it redirects, else ""."""
        watched = {"trace": self._deadline.watch}
        with (
            self._deadline.until(end, self._too_long),
            self._open().stream("GET", address, extensions=watched) as answer,
        ):
            if answer.has_redirect_location:
                return "", answer.headers["location"]
            self._check(answer)
            data = bytearray()
            for part in answer.iter_raw():
                data += part
                if len(data) > self.largest:
                    raise ShopServerError(
                        f"a page of {self.url} is larger than {self.largest:,} bytes, so it is not "
                        "WebShop's: correct the url, or raise `largest`"
                    )
                if time.monotonic() > end:
                    raise self._too_long()
        try:
            return data.decode("utf-8"), ""
        except UnicodeDecodeError as error:
            raise ShopServerError(
                f"a page of {self.url} is no UTF-8, as WebShop's are: {_START}"
            ) from error

    def _too_long(self) -> ShopServerError:
        return ShopServerError(
            f"a page of {self.url} took longer than {self.longest:g} seconds: "
            "look at the server, or raise `longest`"
        )

    def _check(self, answer: httpx.Response) -> None:
        kind = answer.headers.get("content-type", "").lower()
        if answer.status_code >= 500:
            raise ShopServerError(
                f"{self.url} failed ({answer.status_code}): its own log says why. A goal that it "
                "does not have fails so too"
            )
        if answer.status_code != 200:
            raise ShopServerError(
                f"{self.url} has no such page ({answer.status_code}), so it is not "
                f"WebShop: {_START}"
            )
        if "html" not in kind or answer.headers.get("content-encoding", "identity") != "identity":
            raise ShopServerError(
                f"{self.url} sent no plain HTML ({short(visible(kind), 80)}), so it is not "
                f"WebShop: {_START}"
            )

    def _within(self, address: str, base: str) -> str:
        """The address in full, if it is on the server that was named."""
        try:
            full = urljoin(base, address)
        except ValueError:  # an IPv6 address without its bracket
            full = address
        parts, own = _split(full), urlsplit(self.url)
        if parts is None or _origin(parts) != _origin(own) or parts.username:
            raise ShopServerError(
                f"{self.url} leads to another server ({short(visible(full), 200)}), which is not "
                "contacted: pass the url of the WebShop server itself"
            )
        return full

    def _open(self) -> httpx.Client:
        import httpx

        if self._client is None:
            self._client = httpx.Client(
                timeout=self.timeout,
                follow_redirects=False,
                trust_env=False,
                verify=self.url.startswith("https"),  # certificates take long to load
                headers={"Accept-Encoding": "identity"},
            )
        return self._client

    @contextmanager
    def _errors(self, address: str, last: bool) -> Iterator[None]:
        """Turn what the client raises into one error; what may pass is tried again."""
        import httpx

        try:
            yield
        except httpx.TimeoutException as error:
            raise ShopServerError(
                f"no answer from {self.url} within {self.timeout:g} seconds: the first page takes "
                "long while it loads its products; try again, or raise `timeout`"
            ) from error
        except httpx.TransportError as error:  # refused, lost in the middle, not HTTP
            if not last:
                raise _LostError from error
            raise ShopServerError(
                f"{self.url} cannot be reached, or breaks off ({_said(error)}), in "
                f"{self.retries + 1} attempts: {_START}"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise ShopServerError(
                f"{short(visible(address), 200)} is no address ({_said(error)}): {_HOW}"
            ) from error

    def __del__(self) -> None:
        if self.__dict__.get("_client") is not None:  # an environment that nobody closed
            with suppress(Exception):
                self.close()

    def __getstate__(self) -> dict[str, Any]:
        """Copies, and workers, open connections of their own."""
        return {**self.__dict__, "_client": None, "_deadline": Deadline()}


class _LostError(Exception):
    """A connection that was refused or lost, and may be there the next time."""


def _split(url: object) -> SplitResult | None:
    """An address in parts; None if it is not one."""
    if not isinstance(url, str) or not url.strip().isprintable():
        return None
    try:
        parts = urlsplit(url.strip())
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if known else None


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _said(error: Exception) -> str:
    return short(visible(str(error)), 200)
