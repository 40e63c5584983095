"""A document is written whole or not at all: into a file beside it, which then takes its place.

A file that changed since it was read is never overwritten.
"""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from contextlib import suppress
from typing import Final

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class WriteError(Exception):
    """A document that was not written, and is as it was; the message is one line with its path and the reason."""


class ChangedMeanwhileError(WriteError):
    """The file is no longer what it was when it was read."""


def write_document(path: str | os.PathLike[str], text: str, expected: bytes) -> bytes:
    """Replace a document's text, if the file still holds exactly the bytes `expected`; what it holds then.

    A link is followed, and stays a link; mode, owner and extended attributes stay as far as the system lets us.
    A byte order mark in `expected` is kept, and is not to stand in `text`.
    On any failure `WriteError`, and the file is untouched.
    """
    name = os.fspath(path)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise WriteError(f"{name}: not written: the text holds half a character at {error.start}") from None
    if expected.startswith(BOM_UTF8):
        data = BOM_UTF8 + data
    try:
        target = os.path.realpath(name)
        before = _check(name, target, expected)
        if data != expected:
            _replace(name, target, data, before, expected)
    except OSError as error:
        raise _not_written(name, error) from None
    return data


def check_writable(path: str | os.PathLike[str], expected: bytes) -> None:
    """Raise `WriteError` where `write_document` would, as things stand: for whoever pays for what is to be written."""
    name = os.fspath(path)
    try:
        target = os.path.realpath(name)
        _check(name, target, expected)
        temporary = _beside(target)
        os.close(os.open(temporary, _FLAGS, 0o600))
        os.unlink(temporary)
    except OSError as error:
        raise _not_written(name, error) from None


def _check(name: str, target: str, expected: bytes) -> os.stat_result:
    """The file's state, if it is what was read."""
    try:
        found = os.stat(target)
        if not stat.S_ISREG(found.st_mode):
            raise WriteError(f"{name}: not written: is no regular file")
        with open(target, "rb") as file:
            is_same = found.st_size == len(expected) and file.read(len(expected) + 1) == expected
    except FileNotFoundError:
        raise ChangedMeanwhileError(f"{name}: not written: it was deleted or moved meanwhile") from None
    if not is_same:
        raise ChangedMeanwhileError(f"{name}: not written: it was changed meanwhile; run again")
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise WriteError(f"{name}: not written: it is read-only")
    return found


def _replace(name: str, target: str, data: bytes, before: os.stat_result, expected: bytes) -> None:
    temporary = _beside(target)
    descriptor = os.open(temporary, _FLAGS, 0o600)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            _keep(descriptor, temporary, target, before)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _check(name, target, expected)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _flush_folder(os.path.dirname(target))


def _beside(target: str) -> str:
    """A new name in the same folder, hence on the same disk: only there is the last step one step."""
    folder, file_name = os.path.split(target)
    return os.path.join(folder, f".{file_name[:100]}.{os.urandom(6).hex()}.tmp")


def _not_written(name: str, error: OSError) -> WriteError:
    reason = error.strerror or type(error).__name__
    return WriteError(f"{name}: not written: {reason[:1].lower()}{reason[1:]}")


def _keep(descriptor: int, temporary: str, target: str, before: os.stat_result) -> None:
    """Give the new file the owner, attributes and mode of the old one, as far as we may."""
    if hasattr(os, "fchown"):
        # One by one: who may not give a file away may still give it to a group of theirs.
        for user, group in ((before.st_uid, -1), (-1, before.st_gid)):
            with suppress(OSError):
                os.fchown(descriptor, user, group)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for attribute in os.listxattr(target):
                with suppress(OSError):
                    os.setxattr(descriptor, attribute, os.getxattr(target, attribute))
    # Last, because a change of owner takes bits of the mode away.
    os.chmod(temporary, stat.S_IMODE(before.st_mode))


def _flush_folder(folder: str) -> None:
    """Make the new name last through a power cut, where the system can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
