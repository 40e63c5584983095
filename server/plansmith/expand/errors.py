"""What can go wrong with a model; the message of each is what the user sees: what happened, and what to do."""

from __future__ import annotations

from typing import Final

from plansmith.plan.text import visible

from .model import Usage

OF_ONE_TASK: Final = frozenset({"refusal", "context", "request-budget", "stopped"})
"""The kinds that say nothing of another task: a run goes on with the next."""
OF_US: Final = OF_ONE_TASK | {"run-budget", "internal"}
"""The kinds that say nothing of whether the model can be reached."""


class ModelError(Exception):
    """The model gave no usable answer; `kind` is a stable word for it, and `partial` holds what had arrived."""

    def __init__(self, kind: str, message: str, *, partial: str = "", usage: Usage | None = None) -> None:
        """`message` is one line for the user; `usage` is what it cost all the same."""
        super().__init__(visible(message))
        self.kind = kind
        self.partial = partial
        self.usage = usage or Usage()


class RetryableError(ModelError):
    """The same request may succeed later; `wait` is how long the provider asked to wait, in seconds."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        partial: str = "",
        usage: Usage | None = None,
        wait: float | None = None,
    ) -> None:
        """`wait` is None where the provider named no time."""
        super().__init__(kind, message, partial=partial, usage=usage)
        self.wait = wait
