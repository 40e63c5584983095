"""The rule placeholder-text; where in doubt it is silent, for prose and code have brackets of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from plansmith.plan.format import Format
from plansmith.plan.references import fold_label
from plansmith.plan.text import Span, on_line
from plansmith.plan.tree import Fence

from .rule import Finding, Scope, Severity, rule
from .subject import Plan, ProseLine, code_span_places

# Not `name[Words]`, `![alt]`, `[[wiki]]`, `\[Words\]`; and no link, reference, span with attributes.
_BRACKETS: Final = re.compile(r"(?<![\w\])!\\\[}$@&])\[(?P<words>[*_]{0,2}[^\W\d_][^\[\]\n]+|\.{3}|…)\](?![\w(\[\]{$])")
# The same without a look behind: what starts with a plain sign is found fast.
_SOME_BRACKETS: Final = re.compile(r"\[(?:[*_]{0,2}[^\W\d_][^\[\]\n]+|\.{3}|…)\](?![\w(\[\]{$])")
_NUMBERED: Final = re.compile(r"(?P<word>[^\W\d_]+) (?:#?\d[\w.]*|[A-Z])")
_MARK: Final = r"(?P<mark>TBD|TODO|FIXME)"
# “TODO list” is a thing, and so is what a search for left-over marks looks for: “TODO comments”.
_THING: Final = (
    r"(?:and|or|api|apps?|applications?|boards?|columns?|comments?|components?|entry|entries|files?|items?|lists?|"
    r"managers?|marks?|markers?|models?|notes?|pages?|services?|tags?|trackers?|views?)\b"
)
_MARK_FIRST: Final = re.compile(rf"[^\w\[<`|]*{_MARK}(?![\w/-]|[.:][\w:]|\(\))(?![ \t]+{_THING})")
_MARK_BEFORE_COLON: Final = re.compile(
    rf"""(?<![\w/.'"«-])(?<![“„]){_MARK}(?:\([^()]*\))?[*_]{{0,2}}\s?[:：](?![:/])"""
)
_ELLIPSIS: Final = re.compile(r"\s*[*_]*(?P<dots>\.{3,}|…+)[*_]*\s*$")
# What a user of a program fills in, and “in” as a preposition: both say what is meant.
_FILLED: Final = (
    r"address|blank|captcha|checkout|credentials|dialog|e-?mail|fields?|forms?|inputs?|login|name|password|"
    r"questionnaire|search|survey|textbox|username|wizard"
)
_IN: Final = r"batches|chunks|memory|order|parallel|place|progress|reverse|sequence"
_PHRASE: Final = re.compile(
    r"(?<![\w-])(?:implement(?: (?:this|it|that|them))? later"
    rf"|fill in(?!\s+(?:{_IN})\b)(?![^.,;:()—]{{0,60}}\b(?:{_FILLED})\b))(?![\w-])",
    re.I,
)
_COMMENT_LEAD: Final = re.compile(r"""\s*(?:#+|//+|--|/\*+|<!--|;+|%|\"{3}|'{3})?\s*""")
_CODE_ONLY: Final = re.compile(
    r"(?:\.{3}|…|(?:(?:add|insert|put|write|paste) )?(?:your |the )?code (?:goes )?here|"
    r"implement (?:(?:this|it) )?later|fill in\b.*)\W*$",
    re.I,
)
_NEEDLES: Final = (
    "tbd",
    "todo",
    "fixme",
    "...",
    "…",
    " later",
    "fill in",
    "similar to",
    "same as",
    "code here",
    "code goes here",
)

# Languages in which a single word in brackets is syntax, and those in which `key: [Word]` is no list of a type.
_BRACKET_LANGUAGES: Final = frozenset((
    "c#", "cfg", "conf", "cs", "csharp", "desktop", "elm", "fsharp", "haskell", "hs", "ini", "powershell", "ps1",
    "pwsh", "sql", "swift", "systemd", "toml", "tsql",
))  # fmt: skip
_TEXT_LANGUAGES: Final = frozenset(
    ("", "bash", "console", "env", "md", "markdown", "sh", "shell", "text", "txt", "yaml", "yml")
)


@rule(Severity.WARNING, scope=Scope.TASK)
def placeholder_text(plan: Plan) -> Iterator[Finding]:
    """Text that stands where the real text should be: `[Description]`, `TBD`, `...`, “fill in”, “similar to Step 1”.

    ## Why
    Whoever carries the plan out knows nothing but the plan: a placeholder leaves them to guess, and a pointer to
    another step makes them carry out what was meant for something else.
    What is truly open stands as an item `Decide: …`.

    In code only the format's own template words in brackets count, and a fence that holds nothing but a placeholder.
    Links, references, footnotes, checkboxes, code spans and arrays are free.

    ## Example
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Objective**: [Describe what this step achieves]
    ```

    ## Use instead
    ```markdown
    ## Task 1: Serve the health check

    ### Implementation Steps

    #### Step 1: Answer the request

    **Objective**: Answer `GET /health` with status 200.
    ```
    """
    suspects = plan.lines_with(_NEEDLES, _SOME_BRACKETS)
    if not suspects:
        return
    for line in plan.prose(suspects):
        end = -1
        for span, message in sorted(_in_prose(line, plan)):
            if span.start >= end:  # a placeholder inside another is the same one
                yield Finding(span, message)
                end = span.end
        if "`" in line.raw and "[" in line.raw:
            for start, code in code_span_places(line.raw):
                yield from _in_code(code, line.line, start, None, plan.format)
    for section in plan.sections:
        for fence in section.fences:
            if not suspects.isdisjoint(range(fence.line, fence.end)):
                yield from _in_fence(fence, plan)


def _in_prose(line: ProseLine, plan: Plan) -> Iterator[tuple[Span, str]]:
    number, text, raw, start = line.line, line.text, line.raw, line.start
    folded = raw.lower()
    has_mark = "tbd" in folded or "todo" in folded or "fixme" in folded
    if "[" in text:
        for match in _BRACKETS.finditer(text):
            if _is_placeholder(match["words"], plan):
                yield on_line(number, *match.span()), f"Replace the placeholder “{match[0]}” with the real text"
    if line.begins:
        mark = _MARK_FIRST.match(raw, start) if has_mark else None
        if mark:
            yield on_line(number, *mark.span("mark")), _settle(mark["mark"])
        dots = _ELLIPSIS.match(raw, start) if "..." in raw or "…" in raw else None
        if dots:
            yield on_line(number, *dots.span("dots")), f"Write out what “{dots['dots']}” stands for, or delete it"
        again = _again(plan.format).match(raw, start) if "similar to" in folded or "same as" in folded else None
        if again:
            yield on_line(number, *again.span("words")), "Say here what is to be done; each step stands on its own"
    if has_mark:
        for mark in _MARK_BEFORE_COLON.finditer(text):
            yield on_line(number, *mark.span("mark")), _settle(mark["mark"])
    if " later" in folded or "fill in" in folded:
        for phrase in _PHRASE.finditer(text):
            if raw[phrase.end() :].lstrip()[:1] not in ("`", '"', "“"):
                yield on_line(number, *phrase.span()), f"Say now what is to be done instead of “{phrase[0]}”"


def _settle(mark: str) -> str:
    return f"Settle “{mark}”, or write what is open as “Decide: …”"


def _is_placeholder(words: str, plan: Plan) -> bool:
    """Whether words in brackets stand for others."""
    if fold_label(words) in plan.definitions:
        return False
    words = " ".join(words.strip("*_ ").split())
    folded = words.casefold()
    numbered = _NUMBERED.fullmatch(words)
    if folded in plan.format.template_words or (numbered and numbered["word"].casefold() in plan.format.template_words):
        return True
    # Not `[WIP]`, `[a, b]`, `[Task 3]`, `[Errno 98]`.
    return " " in words.replace(", ", ",") and not (numbered and words[-1].isdigit())


def _in_fence(fence: Fence, plan: Plan) -> Iterator[Finding]:
    tokens = plan.task.tokens
    body = range(fence.line + 1, fence.end if fence.close is None else fence.close)
    written = [number for number in body if plan.lines[number].strip()]
    if written and all(_is_only_placeholder(plan.lines[number][tokens[number][1] :], plan) for number in written):
        first, last = written[0], written[-1]
        line = plan.lines[first]
        start = len(line) - len(line[tokens[first][1] :].lstrip())
        span = Span(first, start, last, len(plan.lines[last].rstrip()))
        yield Finding(span, "Write the code; this block holds nothing but a placeholder")
        return
    for number in body:
        line = plan.lines[number]
        if "[" in line:
            yield from _in_code(line, number, 0, fence.language.lower(), plan.format)


def _is_only_placeholder(line: str, plan: Plan) -> bool:
    lead = _COMMENT_LEAD.match(line)
    text = line[lead.end() if lead else 0 :].strip()
    bracket = _BRACKETS.match(text)
    if bracket and not text[bracket.end() :].strip("*/->\"' "):
        words = bracket["words"]
        return _is_placeholder(words, plan) and (" " in words or _is_template_spelling(words))
    return _CODE_ONLY.match(text) is not None or _MARK_FIRST.match(text) is not None


def _in_code(code: str, number: int, column: int, language: str | None, fmt: Format) -> Iterator[Finding]:
    """The format's template words in brackets; `language` is None in a code span."""
    for match in _BRACKETS.finditer(code):
        words = match["words"]
        if words.casefold() in fmt.template_words and _is_template_spelling(words):
            if " " not in words and _is_syntax(code[: match.start()], language):
                continue
            span = on_line(number, column + match.start(), column + match.end())
            yield Finding(span, f"Replace the placeholder “{match[0]}” with the real text")


def _is_template_spelling(words: str) -> bool:
    """Whether the words are spelled as in a template: `[package]` opens a table, `[PATH]` is how usage is written."""
    lower, upper = words.lower(), words.upper()
    return lower == upper or words in ("TBD", "TODO") or words not in (lower, upper)


def _is_syntax(before: str, language: str | None) -> bool:
    """Whether a word in brackets after some code is a list, a type, a header or an attribute."""
    if language in _BRACKET_LANGUAGES:
        return True
    before = before.rstrip()
    if before.endswith((":", "=")):
        return language not in _TEXT_LANGUAGES
    return before.endswith(("(", "[", "{", ",", "<", ">", "|", "&", "+", "return", "*"))


@lru_cache(maxsize=8)
def _again(fmt: Format) -> re.Pattern[str]:
    """How an item begins that points at another task or step instead of saying what to do."""
    steps = [spec.title.partition("{n}")[0].strip(" #") for spec in fmt.by_key.values() if "{n}" in spec.title]
    words = "|".join(re.escape(word) for word in (*fmt.reference_words, *steps) if word)
    pattern = rf"[^\w\[<`]*(?P<words>(?:similar to|same as)\s+(?:in\s+)?(?:{words})s?[\s#-]*(?:\d+(?:\.\d+)*|N\b))"
    return re.compile(pattern, re.I)
