"""The user's own settings: from their configuration folder and the server's environment, never from a workspace.

What is wrong is a message, and what held before stays in force; no file and no variable makes it raise.
Where what is wrong decides who is asked, or what is sent, no model is asked until it is mended: a default would send
what the user may have forbidden.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from plansmith.workspace.address import PROVIDER_URL, address_problem, origin_of
from plansmith.workspace.settings import FLAG, MAP, NUMBER, TABLE, TEXT, WORD, Setting
from plansmith.workspace.validation import Mistake, Path, Validation, suggestion

CONFIGURATION_NAME: Final = "config.toml"
FOLDER_VARIABLE: Final = "PLANSMITH_CONFIG_DIR"
PREFIX: Final = "PLANSMITH_"

KEY_VARIABLE: Final = "ANTHROPIC_API_KEY"
URL_VARIABLE: Final = "ANTHROPIC_BASE_URL"
TOKEN_VARIABLE: Final = "ANTHROPIC_AUTH_TOKEN"
PROFILE_VARIABLE: Final = "ANTHROPIC_PROFILE"
HEADERS_VARIABLE: Final = "ANTHROPIC_CUSTOM_HEADERS"
OWN_KEY_VARIABLE: Final = "PLANSMITH_API_KEY"
OWN_ORIGIN_VARIABLE: Final = "PLANSMITH_API_KEY_ORIGIN"

AUTO: Final = "auto"
ANTHROPIC: Final = "anthropic"
OFFLINE: Final = "offline"

_MAX_FILE: Final = 1_000_000  # bytes
_KEYS: Final = "keys"
_ADDRESSES: Final = ("base-url",)
_FOLDERS: Final = ("cache-folder", "prompts-folder")
_GUARDED: Final = ("provider", "base-url", "send")

USER: Final = Setting(
    "user",
    TABLE,
    "The settings of a user.",
    fields=(
        Setting(
            "provider",
            WORD,
            "Who writes: a model, or the embedded planner; `auto` is the model where a key or an own endpoint is set.",
            default=AUTO,
            choices=(AUTO, ANTHROPIC, OFFLINE),
        ),
        Setting("model", TEXT, "The model's name, as its provider spells it.", default="claude-sonnet-5-5", most=200),
        Setting(
            "effort",
            WORD,
            "How much effort the model puts into an answer; unset leaves it to the model.",
            choices=("low", "medium", "high", "xhigh", "max"),
        ),
        Setting("base-url", TEXT, "The address of another endpoint that speaks the Messages API.", most=400),
        Setting(
            _KEYS,
            MAP,
            "Keys by the origin that each belongs to, such as `https://api.anthropic.com`; none goes anywhere else.",
            each=Setting("*", TEXT, "A key."),
        ),
        Setting(
            "send",
            WORD,
            "What may be sent: the document alone, or also what a trusted workspace tells.",
            default="workspace",
            choices=("document", "workspace"),
        ),
        Setting("max-output", NUMBER, "The most tokens of one answer.", default=32_000, least=1, most=1_000_000),
        Setting(
            "context-budget",
            NUMBER,
            "The most bytes of the workspace that go along with a task.",
            default=100_000,
            least=0,
            most=10_000_000,
        ),
        Setting(
            "max-request-tokens",
            NUMBER,
            "The most tokens that one request may cost, its estimated input and its greatest output together.",
            default=200_000,
            least=1,
            most=100_000_000,
        ),
        Setting(
            "max-run-tokens",
            NUMBER,
            "The most tokens that one run may cost, input and output of all its requests together.",
            default=3_000_000,
            least=1,
            most=1_000_000_000,
        ),
        Setting(
            "ask-above",
            NUMBER,
            "Expanding a whole document asks first where its estimated tokens are more than this.",
            default=200_000,
            least=0,
            most=1_000_000_000,
        ),
        Setting("concurrency", NUMBER, "How many tasks are expanded at once.", default=3, least=1, most=32),
        Setting("connect-timeout", NUMBER, "Seconds to wait for a connection.", default=10, least=1, most=600),
        Setting(
            "silence-timeout",
            NUMBER,
            "Seconds of silence after which an answer is lost.",
            default=90,
            least=1,
            most=3600,
        ),
        Setting("retries", NUMBER, "How often a failed request is sent again.", default=3, least=0, most=8),
        Setting("cache-folder", TEXT, "The folder for plans that are kept; unset, the user's cache folder.", most=1000),
        Setting(
            "prompts-folder",
            TEXT,
            "The folder of prompts that replace ours; unset, `prompts` beside this file.",
            most=1000,
        ),
        Setting(
            "ambient-headers",
            FLAG,
            f"Whether the headers in `{HEADERS_VARIABLE}` are sent, to where the environment's key may go.",
            default=False,
        ),
        Setting(
            "ambient-credentials",
            FLAG,
            f"Whether `{TOKEN_VARIABLE}` and `{PROFILE_VARIABLE}` are used where no key is set.",
            default=False,
        ),
    ),
)
_FIELDS: Final = {setting.key: setting for setting in USER.fields}
_FILE: Final = "the file"
_UNASKED: Final = "no model is asked until it is mended"


@dataclass(frozen=True, slots=True)
class UserSettings:
    """What the user decided; sizes in tokens, bytes and seconds as the table `USER` says."""

    provider: str = AUTO
    model: str = "claude-sonnet-5-5"
    effort: str | None = None
    base_url: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """The stored keys by origin; in no representation."""
    send: str = "workspace"
    max_output: int = 32_000
    context_budget: int = 100_000
    max_request_tokens: int = 200_000
    max_run_tokens: int = 3_000_000
    ask_above: int = 200_000
    concurrency: int = 3
    connect_timeout: int = 10
    silence_timeout: int = 90
    retries: int = 3
    cache_folder: str = ""
    prompts_folder: str = ""
    ambient_headers: bool = False
    ambient_credentials: bool = False
    path: str = ""
    """Where the configuration file is, or would be; "" where no folder for it is known."""
    unread: str = ""
    """What can't be read of who is asked and what is sent, one line; while it stands, no model is asked."""
    mistakes: tuple[str, ...] = ()
    """What is wrong, one line for the user each."""


