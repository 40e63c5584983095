"""Nothing paid for is lost: what was not inserted is a file in the user's cache folder until it is used or dismissed.

A file is one line of JSON that says what it is, and then the text just as the model wrote it. Only the user can read
it. Files that can't be read are no plans, and never an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from plansmith.plan.graph import TaskKey

COMPLETE: Final = "complete"
REFUSED: Final = "refused"
PARTIAL: Final = "partial"
Status: TypeAlias = Literal["complete", "refused", "partial"]
MOST_PLANS: Final = 200
LONGEST_AGE: Final = 90 * 24 * 3600.0  # seconds
LARGEST: Final = 64_000_000  # bytes

_FOLDER: Final = "kept"
_FORMAT: Final = 1
_NAME: Final = re.compile(r"([0-9a-f]{16})-(\d{20})-[0-9a-f]{8}\.md")
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan, or a part of one, that was not inserted."""

    name: str
    """Its own name among all kept plans."""
    uri: str
    """The document's, as its client names it."""
    task: TaskKey
    reason: str
    """Why it was not inserted, as the user was told."""
    status: Status
    """A whole plan that passes the rules, a whole one that does not, or a part of one."""
    wanted: tuple[str, ...]
    """The keys of the sections that were asked for."""
    text: str
    """What the model wrote, unchanged."""
    time: float
    """When it was kept, in seconds since 1970."""
    heading: str = ""
    """The words of the task's heading."""

    @property
    def called(self) -> str:
        """The task as messages speak of it."""
        return self.heading or self.task.name

    def keys_among(self, keys: Sequence[str]) -> list[str]:
        """Which of some keys to go on with: those that were asked for, where all of them are wanted still."""
        return list(self.wanted if self.wanted and set(self.wanted) <= set(keys) else keys)


