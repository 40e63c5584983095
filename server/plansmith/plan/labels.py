"""A label at the start of a line or list item: bold, or a bullet, or both, the colon inside or outside the bold."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .format import fold_title

LABEL_LIMIT: Final = 120  # code points: a title has 80 at most, and signs around it

_BOLD_LABEL: Final = re.compile(
    r"(?:[^\w\s*_`\[(<]+\s*)?(?P<mark>\*\*|__)(?P<title>(?:(?!(?P=mark)).){1,80}?)\s{0,3}"
    r"(?:[:：]\s{0,3}(?P=mark)|(?P=mark)\s{0,3}[:：])"
)
_PLAIN_LABEL: Final = re.compile(r"(?P<title>[^:：`\[\]*_]{1,80})[:：](?=\s|$)")


@lru_cache(maxsize=4096)
def read_label(text: str, bullet: bool) -> tuple[str, bool, int, int, int] | None:
    """What a text's label says: the folded title, whether it is bold, where the title starts and ends, its end."""
    label = _BOLD_LABEL.match(text)
    bold = label is not None
    if label is None:
        label = _PLAIN_LABEL.match(text) if bullet else None
        if label is None:
            return None
    return fold_title(label["title"]), bold, label.start("title"), label.end("title"), label.end()
