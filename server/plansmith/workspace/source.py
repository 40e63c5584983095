"""The text of a document as it lies on disk; what is no text is one clear line, and never a guess.

A byte order mark is no part of the text: editors don't show it, and count no column for it.
`write_document` puts it back, so that what was read and written is the same byte for byte.
"""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from typing import Final, NamedTuple

MAX_DOCUMENT: Final = 20 * 1024 * 1024  # bytes

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


class DocumentError(Exception):
    """A document that can't be read; the message is one line with its path and the reason."""


class Source(NamedTuple):
    r"""A document as it was read; line ends are as they are, `\r\n` too."""

    text: str
    data: bytes  # the file, byte for byte: what `write_document` expects to find


def read_document(path: str | os.PathLike[str], *, limit: int = MAX_DOCUMENT) -> Source:
    """Read a document; `DocumentError` where it is missing, unreadable, too large, or no UTF-8 text."""
    name = os.fspath(path)
    try:
        found = os.stat(name)
        if stat.S_ISDIR(found.st_mode):
            raise DocumentError(f"{name}: is a folder")
        if not stat.S_ISREG(found.st_mode):  # a pipe would block whoever opens it
            raise DocumentError(f"{name}: is no regular file")
        data = _read(name, min(found.st_size, limit) + 1)
    except FileNotFoundError:
        reason = "is a link that leads to no file" if os.path.islink(name) else "there is no such file"
        raise DocumentError(f"{name}: {reason}") from None
    except (OSError, ValueError) as error:
        raise DocumentError(f"{name}: can't be read: {_reason(error)}") from None
    if len(data) > limit:
        raise DocumentError(f"{name}: is larger than {limit:,} bytes")
    if data.startswith(_UTF_16):
        raise DocumentError(f"{name}: is UTF-16; save it as UTF-8")
    if b"\0" in data:
        raise DocumentError(f"{name}: is no text: there is a NUL at byte {data.index(0)}")
    try:
        return Source(data.decode("utf-8-sig" if data.startswith(BOM_UTF8) else "utf-8"), data)
    except UnicodeDecodeError as error:
        offset = error.start + (len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0)
        raise DocumentError(f"{name}: is not UTF-8 at byte {offset}; save it in that encoding") from None


def unread_message(reason: str) -> str:
    """What a finding says of a file that can't be read; `reason` is a `DocumentError`'s, without the path."""
    if reason.startswith("can't"):
        return f"This file {reason}"
    return f"This file is not read: {'it ' if reason.startswith('is ') else ''}{reason}"


def _read(name: str, size: int) -> bytes:
    """At least `size` bytes, where the file has them: it may grow while it is read."""
    descriptor = os.open(name, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        data = os.read(descriptor, size)
        if len(data) < size - 1:  # a large file may come in pieces
            pieces = [data]
            while data and sum(map(len, pieces)) < size:
                data = os.read(descriptor, size)
                pieces.append(data)
            data = b"".join(pieces)
        return data
    finally:
        os.close(descriptor)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__


class Portion(NamedTuple):
    """How much of a file is wanted, in bytes: the whole file if it is no larger, or its beginning.

    Half a manifest would be a broken one, so a larger one is not read at all.
    """

    size: int
    whole: bool = True


def read_at_most(path: str, size: int) -> bytes | None:
    """The first bytes of a file that is not the author's document; None where it can't be read."""
    try:
        with open(path, "rb") as file:
            return file.read(size)
    except OSError:
        return None


def lenient_text(data: bytes) -> str:
    """The text of such a file, whatever its bytes are."""
    return data.decode("utf-8-sig", errors="replace")
