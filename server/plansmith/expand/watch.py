"""While a plan streams in: which section is being written now, told from the last title that has come whole."""

from __future__ import annotations

import re

from plansmith.plan.format import Format, fold_title

_TITLE = re.compile(r" {0,3}(?:#{1,6}[ \t]+(?P<heading>.+?)[ \t#]*$|(?:[-*+][ \t]+)?(?:\*\*|__)(?P<label>[^*_]{1,80}))")
_FENCE = re.compile(r"\s*(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>\S*)")
_WRAPPERS = ("md", "markdown", "mdx")  # a fence around the whole plan hides nothing


class SectionWatch:
    """Reads a stream line by line; what has no line end yet is not read."""

    def __init__(self, fmt: Format) -> None:
        """Titles are those of the format."""
        titles = {fold_title(spec.title): spec.title for spec in fmt.by_key.values() if "{" not in spec.title}
        self._titles = titles
        self._step = fmt.step_title
        self._rest = ""
        self._fence = ""
        self._step_name = ""
        self.section = ""  # as people read it: "Step 2: Actions"

    def feed(self, text: str) -> bool:
        """Take some text over; whether another section has begun."""
        before = self.section
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._read(line)
        return self.section != before

    def _read(self, line: str) -> None:
        fence = _FENCE.match(line)
        if fence:
            mark = fence["mark"]
            if not self._fence:
                self._fence = "" if fence["info"].lower() in _WRAPPERS else mark
            elif mark.startswith(self._fence):
                self._fence = ""
            return
        if self._fence:
            return
        title = _TITLE.match(line)
        if title is None:
            return
        heading = title["heading"]
        step = self._step.match(heading) if heading and self._step else None
        if step:
            self._step_name = heading.partition(":")[0].strip()
            self.section = heading.strip()
            return
        known = self._titles.get(fold_title(heading or title["label"].rstrip(":：")))
        if known is None:
            return
        if heading:
            self._step_name = ""
        self.section = f"{self._step_name}: {known}" if self._step_name else known
