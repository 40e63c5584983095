"""What often goes wrong with work of a kind, by the words that speak of it, and how it is found or mended.

No line claims anything of the project; each holds wherever such work is done.
"""

from __future__ import annotations

import re
from typing import Final

from .clues import CODE_SPAN

_PITFALLS: Final = tuple(
    (re.compile(rf"\b(?:{words})\b", re.I), line)
    for words, line in (
        (
            r"concurren\w+|parallel\w*|threads?|async|locks?|locking|race|queues?",
            "It fails only now and then: run its test many times over, and look for state that two callers share",
        ),
        (
            r"cach(?:e[sd]?|ing)|memoi[sz]e\w*",
            "An old value is answered: find the write that does not clear the cache",
        ),
        (
            r"auth\w*|permissions?|tokens?|passwords?|sessions?|roles?|login",
            "Everything is refused, or nothing: one test with the rights and one without them tell which",
        ),
        (
            r"retr(?:y|ies)|time-?outs?|schedul\w+|expir\w+|polling|debounce|intervals?",
            "A test waits for real time: hand the clock in, and set it there",
        ),
        (
            r"limits?|limiting|quota|throttl\w+|counts?|counter|paginat\w+|pages?|paging|sort\w*",
            "The edge is off by one: test at the limit, one below it, and one above",
        ),
        (
            r"pars(?:e|es|ing|er)|import(?:s|er|ing)?|csv|deseriali[sz]\w+|decod\w+",
            "Some input is not read: keep the smallest one that fails as a test",
        ),
        (
            r"export(?:s|ing)?|stream(?:s|ing)?|upload\w*|download\w*|bulk|batch\w*",
            "Memory grows with the data: try it with more than fits at once",
        ),
        (
            r"rename\w*|mov(?:e|es|ing)|remov(?:e|es|ing)|delet(?:e|es|ing)|drop|replac(?:e|es|ing)|swap",
            "Something still uses the old name: `git grep` finds it",
        ),
        (
            r"log(?:s|ged|ging)?|audit",
            "No line is logged: the level in force hides it; set it in the test",
        ),
        (
            r"dates?|timestamps?|time ?zones?|locales?",
            "It fails on another machine: its time zone or locale is another one; set both in the test",
        ),
        (
            r"docker\w*|images?|containers?",
            "The image holds an old layer: `docker build --no-cache .` shows whether it does",
        ),
        (
            r"webhooks?|fetch\w*|notif\w+|e-?mails?|publish\w*",
            "The other side is slow, or gone: test with one that never answers",
        ),
        (
            r"structs?|traits?|interfaces?|enums?|types?|signatures?|dataclass\w*",
            "Code that uses the old shape breaks: the first error of the compiler or type checker leads to it",
        ),
        (
            r"documents?|documentation|docs|readme|changelog",
            "An example is out of date: run every command of the text as it stands there",
        ),
        (
            r"defaults?|config\w*|settings?|environment|flags?",
            "It works here alone: start once with no setting made, and once with a wrong one",
        ),
    )
)


def find_pitfalls(text: str, most: int = 2) -> list[str]:
    """What a text's own words make likely; what stands in code spans says nothing of the kind of work."""
    prose = CODE_SPAN.sub(" ", text)
    return [line for words, line in _PITFALLS if words.search(prose)][:most]
