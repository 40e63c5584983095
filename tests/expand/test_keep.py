"""Nothing paid for is lost: what was not inserted is there again, unchanged, and for its user only."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.expand.keep import COMPLETE, PARTIAL, Keep
from plansmith.plan.graph import TaskKey

URI = "file:///project/plan%20one.md"
TASK = TaskKey(("Phase 1",), "1.10", 0)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keep(tmp_path, clock):
    return Keep(tmp_path, now=clock)


def kept(keep, text="### Implementation Steps\n", uri=URI, task=TASK, **options):
    return keep.keep(
        uri, task, text, **{"reason": "The task is gone", "status": COMPLETE, "wanted": ["steps"], **options}
    )


def files(tmp_path):
    return sorted((tmp_path / "kept").iterdir())


def test_a_kept_plan_is_there_for_another_server(keep, tmp_path, clock):
    plan = kept(keep)
    [found] = Keep(tmp_path, now=clock).of(URI)
    assert found == plan
    assert (found.task, found.reason, found.status, found.wanted) == (TASK, "The task is gone", COMPLETE, ("steps",))
    assert Keep(tmp_path, now=clock).load(plan.name) == plan


@given(text=ANY_TEXT, uri=ANY_TEXT, name=ANY_TEXT, reason=ANY_TEXT)
def test_every_text_comes_back_unchanged(tmp_path_factory, text, uri, name, reason):
    folder = tmp_path_factory.mktemp("keep")
    plan = kept(Keep(folder), text, uri, TaskKey((name,), name, 3), reason=reason, status=PARTIAL)
    assert Keep(folder).of(uri) == [plan]
    assert plan.text == text


def test_plans_are_listed_by_document_the_newest_first(keep, clock):
    first = kept(keep, "one")
    kept(keep, "other", uri="file:///other.md")
    second = kept(keep, "two")
    clock.now -= 50  # a clock that was put back
    third = kept(keep, "three")
    assert keep.of(URI) == [third, second, first]
    assert keep.of("file:///project/plan%20one.m") == []


def test_a_plan_that_was_used_is_forgotten(keep, tmp_path):
    plan = kept(keep)
    keep.remove(plan.name)
    keep.remove(plan.name)
    assert keep.of(URI) == []
    assert keep.load(plan.name) is None
    assert files(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="has no modes")
def test_only_the_user_can_read_them(keep, tmp_path):
    before = os.umask(0)
    try:
        kept(keep)
    finally:
        os.umask(before)
    [file] = files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_number_is_bounded_and_the_oldest_go_first(tmp_path, clock):
    keep = Keep(tmp_path, most=3, now=clock)
    plans = [kept(keep, str(number), uri=f"file:///{number % 2}.md") for number in range(5)]
    assert len(files(tmp_path)) == 3
    assert [keep.load(plan.name) is not None for plan in plans] == [False, False, True, True, True]


def test_the_age_is_bounded(tmp_path, clock):
    keep = Keep(tmp_path, longest_age=100, now=clock)
    old = kept(keep, "old")
    clock.now += 101
    assert keep.of(URI) == []
    new = kept(keep, "new")
    assert [file.name for file in files(tmp_path)] == [new.name]
    assert keep.load(old.name) is None


def test_a_broken_file_is_no_plan_and_no_error(keep, tmp_path):
    good = kept(keep)
    [file] = files(tmp_path)
    whole = file.read_bytes()
    head, _, text = whole.partition(b"\n")
    broken = [
        b"",
        b"\n",
        head,
        head[:-1] + b"\n" + text,
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
        b"{}\n",
        b"[]\n",
        whole.replace(b'"plansmith": 1', b'"plansmith": 2'),
        whole.replace(b'"nth": 0', b'"nth": "0"'),
        whole.replace(b'"nth": 0', b'"nth": true'),
        whole.replace(b'["Phase 1"]', b"[1]"),
        whole.replace(b'"complete"', b'"half"'),
        whole.replace(b'"wanted": ["steps"]', b'"wanted": null'),
        whole.replace(b'"reason": "The task is gone"', b'"reason": 5'),
    ]
    for number, data in enumerate(broken):
        (tmp_path / "kept" / f"{good.name[:-11]}{number:08x}.md").write_bytes(data)
    (tmp_path / "kept" / f"{good.name[:-11]}ffffffff.md").mkdir()
    (tmp_path / "kept" / "README.md").write_text("What a user put here stays")
    assert keep.of(URI) == [good]
    assert kept(keep) in keep.of(URI)
    assert (tmp_path / "kept" / "README.md").exists()


def test_a_file_of_another_document_with_the_same_hash_is_not_taken_for_its_own(keep, tmp_path):
    plan = kept(keep)
    [file] = files(tmp_path)
    file.write_bytes(file.read_bytes().replace(b"plan%20one", b"plan%20two"))
    assert keep.of(URI) == []
    assert keep.load(plan.name) == replace(plan, uri=URI.replace("one", "two"))


@pytest.mark.parametrize("name", ["", "../plan.md", "plan.md", "../kept/plan.md"])
def test_a_name_that_is_none_of_ours_touches_no_file(keep, tmp_path, name):
    kept(keep)
    [file] = files(tmp_path)
    others = [tmp_path / "plan.md", tmp_path / "kept" / "plan.md"]
    for other in others:
        other.write_bytes(file.read_bytes())
    assert keep.load(name) is None
    keep.remove(name)
    assert all(other.exists() for other in others)


def test_a_plan_is_written_whole_or_not_at_all(keep, tmp_path, monkeypatch):
    """Where the disk fails, the plan is kept as long as the server runs, and no half of it stays."""

    def fail(*_):
        raise OSError("full")

    monkeypatch.setattr(os, "fsync", fail)
    plan = kept(keep)
    assert files(tmp_path) == []
    assert keep.of(URI) == [plan]
    keep.remove(plan.name)
    assert keep.of(URI) == []


def test_without_a_folder_plans_are_kept_as_long_as_the_server_runs(tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    for folder in ("", file):
        keep = Keep(folder)
        plan = kept(keep)
        assert keep.of(URI) == [plan]
        assert keep.load(plan.name) == plan


def test_what_a_killed_server_left_half_written_goes_in_time(tmp_path, clock):
    keep = Keep(tmp_path, longest_age=100, now=clock)
    plan = kept(keep)
    left = tmp_path / "kept" / f"{plan.name}.tmp"
    left.write_text("half")
    os.utime(left, (clock.now, clock.now))
    kept(keep)
    assert left.exists()
    clock.now += 101
    kept(keep)
    assert not left.exists()
