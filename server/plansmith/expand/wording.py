"""Words that the planner takes from the author are made harmless first: no structure, no placeholder, bounded.

Author's text goes into a plan as part of a line, so nothing in it may start a block, end a comment, open a code
span that never closes, or read as a mark that the rules look for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from .asking import asks, is_imperative

DECIDE: Final = "Decide:"
SHOWN: Final = "the task's code shows"  # where the author's text leads to a code block
ITEM_LIMIT: Final = 220
LONGEST_SPAN: Final = 160
LONGEST_PHRASE: Final = 12
LONGEST_TEXT: Final = 8000  # what is read of one text; a paragraph of the author's is shorter

_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.S)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?P<code>.+?)(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^)]{0,500}\)")
_CODE_LINK = re.compile(r"\[(`[^`\[\]]+`)\]\([^()\s]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)")
_TARGET = re.compile(r"\s*<?([^\s>]*)")
_LINK_BY_NAME = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]]*\]")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]*)>")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LEAD = re.compile(
    r"(?:[-*+](?:\s+|$)|\d{1,9}[.)](?:\s+|$)|#{1,6}(?:\s+|$)|>+\s*|\[[ xX~-]?\](?:\s+|$)|\|+\s*|~{3,}|=+$|[-_*]{3,}$"
    r"|\*\s*\[[ xX]?\]\s*|\d{1,3}(?:\.\d{1,3})+\.?\s+(?=[A-Z][a-z]+\s))"
)
_PLACEHOLDER = re.compile(
    r"\b(?:TBD|TODO|FIXME|XXX)\b|implement(?:ed)? later|fill(?:ed)? in\b|^\W*$|^\s*(?:similar to|same as)\b", re.I
)
# Words in brackets that nothing stands right before: in code it is a template's place, not an index or a type.
_TEMPLATE = re.compile(r"(?<![\w\])!\\\[}$@&])\[((?:[*_]{0,2}[A-Z][A-Za-z ]*|\.{3}|…)[*_]{0,2})\]")
_CLAUSE = re.compile(r"\s+[—–-]\s+|[;:]\s|\.\s+(?=[A-Z`])|,?\s+(?:so that|because|since|which|such as|e\.g\.)\s|\s\(")
_PHRASE = re.compile(
    r",?\s+(?:with|in|for|from|using|that|to|into|by|on|instead\s+of|when|if|and|or|via|following|as|at|under|after|before)\s"
)
_SENTENCE = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)\s+(?=[A-Z`“\"(])")
_PLACED = re.compile(r",?\s+(?:in|to|into|of|under|at|from)\s+(?:the\s+)?(?P<spelled>`[^`\s]*`)")
_SO = re.compile(r",\s+so\s+(?!that\b)")
_WORD = re.compile(r"`[^`]*`\S*|\S+")
_CLAUSE_END = re.compile(
    r"(?P<stop>[.!?])(?<!e\.g\.)(?<!i\.e\.)\s|(?P<end>)(?:;|\s[—–]|,\s(?:so|and|but|because|which))\s"
)
# No text ends with such a word.
_LOOSE_END = re.compile(
    r"\s(?:an?|the|and|or|but|then|of|to|in|on|at|for|with|by|from|as|that|which|who|if|when|while|is|are|be|was|were|has"
    r"|have|will|can|must|should|not|no|so|than|into|its|their|this|these|each|every|any|all|via|per|using|e\.g|i\.e|[—–-])$",
    re.I,
)


@lru_cache(maxsize=4096)
def plain(text: str, limit: int = ITEM_LIMIT) -> str:
    """The author's text as one harmless line of at most `limit` characters; code spans stay as they are.

    It is made from the first `LONGEST_TEXT` characters.
    """
    text = _COMMENT.sub(" ", text[:LONGEST_TEXT]).replace("-->", " ")
    text = " ".join("".join(map(_visible, text)).split())
    text = _CODE_LINK.sub(r"\1", _without_lead(text))
    parts = []
    place = 0
    for span in _CODE.finditer(text):
        parts.append(_prose(text[place : span.start()]))
        parts.append(code(span["code"]))
        place = span.end()
    parts.append(_prose(text[place:]))
    text = _without_lead(" ".join("".join(parts).split()))
    return cut(text.rstrip("\\ :："), limit)


def code(text: str) -> str:
    """The text as a code span; backticks in it are dropped, as nothing that is named has any."""
    text = " ".join("".join(map(_visible, text)).replace("`", "").replace("-->", "->").split())
    text = _TEMPLATE.sub(r"(\1)", text.replace("<!--", "<!-"))
    return f"`{text}`" if text else ""


def quoted(text: str, limit: int = ITEM_LIMIT) -> str:
    """The author's words between quotation marks."""
    inner = title(text, limit).rstrip(".").replace("“", "‘").replace("”", "’")
    return f"“{inner}”"


