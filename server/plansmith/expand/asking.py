"""What a sentence does: it asks for work, says what comes of it, or tells of a problem; by its words alone.

A sentence that tells of a problem is never taken for the work: the opposite of it is wanted. Some read both ways,
such as “Guests can't write”: those are in doubt, and the author is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .clues import CODE_SPAN

_VERBS: Final = (
    "accept add adapt adjust adopt align allow announce answer append apply archive ask assert assign attach "
    "audit authenticate authori[sz]e avoid batch block build bump bundle cache calculate call cancel cap capture "
    "catch change check choose clean clear close collect combine commit compare compress compute configure "
    "confirm connect consolidate convert copy correct count cover create cut debounce declare decode decouple "
    "define delete deploy deprecate derive describe design detect disable display document drop emit enable "
    "encode encrypt enforce ensure escape establish evaluate exclude execute explain expose export extend extract "
    "fetch fill filter find finish fix flag flush format generate give group guard handle hash hide highlight "
    "implement import improve include increase index initiali[sz]e inject insert inspect install instrument "
    "integrate introduce invalidate keep launch leave let limit link list load locali[sz]e lock log lower make "
    "map mark mask match measure mention merge migrate mirror mock monitor mount move normali[sz]e notify offer "
    "omit open optimi[sz]e order override paginate parse pass patch persist pick pin point poll populate port "
    "prefix prepare preserve prevent print prompt propagate protect prove provide prune publish pull purge push "
    "put queue raise read rebuild reconnect record redact redirect reduce refactor refresh refuse register reject "
    "release reload remember remove rename render reorder replace reply report require reset resolve respect "
    "respond restart restore restrict retry return reuse revert revoke rewrite rotate round route run saniti[sz]e "
    "save say scaffold schedule search secure seed select send separate seriali[sz]e serve set ship show sign "
    "simplify skip sort specify split start stop store stream strip subscribe support surface swap switch sync "
    "tag take teach tell test throttle throw toggle trace track transform translate treat trigger trim truncate "
    "turn unify unlock update upgrade upload use validate verify wait warn watch wire wrap write"
)
_VERB: Final = rf"(?:{'|'.join(_VERBS.split())})\b"
_IMPERATIVE = re.compile(_VERB, re.I)
_LEAD = re.compile(
    r"(?:(?:we|you)\s+(?:should|must|need to|have to|want to|will|shall)\s+"
    r"|(?:please|then|also|and|next|now|first|firstly|second|secondly|third|finally|lastly|afterwards|additionally"
    r"|instead|always|never|just|let's|don't|do not)\b,?\s+"
    r"|(?:in order to|to|for|in|on|at|after|before|when|whenever|if|once|while|until|with|where|instead of)\s"
    r"[^,]{2,90},\s+)",
    re.I,
)
_CLAUSE_FIRST = re.compile(r"[A-Za-z]+\s[^,]{2,90},\s")
# `Log lines are lost` asks for nothing: it has its verb later on.
_STATED = re.compile(
    r"\w+\s+(?!(?:an?|the|each|every|all|any|both|its|their|our|this|these|those|one|no|that|what|which|whether|how|when"
    r"|if|until|so|only|up|down|out|in|to|from|for|with|by|on|at|as)\b)(?:(?!that|which|who)[\w-]+\s+){1,2}?"
    r"(?:is|are|was|were|has|have|can|can't|cannot|must|should|shall|will|would|may|might|do|does|don't|doesn't|fail"
    r"|fails|break|breaks|get|gets|lose|loses|take|takes|stay|stays)\b",
    re.I,
)
_ASKED = re.compile(r"(?:we|you)\s+(?:should|must|need to|have to|want to|will|shall)\s+", re.I)
_DEMAND = re.compile(r"\b(?:must|shall|should|has to|have to|needs? to|ought to)\b", re.I)

_TODAY = re.compile(
    r"(?:currently|today|right now|at the moment|at present|presently|so far|until now|as of now|these days)\b"
    r"|(?:this|that|it|which)\s+(?:happens?|is\s+because|is\s+caused|is\s+due|comes\s+from|breaks|causes|leads\s+to)\b"
    r"|the\s+(?:\w+\s+)?(?:problem|issue|bug|cause|reason|trouble)\s+(?:is|was|here|with|lies|seems)\b"
    r"|.*\bcurrently\b",
    re.I,
)
_TROUBLE = re.compile(
    r"\b(?:loses?|crash(?:es)?|hangs?|freezes?|leaks?|suffers?|struggles?|complains?|vanish(?:es)?|disappears?"
    r"|goe?s?\s+missing"
    r"|(?:is|are|gets?)\s+(?:broken|lost|stuck|corrupted|overwritten\s+silently))\b",
    re.I,
)
_DOUBTFUL = re.compile(
    r"\b(?:fails?|breaks?|times?\s+out|can(?:no|')t|cannot|can\s+not|do(?:es)?n't|do(?:es)?\s+not|isn't|aren't"
    r"|(?:is|are)\s+(?:not|missing|slow|wrong|confusing|inconsistent|outdated|duplicated|unclear|hard-?coded)|lacks?"
    r"|there\s+(?:is|are)\s+no|there's\s+no|ha(?:s|ve)\s+no|too\s+(?:slow|long|big|large|many|much|often)|by\s+hand"
    r"|no\s+one\s+can|nobody\s+can)\b",
    re.I,
)
_SLOW = re.compile(r"\btakes?\b[^.]{0,30}?\d\s?(?:ms|s|seconds?|minutes?|hours?)\b|\bslow(?:ly)?\b", re.I)
_DENIED = re.compile(r"\b(?:no|not|never|nothing|none|nobody|neither)\b|n't\b|cannot", re.I)
_SUBORDINATE = re.compile(
    r",?\s\b(?:when|whenever|if|while|because|that|which|who|where|as|after|once|since|unless|until)\s"
)
_MENDING = re.compile(
    r"(?:speed up|fix|repair|resolve|prevent|avoid|stop|mend|debug|correct|eliminate|survive|recover)\b|.*\bbugs?\b",
    re.I,
)


def is_imperative(word: str) -> bool:
    """Whether a statement that begins with this word asks for something."""
    return _IMPERATIVE.fullmatch(word) is not None


def asks(sentence: str) -> bool:
    """Whether a sentence asks for something to be done, whatever stands before its verb."""
    text = sentence.strip()
    for _ in range(3):
        if _IMPERATIVE.match(text):
            return _STATED.match(text) is None
        lead = _LEAD.match(text)
        if lead is None:
            return False
        text = text[lead.end() :]
    return False


def of_one_kind(texts: Sequence[str]) -> list[str]:
    """Without those that make no sentence with the first: what asks where it states, what states what must be."""
    if not texts or asks(texts[0]):
        rest = [text for text in texts[1:] if not demands(text) and not _has_clause_first(text)]
        return [*texts[:1], *rest]
    return [text for text in texts if not asks(text)]


def _has_clause_first(text: str) -> bool:
    """Whether a sentence asks for something behind a clause: `If there is none, say so`."""
    return asks(text) and not _IMPERATIVE.match(text) and _CLAUSE_FIRST.match(text) is not None


def as_asked(sentence: str) -> str:
    """A sentence that asks, without who is asked: `We should load it` is to load it."""
    asked = _ASKED.match(sentence)
    rest = sentence[asked.end() :] if asked else ""
    return f"{rest[0].upper()}{rest[1:]}" if rest and _IMPERATIVE.match(rest) else sentence


def demands(sentence: str) -> bool:
    """Whether a sentence says what must be so, which is as good as asking for it."""
    return _DEMAND.search(sentence) is not None


def is_problem(sentence: str, name: str = "") -> bool:
    """Whether a sentence tells of what is wrong; `name` is the task's, which may be about mending it."""
    if asks(sentence) or demands(sentence):
        return False
    if _TODAY.match(sentence.strip()):
        return True
    main = _main_clause(sentence)
    if _TROUBLE.search(main):
        return not _DENIED.search(main)
    return _MENDING.match(name) is not None and (_DOUBTFUL.search(main) or _SLOW.search(main)) is not None


def is_doubtful(sentence: str, name: str = "") -> bool:
    """Whether a sentence may tell of a problem, or of what has to be so."""
    if asks(sentence) or demands(sentence) or is_problem(sentence, name):
        return False
    # With a number it says what is answered: `fails with status 2`.
    return _DOUBTFUL.search(_main_clause(sentence)) is not None and not re.search(r"\d", sentence)


def _main_clause(sentence: str) -> str:
    blind = CODE_SPAN.sub(lambda span: "x" * len(span[0]), sentence)
    subordinate = _SUBORDINATE.search(blind)
    return blind[: subordinate.start()] if subordinate else blind
