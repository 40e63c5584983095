"""What commands are given: one object each, checked by pydantic; a mistake is an InvalidParams error that names it."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

from lsprotocol import types
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pygls.exceptions import JsonRpcInvalidParams


class Arguments(BaseModel):
    """An object with these keys and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DocumentArguments(Arguments):
    """A document by its URI."""

    uri: str


class OptionalDocumentArguments(Arguments):
    """A document by its URI, or all documents."""

    uri: str | None = None


class LineArguments(Arguments):
    """A line of a document, counted from 0."""

    uri: str
    line: Annotated[int, Field(ge=0)]


class TaskArguments(Arguments):
    """A task: by any line of it, or by its id or name; `nth` (from 0) among those of the same name."""

    uri: str
    line: Annotated[int, Field(ge=0)] | None = None
    task: str | None = None
    nth: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _one_place(self) -> TaskArguments:
        if (self.line is None) == (self.task is None):
            raise ValueError("give exactly one of “line” and “task”")
        return self


class ExpandArguments(TaskArguments):
    """A task; with `offline` the embedded planner writes, whoever is configured."""

    offline: bool = False


class KeptArguments(Arguments):
    """A kept plan of a document; where its task is gone, `line` is any line of the task that it is for now."""

    uri: str
    plan: str
    line: Annotated[int, Field(ge=0)] | None = None


class SectionArguments(TaskArguments):
    """A section of a task, by its key: `testing.unit`, `steps.2.validation`."""

    section: str


Model = TypeVar("Model", bound=Arguments)


def read_arguments(model: type[Model], params: types.ExecuteCommandParams) -> Model:
    """The command's argument; raises InvalidParams that says what is wrong with it."""
    arguments: list[Any] = list(params.arguments or [])
    if not arguments and all(not field.is_required() for field in model.model_fields.values()):
        arguments = [{}]
    if len(arguments) != 1:
        raise JsonRpcInvalidParams(f"{params.command} takes one object, not {len(arguments)} arguments")
    if not isinstance(arguments[0], dict):
        raise JsonRpcInvalidParams(f"{params.command} takes an object, not {json.dumps(arguments[0])[:40]}")
    try:
        return model.model_validate(arguments[0])
    except ValidationError as problem:
        mistakes = [
            (".".join(map(str, error["loc"])) or "the object", error["msg"].removeprefix("Value error, "))
            for error in problem.errors()
        ]
        details = "; ".join(f"{place}: {message}" for place, message in mistakes)
        raise JsonRpcInvalidParams(f"{params.command}: {details}") from None