class Keep:
    """The kept plans of a user; several servers may share the folder."""

    def __init__(
        self,
        cache_folder: str | os.PathLike[str],
        *,
        most: int = MOST_PLANS,
        longest_age: float = LONGEST_AGE,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`cache_folder` is the user's, of which a folder of our own is used; it is made when it is needed.

        Where it is "", or can't be written, plans are kept as long as this object is.
        """
        self._folder = os.path.join(os.fspath(cache_folder), _FOLDER) if os.fspath(cache_folder) else ""
        self._most = most
        self._age = longest_age
        self._now = now
        self._unwritten: dict[str, KeptPlan] = {}
        self._last = 0

    def keep(
        self,
        uri: str,
        task: TaskKey,
        text: str,
        *,
        reason: str,
        status: Status,
        wanted: Iterable[str] = (),
        heading: str = "",
    ) -> KeptPlan:
        """Keep a plan; never fails, and drops the oldest beyond the bounds."""
        moment = self._now()
        # Two plans of one moment, as coarse clocks give them, stay in their order.
        self._last = max(int(moment * 1e9), self._last + 1)
        name = f"{_hash(uri)}-{self._last:020}-{os.urandom(4).hex()}.md"
        plan = KeptPlan(name, uri, task, reason, status, tuple(wanted), text, moment, heading)
        try:
            self._write(plan)
        except OSError:
            self._unwritten[name] = plan
        self._prune(name)
        return plan

    def of(self, uri: str) -> list[KeptPlan]:
        """The plans of a document, the newest first."""
        start = f"{_hash(uri)}-"
        names = [name for name in self._names() if name.startswith(start)]
        plans = [plan for name in names if (plan := self.load(name)) is not None]
        return [plan for plan in reversed(plans) if plan.uri == uri]

    def of_task(self, uri: str, task: TaskKey) -> KeptPlan | None:
        """The newest plan of a task."""
        return next((plan for plan in self.of(uri) if plan.task == task), None)

    def whole(self, uri: str) -> set[TaskKey]:
        """The tasks of a document that cost nothing more: their newest plan can be inserted as it is."""
        newest: dict[TaskKey, KeptPlan] = {}
        for plan in self.of(uri):
            newest.setdefault(plan.task, plan)
        return {task for task, plan in newest.items() if plan.status == COMPLETE}

    def problem(self) -> str:
        """Why no plan can be kept in the folder, which is made; "" where they can."""
        if not self._folder:
            return "no such folder is known"
        probe = os.path.join(self._folder, f"{os.urandom(8).hex()}.tmp")
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            descriptor = os.open(probe, _FLAGS, 0o600)
            try:
                os.write(descriptor, b"\n")
            finally:
                os.close(descriptor)
                os.unlink(probe)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return f"{reason[:1].lower()}{reason[1:]}"
        return ""

    @property
    def folder(self) -> str:
        """Where the plans are."""
        return self._folder

    def path(self, plan: KeptPlan) -> str:
        """The file of a plan; "" where it could not be written, and is kept in memory only."""
        return "" if plan.name in self._unwritten else os.path.join(self._folder, plan.name)

    def load(self, name: str) -> KeptPlan | None:
        """One plan by its name; None where it is gone, broken or too old."""
        match = _NAME.fullmatch(name)
        if match is None or int(match[2]) / 1e9 < self._now() - self._age:
            return None
        return self._unwritten.get(name) or self._read(name)

    def remove(self, name: str) -> None:
        """Forget a plan that was used or dismissed; one that is gone already is no error."""
        self._unwritten.pop(name, None)
        if _NAME.fullmatch(name) and self._folder:
            with suppress(OSError):
                os.unlink(os.path.join(self._folder, name))

    def _names(self) -> list[str]:
        """The names of all plans, the oldest first."""
        names: list[str] = []
        if self._folder:
            with suppress(OSError):
                names = os.listdir(self._folder)
        found = {name for name in (*names, *self._unwritten) if _NAME.fullmatch(name)}
        return sorted(found, key=lambda name: name[17:])

    def _prune(self, newest: str) -> None:
        names = [name for name in self._names() if name != newest]
        oldest = self._now() - self._age
        spare = len(names) + 1 - self._most
        for number, name in enumerate(names):
            if number < spare or int(name[17:37]) / 1e9 < oldest:
                self.remove(name)
        # What a server that was killed left half written.
        with suppress(OSError):
            for name in os.listdir(self._folder or os.devnull):
                path = os.path.join(self._folder, name)
                if name.endswith(".tmp") and os.stat(path).st_mtime < oldest:
                    os.unlink(path)

    def _write(self, plan: KeptPlan) -> None:
        if not self._folder:
            raise FileNotFoundError
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        head = {
            "plansmith": _FORMAT,
            "uri": plan.uri,
            "groups": list(plan.task.groups),
            "task": plan.task.name,
            "nth": plan.task.nth,
            "reason": plan.reason,
            "status": plan.status,
            "wanted": list(plan.wanted),
            "time": plan.time,
            "heading": plan.heading,
        }
        # A model may write half a character; it is kept like all else.
        data = f"{json.dumps(head)}\n{plan.text}".encode("utf-8", "surrogatepass")
        temporary = os.path.join(self._folder, f"{plan.name}.tmp")
        descriptor = os.open(temporary, _FLAGS, 0o600)
        try:
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.replace(temporary, os.path.join(self._folder, plan.name))
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise

    def _read(self, name: str) -> KeptPlan | None:
        if not self._folder:
            return None
        path = os.path.join(self._folder, name)
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                return None
            with open(path, "rb") as file:
                data = file.read(LARGEST + 1)
            if len(data) > LARGEST:
                return None
            head, found, text = data.decode("utf-8", "surrogatepass").partition("\n")
            return _plan(name, json.loads(head), text) if found else None
        except (OSError, ValueError, RecursionError):
            return None


def _plan(name: str, head: Any, text: str) -> KeptPlan | None:
    """A plan from its file; None where something in it is not as we write it."""
    if not isinstance(head, dict) or head.get("plansmith") != _FORMAT:
        return None
    uri, task, nth, reason = head.get("uri"), head.get("task"), head.get("nth"), head.get("reason")
    groups, wanted, moment = _texts(head.get("groups")), _texts(head.get("wanted")), head.get("time")
    status, heading = head.get("status"), head.get("heading", "")
    if not isinstance(uri, str) or not isinstance(task, str) or not isinstance(reason, str):
        return None
    if type(nth) is not int or not isinstance(moment, (int, float)) or groups is None or wanted is None:
        return None
    if status in (COMPLETE, REFUSED, PARTIAL) and isinstance(heading, str):
        return KeptPlan(name, uri, TaskKey(groups, task, nth), reason, status, wanted, text, float(moment), heading)
    return None


def _texts(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _hash(uri: str) -> str:
    return hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()[:16]
