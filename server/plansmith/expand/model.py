"""A model is one small protocol: a request goes in, text and counts come out as they arrive."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol, TypeAlias


class Block(NamedTuple):
    """A piece of a prompt; after one with `mark` set the provider may keep all that came before."""

    text: str
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: the system prompt's blocks, and one user message's blocks."""

    system: tuple[Block, ...]
    user: tuple[Block, ...]
    max_output: int  # tokens

    @property
    def text(self) -> str:
        """All that would be sent, as one readable text."""
        parts = ["# System", *(block.text for block in self.system), "# User", *(block.text for block in self.user)]
        return "\n\n".join(part.strip() for part in parts) + "\n"


@dataclass(slots=True)
class Usage:
    """Tokens as the provider counted them; `cached` were read from its cache, `kept` written to it."""

    input: int = 0
    output: int = 0
    cached: int = 0
    kept: int = 0
    requests: int = 0

    def add(self, other: Usage) -> None:
        """Count another request's tokens too."""
        self.input += other.input
        self.output += other.output
        self.cached += other.cached
        self.kept += other.kept
        self.requests += other.requests

    @property
    def total(self) -> int:
        """All tokens together, wherever they were read from."""
        return self.input + self.cached + self.kept + self.output

    @property
    def told_in(self) -> str:
        """The input in words."""
        cached = f" ({self.cached:,} from the cache)" if self.cached else ""
        return f"{self.input + self.cached + self.kept:,} tokens in{cached}"

    def copy(self) -> Usage:
        """The counts as they are now."""
        return replace(self)

    def as_dict(self) -> dict[str, int]:
        """The counts as commands answer them."""
        return {
            "inputTokens": self.input,
            "outputTokens": self.output,
            "cacheReadTokens": self.cached,
            "cacheWriteTokens": self.kept,
            "requests": self.requests,
        }


class Text(NamedTuple):
    """Some text has arrived."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The answer has ended as it should; `cut` says that the output limit ended it."""

    usage: Usage = field(default_factory=Usage)
    cut: bool = False


Event: TypeAlias = "Text | Usage | End"


class Model(Protocol):
    """Something that answers; raises `ModelError`, closes its connection when the iterator is closed."""

    name: str

    def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Ask once: text and counts as they arrive, and exactly one `End` at the end."""
        ...

    async def close(self) -> None:
        """Close what is open."""
        ...