def load_user_settings(environment: Mapping[str, str]) -> UserSettings:
    """Read the user's file, and what the environment says over it."""
    return _Load(environment).run()


def choose_provider(settings: UserSettings, environment: Mapping[str, str]) -> Literal["anthropic", "offline"]:
    """Who writes: `auto` is the model where a key for its address, or an own endpoint, is configured.

    Where the user's settings can't be read, it is the model, which then says why it is not asked.
    """
    if settings.provider == AUTO and not settings.unread:
        address = settings.base_url or environment.get(URL_VARIABLE) or PROVIDER_URL
        return "anthropic" if origin_of(address) != PROVIDER_URL or _has_key(settings, environment) else "offline"
    return "offline" if settings.provider == OFFLINE else "anthropic"


def _has_key(settings: UserSettings, environment: Mapping[str, str]) -> bool:
    """Whether there is a key for the provider's own address."""
    own = environment.get(OWN_KEY_VARIABLE, "").strip()
    if own and origin_of(environment.get(OWN_ORIGIN_VARIABLE) or PROVIDER_URL) == PROVIDER_URL:
        return True
    ambient = (TOKEN_VARIABLE, PROFILE_VARIABLE) if settings.ambient_credentials else ()
    return PROVIDER_URL in settings.keys or any(environment.get(name, "").strip() for name in (KEY_VARIABLE, *ambient))


def find_user_mistakes(text: str) -> list[Mistake]:
    """What is wrong in the text of a user's file, each at its key; () for the syntax of the whole."""
    load = _Load({})
    load.read_text("", text)
    return load.located


