"""A large task is planned beside the event loop: whoever asks for something else meanwhile is answered."""

from __future__ import annotations

import asyncio

from .editor import MARKS

pytestmark = MARKS

LARGE = "".join(f"- Write `src/part{number}/module.py` for `GET /v{number}`\n" for number in range(1_500))
TEXT = f"# Breakdown\n\n## Task 1: Begin\n\n- Read `a.csv`\n\n## Task 2: Build it all\n\n{LARGE}"


async def test_lenses_are_answered_while_a_large_task_is_planned(editor, tmp_path):
    buffer = editor.open(tmp_path / "tasks.md", TEXT)
    # The workspace is read now, so that planning follows at once on the next run's beginning.
    assert (await buffer.run("expandTask", task="1"))["status"] == "applied"
    running = asyncio.ensure_future(buffer.run("expandTask", task="2", token="large"))
    await editor.until(lambda: editor.progress.get("large"))
    assert await buffer.lenses(resolve=False)
    assert len(editor.edits) == 1, "the lenses come before the edit"
    assert (await running)["status"] == "applied"
    assert len(editor.edits) == 2