def title(text: str, limit: int = ITEM_LIMIT) -> str:
    """The author's text as a name; one that is a placeholder is shown as what stands there."""
    cleaned = plain(text, limit)
    return code(cleaned) if is_open(cleaned) else cleaned


def is_open(text: str) -> bool:
    """Whether the author's text is a placeholder, so that all that can be said of it is that it is open."""
    prose = _CODE.sub("x", text)
    return bool(_PLACEHOLDER.search(prose))


def decide(what: str) -> str:
    """An item that the author must settle."""
    return f"{DECIDE} {what}"


def said(text: str, limit: int = ITEM_LIMIT) -> str:
    """The author's statement as an item; where it is a placeholder, the decision that it asks for."""
    cleaned = plain(text, limit)
    if is_open(cleaned) or is_open(text):
        bare = re.sub(r"\s+", " ", cleaned.replace("`", "")).strip(" .")
        return decide(f"what the task means by {code(cut(bare, 120))}") if bare else decide("what stands behind “…”")
    return cleaned


def short(text: str, limit: int = 60) -> str:
    """The first clause of a text, without a final stop."""
    text = plain(text, 400).removesuffix(f", as {SHOWN}")
    blind = _CODE.sub(lambda span: "x" * len(span[0]), text)
    clause = _CLAUSE.search(blind, 12)
    # `Create folder: `src/`` says nothing without what stands behind its colon.
    is_whole = clause is not None and clause[0][0] == ":" and text.startswith("`", clause.end()) and len(text) <= limit
    # `In the handler (line 7), add it` has its verb behind the clause.
    is_whole = is_whole or (clause is not None and asks(text) and not asks(text[: clause.start()]))
    if clause is not None and not is_whole:
        text = text[: clause.start()]
    text = text.rstrip(" .,;:")
    if len(text) > limit:
        # A phrase that is left out whole reads better than a sentence that breaks off.
        blind = _CODE.sub(lambda span: "x" * len(span[0]), text)
        found = _PHRASE.finditer(blind, limit // 3, limit + LONGEST_PHRASE)
        ends = [phrase.start() for phrase in found if phrase.start() <= limit]
        if ends:
            text = text[: ends[-1]].rstrip(" .,;:")
    text = cut(text, limit)
    return code(text) if is_open(text) else text


def unplaced(text: str) -> str:
    """The text without the files that it says where: `Add the handler in `a.py`` is to add the handler."""
    kept = _PLACED.sub(lambda found: "" if "/" in found["spelled"] or "." in found["spelled"] else found[0], text)
    return kept if len(kept.split()) > 1 else text


def outcome(sentence: str) -> str:
    """What a sentence says that comes of it: what follows its “so”, where that is more than a purpose."""
    so = _SO.search(sentence)
    rest = sentence[so.end() :].strip() if so else ""
    return rest[0].upper() + rest[1:] if len(rest) > 20 else sentence


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; a stop inside a code span ends none."""
    blind = _CODE.sub(lambda span: "x" * len(span[0]), text)
    found = []
    place = 0
    for gap in _SENTENCE.finditer(blind):
        found.append(text[place : gap.start()])
        place = gap.end()
    found.append(text[place:])
    return [sentence.strip() for sentence in found if sentence.strip()]


def cut(text: str, limit: int) -> str:
    """At most `limit` characters: whole clauses where there are some, else words up to one that can stand last.

    A code span is never cut: where nothing but a word stands before one, it is kept, up to `LONGEST_SPAN` characters.
    """
    if len(text) <= limit:
        return text
    blind = _CODE.sub(lambda span: "x" * len(span[0]), text)
    ends = [max(end.end("stop"), end.end("end")) for end in _CLAUSE_END.finditer(blind, limit * 2 // 5, limit)]
    if ends:
        return text[: ends[-1]].rstrip(" ,;:")
    kept = ""
    for word in _WORD.finditer(text):
        is_first_span = word[0].startswith("`") and len(kept.split()) < 3 and len(word[0]) <= LONGEST_SPAN
        if word.end() > limit - 2 and not is_first_span:
            break
        kept = text[: word.end()]
    if not kept:
        kept = text[: limit - 2].replace("`", "")
    if kept.count("`") % 2:
        kept = kept[: kept.rfind("`")]
    kept = _finished(kept)
    return kept if kept == text.rstrip(" ,;:.(“") else f"{kept} …"


def _finished(text: str) -> str:
    """The text without what is opened and not closed at its end, nor words that nothing ends with."""
    blind = _CODE.sub(lambda span: "x" * len(span[0]), text)
    for opening, closing in ("()", "“”"):
        place = blind.rfind(opening)
        if place > len(text) // 3 and closing not in blind[place:]:
            text, blind = text[:place], blind[:place]
    text = text.rstrip(" ,;:.(“")
    for _ in range(4):
        loose = _LOOSE_END.search(text)
        if loose is None:
            break
        text = text[: loose.start()].rstrip(" ,;:.(“")
    return text


def lowered(text: str) -> str:
    """The text as it goes on in a sentence: a first word that is capitalised like any other loses its capital.

    A title whose words all begin with one keeps it, unless it asks for something.
    """
    words = text.split(" ", 2)
    first = words[0]
    is_title = len(words) > 1 and words[1][:1].isupper() and words[1][1:].islower() and not is_imperative(first)
    if first[:1].isupper() and first[1:].islower() and first.replace("'", "").rstrip(",").isalpha() and not is_title:
        return text[0].lower() + text[1:]
    return text


def listed(words: Iterable[str], most: int = 4) -> str:
    """`a, b and c`; beyond `most` the rest is counted."""
    every = list(words)
    if len(every) > most:
        return f"{', '.join(every[: most - 1])} and {len(every) - most + 1} more"
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} and {every[-1]}"


def _without_lead(text: str) -> str:
    while True:
        lead = _LEAD.match(text)
        if lead is None or not lead[0]:
            return text.strip()
        text = text[lead.end() :].strip()


def _prose(text: str) -> str:
    text = text.replace("`", "").replace("**", "")
    text = _AUTOLINK.sub(r"\1", text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(_link_text, text)
    text = _LINK_BY_NAME.sub(r"\1", text)
    text = _FOOTNOTE.sub("", text)
    for _ in range(3):
        text = _BRACKETS.sub(lambda found: f"“{found[1]}”" if found[1].strip(" xX~-") else "", text)
    text = text.replace("[", "(").replace("]", ")")
    return _TAG.sub(r"\\<", text)


def _link_text(link: re.Match[str]) -> str:
    text = link[1]
    found = _TARGET.match(link[2])
    target = found[1] if found else ""
    if target.startswith(("http://", "https://")):
        return f"{text} ({target})" if text and text != target else target
    return text


def _visible(char: str) -> str:
    if char in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    # Cc and Cf hold the control and the bidirectional characters; Cs can't be written at all.
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Cn") else char
