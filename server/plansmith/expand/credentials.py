"""A credential belongs to one origin: to any other address none is sent, unless one is set for it.

The key of the environment goes to the provider's own address, or to the environment's own base URL; a stored key to
the origin it was stored for. Tokens, profiles and headers that merely lie around in the environment stay there, unless
the user's own configuration turns them on; then they go where the environment's key may go, and nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from plansmith.workspace.address import PROVIDER_URL, address_problem, origin_of
from plansmith.workspace.user import (
    HEADERS_VARIABLE,
    KEY_VARIABLE,
    OWN_KEY_VARIABLE,
    OWN_ORIGIN_VARIABLE,
    PROFILE_VARIABLE,
    TOKEN_VARIABLE,
    URL_VARIABLE,
    UserSettings,
)

from .errors import ModelError


@dataclass(frozen=True, slots=True)
class Access:
    """Where the model is, and what opens it; no secret is in any representation."""

    base_url: str
    key: str | None = field(repr=False)
    source: str  # where the key came from, in words
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Further headers, which only the user's own configuration can turn on."""
    profile: str | None = None
    """A profile of the provider's own tools, likewise."""

    @property
    def origin(self) -> str:
        """The address without its path, as messages name it."""
        return origin_of(self.base_url)

    @property
    def described(self) -> str:
        """The key as a message may speak of it: its source, its length and a short hash, no character of it."""
        if self.key is None:
            return f"from {self.source}" if self.profile else "(none was sent)"
        digest = hashlib.sha256(self.key.encode()).hexdigest()[:8]
        return f"from {self.source} ({len(self.key)} characters, sha256 {digest}…)"


def access_for(settings: UserSettings, environment: Mapping[str, str]) -> Access:
    """The address and the key that the user's settings and environment name.

    `ModelError` where there is no key, and where the settings that say who is asked can't be read.
    """
    if settings.unread:
        raise ModelError("settings", f"{settings.unread}; or use the offline planner")
    access = find_access(
        environment,
        settings.base_url,
        settings.keys,
        ambient_headers=settings.ambient_headers,
        ambient_credentials=settings.ambient_credentials,
    )
    if access is None:
        raise ModelError("no-key", missing_key_message(environment, settings.path))
    return access


def find_access(
    environment: Mapping[str, str],
    base_url: str | None,
    keys: Mapping[str, str],
    *,
    ambient_headers: bool = False,
    ambient_credentials: bool = False,
) -> Access | None:
    """The address to ask and the key for it; None where neither a key nor an own endpoint is configured.

    `base_url` is the user's own setting, `keys` the user's stored keys by origin. Raises `ModelError` for an address
    or a key that may not be used.
    """
    url = base_url or environment.get(URL_VARIABLE, "").strip() or PROVIDER_URL
    check_address(url, "base URL" if base_url or URL_VARIABLE not in environment else f"base URL in {URL_VARIABLE}")
    origin = origin_of(url)
    # The environment's own credentials go home, to the provider or to the environment's own base URL.
    is_home = origin in (PROVIDER_URL, origin_of(environment.get(URL_VARIABLE, "")))
    headers = _headers(environment.get(HEADERS_VARIABLE, "")) if ambient_headers and is_home else {}
    for source, key in _keys(environment, keys, origin, is_home, ambient_credentials):
        return Access(url, _usable(key, source), source, headers)
    profile = environment.get(PROFILE_VARIABLE, "").strip() if ambient_credentials and is_home else ""
    if profile:
        return Access(url, None, f"the profile that {PROFILE_VARIABLE} names", headers, profile)
    if origin == PROVIDER_URL:
        return None
    return Access(url, None, "nowhere", headers)


def check_address(url: str, name: str = "base URL") -> None:
    """Raise `ModelError` for an address that is no web address, carries a password, or is plain http to a far host."""
    problem = address_problem(url)
    if problem:
        raise ModelError("address", f"The {name} {problem}")


def missing_key_message(environment: Mapping[str, str], path: str = "") -> str:
    """What is said where a model is asked for and no key is found: where it was looked for, and what else could do.

    `path` is that of the user's configuration.
    """
    own, origin = environment.get(OWN_KEY_VARIABLE), environment.get(OWN_ORIGIN_VARIABLE)
    other = f"; {OWN_KEY_VARIABLE} belongs to {origin_of(origin) or 'another address'}" if own and origin else ""
    return (
        f"No key for {PROVIDER_URL} was found: not in {KEY_VARIABLE} or {OWN_KEY_VARIABLE} of the environment, and not "
        f"under [keys] in {path or 'the user’s configuration'}{other}; set one, or use the offline planner"
    )


def _keys(
    environment: Mapping[str, str], stored: Mapping[str, str], origin: str, is_home: bool, ambient: bool
) -> list[tuple[str, str]]:
    """The keys that belong to an origin, the most explicit first, each with its source."""
    found = [("the user's configuration", key) for address, key in stored.items() if origin_of(address) == origin]
    if origin == origin_of(environment.get(OWN_ORIGIN_VARIABLE) or PROVIDER_URL):
        found.append((f"the environment's {OWN_KEY_VARIABLE}", environment.get(OWN_KEY_VARIABLE, "")))
    if is_home:
        names = (KEY_VARIABLE, TOKEN_VARIABLE) if ambient else (KEY_VARIABLE,)
        found += [(f"the environment's {name}", environment.get(name, "")) for name in names]
    return [(source, key.strip()) for source, key in found if key.strip()]


def _usable(key: str, source: str) -> str:
    """The key, if it can stand in a header: the HTTP library shows one that can't, whole, in its own error."""
    if key.isascii() and key.isprintable():
        return key
    raise ModelError("refused-key", f"The key from {source} holds a sign that no key has; set it again")


def _headers(text: str) -> dict[str, str]:
    """The headers of `ANTHROPIC_CUSTOM_HEADERS`, one a line; those that can't be sent are left out."""
    pairs = (line.partition(":") for line in text.splitlines())
    found = {name.strip(): value.strip() for name, colon, value in pairs if colon}
    return {name: value for name, value in found.items() if name and (name + value).isascii() and value.isprintable()}
