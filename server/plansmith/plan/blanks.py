"""The blank form of a section: its title, and places where the author writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias, Union

from .examples import title_line
from .format import CHECKLIST, CHOICE, CODE, FIELD, GROUP, LIST, REQUIRED, STEP, STEPS, SectionSpec


class Stop(NamedTuple):
    """A place where the author writes: with a text that stands there until then, or with words to choose from."""

    text: str = ""
    choices: tuple[str, ...] = ()


Part: TypeAlias = Union[str, Stop]  # noqa: UP007 - a value that is made when the module is loaded


def blank_form(spec: SectionSpec, level: int, bullet: str = "-", number: int = 1) -> list[Part]:
    """A section and what is required in it, to be filled in; `level` is that of its task's heading."""
    return list(_parts(spec, level, bullet, number))


def blank_item(spec: SectionSpec, level: int, marker: str, bullet: str = "-") -> list[Part]:
    """A field as a list item of its own, with what it holds nested in it; `marker` is that of the item."""
    inside = "\n" + " " * (len(marker) + 1)
    return [f"{marker} ", *(_nested(part, inside) for part in blank_form(spec, level, bullet))]


def _nested(part: Part, inside: str) -> Part:
    return part.replace("\n\n", "\n").replace("\n", inside) if isinstance(part, str) else part


def without_stops(parts: Sequence[Part]) -> str:
    """A form as a plain text, without the words that stand for what is to come."""
    *lines, last = "".join(part for part in parts if isinstance(part, str)).split("\n")
    return "\n".join([*(line if line.endswith("] ") else line.rstrip() for line in lines), last])


def _parts(spec: SectionSpec, level: int, bullet: str, number: int) -> Iterator[Part]:
    if spec.kind == STEP:
        before, name, after = title_line(spec, level, number, "\0").partition("\0")
        yield before
        if name:
            yield Stop("Name")
            yield after
    else:
        yield title_line(spec, level, number)
    yield from _content(spec, bullet)
    for child in spec.children:
        if child.need == REQUIRED:
            yield "\n\n"
            yield from _parts(child, level, bullet, 1)


def _content(spec: SectionSpec, bullet: str) -> Iterator[Part]:
    kind = spec.kind
    if kind in (STEP, STEPS, GROUP) and spec.children:
        return
    gap = " " if spec.form == FIELD else "\n\n"
    if kind == CHOICE:
        yield gap
        yield Stop("", spec.choices)
    elif kind == CHECKLIST:
        yield f"\n\n{bullet} [ ] "
        yield Stop()
    elif kind == LIST and not spec.references:
        yield f"\n\n{bullet} "
        yield Stop()
    elif kind == CODE:
        yield "\n\n```"
        yield Stop()
        yield "\n"
        yield Stop()
        yield "\n```"
    else:
        yield gap
        yield Stop()
