"""Reading and writing a document: what is read is what is written, and nothing is ever half there."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from plansmith.workspace import write as writing
from plansmith.workspace.source import DocumentError, read_document
from plansmith.workspace.write import ChangedMeanwhileError, WriteError, write_document

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links are different there")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "plan.md"


# Reading


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a",
        b"a\r\nb\rc\n",
        b"\xef\xbb\xbf# A\r\n",
        "ä\u2028😀\x0b".encode(),
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbfa",
    ],
)
def test_what_is_read_is_what_is_written(path, data):
    path.write_bytes(data)
    source = read_document(path)
    assert source.data == data
    assert not data.startswith(b"\xef\xbb\xbf") or len(source.text.encode()) == len(data) - 3
    write_document(path, source.text + "!", source.data)
    assert path.read_bytes() == data + b"!"


def test_the_editor_and_the_command_line_see_the_same_text(path):
    path.write_bytes(b"\xef\xbb\xbf# A\r\n")
    assert read_document(path).text == "# A\r\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"caf\xe9\n", "is not UTF-8 at byte 3; save it in that encoding"),
        (b"\xef\xbb\xbfcaf\xe9\n", "is not UTF-8 at byte 6; save it in that encoding"),
        (b"ab\0c", "is no text: there is a NUL at byte 2"),
        ("# A".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    ],
)
def test_what_is_no_text_is_one_line(path, data, message):
    path.write_bytes(data)
    with pytest.raises(DocumentError) as error:
        read_document(path)
    assert str(error.value) == f"{path}: {message}"


def test_a_document_has_a_limit(path):
    path.write_bytes(b"x" * 1001)
    with pytest.raises(DocumentError, match="is larger than 1,000 bytes"):
        read_document(path, limit=1000)
    path.write_bytes(b"x" * 1000)
    assert len(read_document(path, limit=1000).data) == 1000


def test_what_is_not_there_or_no_file_is_said(tmp_path):
    with pytest.raises(DocumentError, match="there is no such file"):
        read_document(tmp_path / "nothing.md")
    with pytest.raises(DocumentError, match="is a folder"):
        read_document(tmp_path)
    with pytest.raises(DocumentError, match="can't be read"):
        read_document("a\0b")


@posix
def test_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(DocumentError, match="is no regular file"):
        read_document(tmp_path / "pipe.md")


def test_an_unreadable_file_is_said(path, monkeypatch):
    path.touch()

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DocumentError, match="can't be read: Permission denied"):
        read_document(path)


def test_a_file_that_comes_in_pieces_is_read_whole(path, monkeypatch):
    data = bytes(range(1, 128)) * 10
    path.write_bytes(data)
    read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: read(descriptor, min(size, 100)))
    assert read_document(path).data == data


# Writing


def test_a_file_that_changed_meanwhile_is_not_written(path):
    path.write_bytes(b"old")
    for now in (b"new", b"older", b""):
        path.write_bytes(now)
        with pytest.raises(ChangedMeanwhileError, match="it was changed meanwhile"):
            write_document(path, "mine", b"old")
        assert path.read_bytes() == now
    path.unlink()
    with pytest.raises(ChangedMeanwhileError, match="it was deleted or moved meanwhile"):
        write_document(path, "mine", b"old")
    assert not path.exists()


def test_a_change_at_the_last_moment_is_seen(path, monkeypatch):
    path.write_bytes(b"old")
    monkeypatch.setattr(writing, "_keep", lambda *_: path.write_bytes(b"new"))
    with pytest.raises(ChangedMeanwhileError):
        write_document(path, "mine", b"old")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["plan.md"]


@pytest.mark.parametrize("name", ["write", "fsync", "replace"])
def test_nothing_is_lost_on_any_failure(path, monkeypatch, name):
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, name, fail)
    with pytest.raises(WriteError) as error:
        write_document(path, "mine", b"old")
    assert str(error.value) == f"{path}: not written: no space left on device"
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == ["plan.md"]


def test_a_write_in_pieces_is_whole(path, monkeypatch):
    path.write_bytes(b"old")
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:3])))
    write_document(path, "a long text", b"old")
    assert path.read_bytes() == b"a long text"


def test_half_a_character_is_not_written(path):
    path.write_bytes(b"old")
    with pytest.raises(WriteError, match="half a character at 1"):
        write_document(path, "a\ud83d", b"old")
    assert path.read_bytes() == b"old"


def test_an_equal_text_is_not_written_at_all(path):
    path.write_bytes(b"old")
    before = os.stat(path)
    write_document(path, "old", b"old")
    assert os.stat(path).st_ino == before.st_ino
    assert os.stat(path).st_mtime_ns == before.st_mtime_ns


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_the_mode_is_kept(path, mode):
    path.write_bytes(b"old")
    path.chmod(mode)
    write_document(path, "new", b"old")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() == b"new"


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_is_kept(path):
    path.write_bytes(b"old")
    os.chown(path, 12345, 12346)
    write_document(path, "new", b"old")
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12346)


@posix
def test_a_read_only_file_is_not_written(path):
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(WriteError, match="it is read-only"):
        write_document(path, "new", b"old")
    assert path.read_bytes() == b"old"


@posix
def test_a_read_only_folder_is_said(path, monkeypatch):
    path.write_bytes(b"old")
    if os.geteuid() == 0:  # root may write anywhere
        opened = os.open

        def refuse(name, flags, *rest):
            if flags & os.O_CREAT:
                raise PermissionError(13, "Permission denied")
            return opened(name, flags, *rest)

        monkeypatch.setattr(os, "open", refuse)
    path.parent.chmod(0o555)
    try:
        with pytest.raises(WriteError, match="not written: permission denied"):
            write_document(path, "new", b"old")
    finally:
        path.parent.chmod(0o755)
    assert path.read_bytes() == b"old"


@posix
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "plan.md"
    target.write_bytes(b"old")
    link = tmp_path / "link.md"
    link.symlink_to(target)
    write_document(link, "new", b"old")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert os.listdir(target.parent) == ["plan.md"]


def test_a_folder_is_not_written(tmp_path):
    with pytest.raises(WriteError, match="is no regular file"):
        write_document(tmp_path, "new", b"")