class _Load:
    """One reading; `_mistakes` names the place of each, `located` its key in the file."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._mistakes: list[str] = []
        self.located: list[Mistake] = []
        self._path: Path = ()
        self._values: dict[str, Any] = {}
        self._keys: dict[str, str] = {}
        self._unread: dict[str, str] = {}  # the mistakes that keep every model from being asked, by their keys

    def run(self) -> UserSettings:
        named = self._environment.get(FOLDER_VARIABLE, "")
        folder = self._folder(FOLDER_VARIABLE, named)
        if named and not folder:
            self._unread[_FILE] = self._mistakes[-1]
        folder = folder or _user_folder("config")
        path = os.path.join(folder, CONFIGURATION_NAME) if folder else ""
        if path:
            self._read_file(path)
        self._read_environment()
        values = dict(self._values)
        values.setdefault("cache-folder", _user_folder("cache"))
        values.setdefault("prompts-folder", os.path.join(folder, "prompts") if folder else "")
        return UserSettings(
            **{key.replace("-", "_"): value for key, value in values.items()},
            keys=self._keys,
            path=path,
            unread=next(iter(self._unread.values()), ""),
            mistakes=tuple(self._mistakes),
        )

    def _read_file(self, path: str) -> None:
        text = self._text(path)
        if text is not None:
            self.read_text(path, text)

    def read_text(self, path: str, text: str) -> None:
        """Take what a file's text says; `path` stands in messages."""
        from plansmith.workspace.toml_text import parse_toml

        table, mistake = parse_toml(text)
        if mistake is not None:
            # What stands in the line is not shown: it may be a key.
            words = f"line {mistake.span.line + 1} is no valid TOML, so nothing here is in force"
            self._mistake(path, f"{words}, and {_UNASKED}", _FILE)
            return
        for key, value in table.items():
            self._path = (key,)
            if key == _KEYS:
                self._read_keys(path, value)
            elif key not in _FIELDS:
                self._unknown(path, key)
            else:
                self._take(path, key, value)
        self._path = ()

    def _mistake(self, place: str, message: str, unread: str = "") -> None:
        """Note what is wrong; `unread` is the key that keeps every model from being asked."""
        self._mistakes.append(f"{place}: {message}")
        if unread:
            self._unread[unread] = self._mistakes[-1]
        self.located.append(Mistake(self._path, f"{message[:1].upper()}{message[1:]}"))

    def _text(self, path: str) -> str | None:
        problem = ""
        data = b""
        try:
            with open(path, "rb") as file:
                data = file.read(_MAX_FILE + 1)
            if len(data) <= _MAX_FILE:
                return data.decode("utf-8-sig")
            problem = f"is not read: it is larger than {_MAX_FILE:,} bytes"
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            problem = "is not read: it is not UTF-8; save it in that encoding"
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its name is no file's"
            problem = f"can't be read, so nothing in it is in force: {reason}"
        self._mistakes.append(f"{path} {problem}; {_UNASKED}")
        self._unread[_FILE] = self._mistakes[-1]
        return None

    def _read_keys(self, path: str, table: Any) -> None:
        """Take the keys one by one; a message names their origins, and never a value."""
        if not isinstance(table, dict):
            self._mistake(path, f"“keys” is a table of keys by their origins, such as “{PROVIDER_URL}”")
            return
        for address, key in table.items():
            self._path = (_KEYS, address)
            origin = origin_of(address)
            problem = address_problem(address) if origin else "is no origin, such as “https://host”"
            if problem:
                self._mistake(path, f"an address under “keys” {problem}; its key is not used")
            elif not isinstance(key, str) or not key.strip():
                self._mistake(path, f"the key for {origin} is no text; it is not used")
            elif not key.strip().isascii() or not key.strip().isprintable():
                self._mistake(path, f"the key for {origin} holds a sign that no key has; store it again")
            else:
                self._keys[origin] = key.strip()

    def _read_environment(self) -> None:
        for key, setting in _FIELDS.items():
            name = variable_of(key)
            text = self._environment.get(name, "").strip()
            if key != _KEYS and text:
                self._take(name, key, _from_text(text, setting))

    def _take(self, place: str, key: str, value: Any) -> None:
        """Use a value if it is right; else say so, and what stays in force."""
        validation = Validation()
        taken: Any = None
        problem = ""
        if key in _ADDRESSES and isinstance(value, str) and value.strip():
            problem = address_problem(value.strip())
            # A password in it would stand in the message of the general check.
            taken = None if problem else value.strip()
            problem = f"“{key}” {problem}" if problem else ""
        else:
            taken = validation.table({key: value}, USER).get(key)
            problem = validation.mistakes[0].message if validation.mistakes else ""
        if taken is not None and key in _FOLDERS:
            taken = self._folder(place, taken) or None
            if taken is None:
                return
        if taken is not None:
            self._values[key] = taken
            self._unread.pop(key, None)
        elif problem and key in _GUARDED:
            self._mistake(place, f"{problem}; {_UNASKED}", key)
        elif problem:
            self._mistake(place, f"{problem}; {self._in_force(key)}")

    def _in_force(self, key: str) -> str:
        value = self._values.get(key, _FIELDS[key].default)
        if value is None:
            return "it stays unset"
        return f"{str(value).lower() if isinstance(value, bool) else value} stays in force"

    def _unknown(self, path: str, key: str) -> None:
        if key.casefold().replace("_", "-") in ("key", "api-key"):
            advice = f'a key stands under [keys] with its origin: "{PROVIDER_URL}" = "…"'
        else:
            advice = suggestion(key, _FIELDS) or "delete it"
        message = f"unknown setting “{key[:60] if key.isprintable() else '…'}”; {advice}"
        meant = next((known for known in _GUARDED if f"“{known}”" in advice), "")
        self._mistake(path, f"{message} {_UNASKED.capitalize()}" if meant else message, meant)

    def _folder(self, place: str, name: str) -> str:
        """An absolute folder, or "": one that depends on where we were started could lie in a workspace."""
        if not name:
            return ""
        folder = os.path.expanduser(name)
        if os.path.isabs(folder) and "\0" not in folder:
            return os.path.normpath(folder)
        self._mistake(place, "a folder is named by its whole path; this one is not used")
        return ""


def variable_of(key: str) -> str:
    """The variable of the environment that overrides a setting."""
    return PREFIX + key.upper().replace("-", "_")


def _from_text(text: str, setting: Setting) -> Any:
    """A variable's text as the value that a file would hold."""
    if setting.kind == NUMBER and text.isascii() and text.isdigit() and len(text) < 20:
        return int(text)
    if setting.kind == FLAG:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    return text.lower() if setting.kind == WORD else text


def _user_folder(kind: str) -> str:
    """The user's folder for our configuration or cache, as their system has it; "" where it has none."""
    import platformdirs

    find = platformdirs.user_config_dir if kind == "config" else platformdirs.user_cache_dir
    try:
        folder = find("plansmith", appauthor=False)
    except (OSError, RuntimeError, KeyError):
        return ""
    return folder if os.path.isabs(folder) else ""
