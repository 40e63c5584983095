"""An answer as its events tell it: only one that says that it has ended is an answer."""

from __future__ import annotations

import codecs
from typing import Any, Final

from .errors import ModelError, RetryableError
from .model import End, Event, Text, Usage

LONGEST: Final = 200  # characters of what a provider says, in a message
TOO_LONG: Final = (
    "The task with its surroundings is longer than the model can read; shorten the task, or set `context-budget` lower"
)


class StreamedAnswer:
    """What has come of one answer by now; its events are read by their shape, since they come as they come."""

    def __init__(self, model: str) -> None:
        """`model` is its name, for messages."""
        self.ended = False
        self._model = model
        self._usage = Usage()
        self._parts: list[str] = []
        self._characters = codecs.getincrementaldecoder("utf-16-le")("replace")
        self._stop: str | None = None
        self._why = ""

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def read(self, event: object) -> Event | None:
        """Take an event in, as the JSON that came; what it tells those who listen. `ValueError` for what is none."""
        kind = _part(event, "type", str)
        if kind == "message_start":
            self._usage.requests = 1
            _count(self._usage, _part(event, "message", dict))
            return self._usage.copy()
        if kind == "content_block_delta":
            delta = _part(event, "delta", dict)
            if _part(delta, "type", str) == "text_delta":
                # Whoever cuts by the units of UTF-16 sends half of an emoji, and the rest with the next event.
                text = self._characters.decode(_part(delta, "text", str).encode("utf-16-le", "surrogatepass"))
                self._parts.append(text)
                return Text(text)
        elif kind == "message_delta":
            delta = _part(event, "delta", dict)
            self._stop = delta.get("stop_reason")
            details = delta.get("stop_details")
            why = details.get("explanation") if isinstance(details, dict) else None
            self._why = why if isinstance(why, str) else ""
            _count(self._usage, event)
            return self._usage.copy()
        elif kind == "message_stop":
            self.ended = True
        return None

    def usage_so_far(self) -> Usage:
        """The counts of an answer that broke off; the output is then estimated, since its count comes last."""
        usage = self._usage.copy()
        usage.output = max(usage.output, sum(map(len, self._parts)) // 4)
        return usage

    def end(self) -> End:
        """The end as it should be; else the error that it is."""
        if not self.ended:
            # The SDK raises nothing for a stream that just ends.
            message = "The model's answer broke off before its end; try again, or continue the unfinished plan"
            raise RetryableError("cut-off", message, partial=self.text, usage=self.usage_so_far())
        if self._stop == "refusal":
            why = " ".join(self._why.split())[:LONGEST]
            message = f"{self._model} declined to write this{said_after(why)}; reword the task, or use another model"
            raise ModelError("refusal", message, partial=self.text, usage=self._usage)
        if self._stop == "model_context_window_exceeded":
            raise ModelError("context", TOO_LONG, partial=self.text, usage=self._usage)
        return End(self._usage, cut=self._stop == "max_tokens")


def said_after(said: str) -> str:
    """What a provider said, as the rest of a message; "" where it said nothing."""
    return f": {said.rstrip('.')}" if said else ""


def _part(event: object, name: str, kind: type) -> Any:
    """A field of an event, which must be of this kind."""
    found = event.get(name) if isinstance(event, dict) else None
    if not isinstance(found, kind):
        raise ValueError(f"an event without {name}")
    return found


def _count(usage: Usage, event: object) -> None:
    """Take over what the provider counted, where it did; later counts replace earlier ones."""
    found = event.get("usage") if isinstance(event, dict) else None
    counts = found if isinstance(found, dict) else {}
    for ours, theirs in _COUNTS.items():
        number = counts.get(theirs)
        if type(number) is int and number > 0:
            setattr(usage, ours, number)


_COUNTS: Final = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cached": "cache_read_input_tokens",
    "kept": "cache_creation_input_tokens",
}
