"""An address is compared by its origin: scheme, host and port; plain http is for this machine alone."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

PROVIDER_URL: Final = "https://api.anthropic.com"

_PORTS: Final = {"https": 443, "http": 80}
# Parsers disagree about these: what one takes for a host, another takes for something else.
_DOUBTFUL = re.compile(r"[\\\s\x00-\x20\x7f?#]")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, folded; "" where it is none."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def address_problem(url: str) -> str:
    """Why a base URL may not be used, as the rest of a sentence about it; "" where it may.

    The address itself is in no message: it could hold a password.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no address; it looks like https://host:port/path"
    if parts.scheme not in _PORTS or not host:
        return "is no web address; it starts with https://"
    if _DOUBTFUL.search(url):
        return "holds a space, a backslash, a “?” or a “#”, which no base URL has"
    if parts.username is not None or parts.password is not None:
        return "holds a user name or password; delete it, and store the key under [keys]"
    if parts.scheme == "http" and not _is_loopback(host):
        return f"asks {host} by plain http, where everyone on the way could read the key and the plans; use https"
    return ""


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
