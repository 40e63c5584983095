"""What stays the same in a run comes first and is marked once for the provider to keep; whatever grows comes after.

System prompt, format, and the context that all tasks share are the same values in every request of a run, so that
their blocks are the same characters. Nothing of one task, and nothing of an answer, comes before the last mark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import ceil

from plansmith.plan.format import Format

from .context import SharedContext, TaskContext
from .draft import Draft
from .format_text import (
    describe_format,
    describe_present,
    describe_title,
    describe_wanted,
    fence_for,
    outermost,
    task_heading,
)
from .model import Block, Request
from .prompts import Prompt, Prompts, render
from .redact import redact
from .write import in_order
from .write import render as written

MAX_MARKS = 4  # that the provider takes in one request

_NO_STACK = "Nothing is known of the workspace. Take for granted only what the breakdown itself names."
_NO_NOTES = "There are none."
_NO_LAYOUT = "It is not known."
_NO_ABOUT = "Nothing."
_NO_FILES = "It names none that is there."
_NO_PLANS = "No plan of this run."
_SEVERAL = "It has several: each request brings its own."
_ABOVE = "It stands above, and is as it was."

# Scripts without blanks between words, and signs as wide: about a token each.
_WIDE = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U0001f300-\U0003ffff]"
)
_NARROW_PER_TOKEN = 3.5  # characters of prose and code in English
_OTHER_PER_TOKEN = 2.0  # characters of other alphabets
_TOKENS_PER_BLOCK = 8


def task_request(
    prompts: Prompts, shared: SharedContext, context: TaskContext, keys: Sequence[str], *, max_output: int
) -> Request:
    """Ask for all sections of `keys` (steps by number); `max_output` is in tokens."""
    return _request(prompts, shared, _asked(prompts.task, shared, context, keys), max_output)


def section_request(
    prompts: Prompts, shared: SharedContext, context: TaskContext, key: str, *, max_output: int
) -> Request:
    """Ask for one section. The headings that it lies below are asked for too, so that the answer can be read."""
    return _request(prompts, shared, _asked(prompts.section, shared, context, [key]), max_output)


def repair_request(
    prompts: Prompts,
    shared: SharedContext,
    context: TaskContext,
    drafts: Sequence[Draft],
    problems: Sequence[tuple[str, str]],
    *,
    max_output: int,
) -> Request:
    """Ask again for the sections that have a problem, those alone.

    `drafts` is what was written, `problems` are keys with the words of a rule; a key without a draft is missing.
    """
    keys = list(dict.fromkeys(key for key, _ in problems))
    by_key = {each.key: each for draft in drafts for each in draft.walk()}
    names = {key: draft.name for key, draft in by_key.items() if draft.name}
    shown = [by_key[key] for key in outermost(keys) if key in by_key]
    return _request(prompts, shared, _asked_again(prompts.repair, shared, context, shown, names, problems), max_output)


def resume_request(
    prompts: Prompts,
    shared: SharedContext,
    context: TaskContext,
    drafts: Sequence[Draft],
    problems: Sequence[tuple[str, str]],
    *,
    max_output: int,
) -> Request:
    """Ask for what a plan lacks that was begun: all of `drafts` is told, the keys of `problems` alone are wanted."""
    keys = {key for key, _ in problems}
    names = {each.key: each.name for draft in drafts for each in draft.walk() if each.name and each.key not in keys}
    shown = in_order(drafts, shared.format)
    return _request(prompts, shared, _asked_again(prompts.resume, shared, context, shown, names, problems), max_output)


def estimate_tokens(request: Request) -> int:
    """About how many tokens the input has; counted by no one's tokenizer, and rather too many than too few.

    A token is 3.5 characters of ASCII, 2 of another alphabet, 1 of Chinese, Japanese, Korean or an emoji; each block
    costs a few more.
    """
    tokens = 0.0
    for block in (*request.system, *request.user):
        text = block.text
        narrow = len(text.encode("ascii", errors="ignore"))
        wide = 0 if text.isascii() else len(_WIDE.findall(text))
        tokens += narrow / _NARROW_PER_TOKEN + wide + (len(text) - narrow - wide) / _OTHER_PER_TOKEN + _TOKENS_PER_BLOCK
    return ceil(tokens)


def _request(prompts: Prompts, shared: SharedContext, asked: str, max_output: int) -> Request:
    fmt = shared.format
    form = render(
        prompts.format,
        sections=describe_format(fmt, shared.level),
        heading=task_heading(fmt, shared.level),
        reference=fmt.reference_to("3"),
        none=fmt.none_text,
    )
    common = render(
        prompts.context,
        stack=shared.stack or _NO_STACK,
        notes=shared.notes or _NO_NOTES,
        layout=shared.layout or _NO_LAYOUT,
        about=shared.about or _NO_ABOUT,
        tasks=shared.tasks,
        only=shared.only or _SEVERAL,
    )
    # The first mark outlives the run: system prompt and format are the same for every document of a project.
    system = (Block(render(prompts.system)), Block(form, mark=True))
    return Request(system, (Block(common, mark=True), Block(asked)), max_output)


def _asked(prompt: Prompt, shared: SharedContext, context: TaskContext, keys: Sequence[str]) -> str:
    return render(
        prompt,
        label=_clean(context.label),
        text=_ABOVE if context.text == shared.only else context.text,
        files=context.files or _NO_FILES,
        finished=context.finished or _NO_PLANS,
        present=_clean(describe_present(context.task, shared.format, keys)),
        wanted=_clean(describe_wanted(context.task, shared.format, keys)),
    )


def _asked_again(
    prompt: Prompt,
    shared: SharedContext,
    context: TaskContext,
    shown: Sequence[Draft],
    names: Mapping[str, str],
    problems: Sequence[tuple[str, str]],
) -> str:
    """Ask for the sections that have a problem; `shown` is what they are told of the plan, `names` those of steps."""
    fmt, task = shared.format, context.task
    lines = [line for draft in shown for line in (*written(draft, fmt, task.level), "")]
    return render(
        prompt,
        label=_clean(context.label),
        text=_ABOVE if context.text == shared.only else context.text,
        files=context.files or _NO_FILES,
        finished=context.finished or _NO_PLANS,
        written=_clean(_fenced("\n".join(lines).strip("\n"))) if lines else "Nothing that can be shown.",
        problems=_clean(_told(fmt, task.level, names, problems)),
        wanted=_clean(describe_wanted(task, fmt, list(dict.fromkeys(key for key, _ in problems)), names)),
    )


def _told(fmt: Format, level: int, names: Mapping[str, str], problems: Sequence[tuple[str, str]]) -> str:
    """What is wrong, a line for each problem."""
    told = [f"- `{describe_title(fmt, key, level, names)}`: {' '.join(message.split())}" for key, message in problems]
    return "\n".join(dict.fromkeys(told))


def _fenced(text: str) -> str:
    mark = fence_for(text)
    return f"{mark}markdown\n{text}\n{mark}"


def _clean(text: str) -> str:
    """The author's words in a title, or the model's in an answer, without a secret; what is gathered is so already."""
    return redact(text).text
