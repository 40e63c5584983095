"""Hover: what is known of the thing under the pointer, and the pages of the rules that found something there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lsprotocol import types

from plansmith.plan.cards import Card, package_card, path_card, section_card, task_card
from plansmith.plan.pointed import Pointed, pointed_at
from plansmith.plan.text import Span
from plansmith.rules.rule import Finding, Rule, Severity
from plansmith.rules.table import RULES

from .mentions import NamedPackage, named_at
from .session import OpenDocument

_MOST_PAGES: Final = 3
_RULES: Final = {rule.name: rule for rule in RULES}


def hover(opened: OpenDocument, position: types.Position) -> types.Hover | None:
    """What is told at a position; None where nothing is known, and outside of tasks."""
    line, column = opened.positions.place(position)
    pointed = pointed_at(opened.document, line, column)
    cards = list(_cards(opened, pointed)) if pointed is not None else []
    found = list(_findings(opened, line, column))
    cards += [rule_card(_RULES[finding.rule], finding.severity) for _, finding in found[:_MOST_PAGES]]
    if not cards:
        return None
    span = pointed.span if pointed is not None and len(cards) > len(found[:_MOST_PAGES]) else found[0][0]
    return types.Hover(contents=contents(cards, opened), range=opened.positions.range(span))


def contents(cards: Sequence[Card], opened: OpenDocument) -> types.MarkupContent:
    """Cards in the form that the client shows best."""
    if opened.client.hover_markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(map(markdown, cards)))
    return types.MarkupContent(types.MarkupKind.PlainText, "\n\n".join(map(plain, cards)))


def markdown(card: Card) -> str:
    """A card as Markdown."""
    parts = [f"**{card.title}**" + (f" ({card.note})" if card.note else ""), *card.texts]
    if card.facts:
        parts.append("\n".join(f"- {name}: {value}" for name, value in card.facts))
    if card.example:
        longest = max((len(line) - len(line.lstrip("`")) for line in card.example.split("\n")), default=0)
        fence = "`" * max(3, longest + 1)
        parts.append(f"{fence}markdown\n{card.example}\n{fence}")
    return "\n\n".join(parts)


def plain(card: Card) -> str:
    """A card as plain text."""
    parts = [card.title + (f" ({card.note})" if card.note else ""), *card.texts]
    if card.facts:
        parts.append("\n".join(f"{name}: {value}" for name, value in card.facts))
    if card.example:
        parts.append(card.example)
    return "\n\n".join(parts)


def rule_card(rule: Rule, severity: Severity | None = None) -> Card:
    """A rule's page in short: what it flags, and why."""
    return Card(rule.name, (severity or rule.severity).name.lower(), (rule.summary, rule.why))


def _cards(opened: OpenDocument, pointed: Pointed) -> Iterator[Card]:
    document, files = opened.document, opened.files
    if pointed.target is not None:
        yield task_card(document, pointed.target)
    elif pointed.section is not None:
        section = pointed.section
        yield section_card(section.spec, document.tasks[pointed.task].level, section.number)
    elif pointed.path is not None:
        yield path_card(document, pointed.path, files.exists(pointed.path) if files is not None else None)
    elif pointed.package is not None:
        yield package_card(document, pointed.package, files.has_package(pointed.package) if files is not None else None)
    elif pointed.code is not None:
        named = named_at(opened, pointed.span.line, pointed.span.start)
        if isinstance(named, NamedPackage):
            name = document.lines[named.span.line][named.span.start : named.span.end]
            yield package_card(document, name, files.has_package(name) if files is not None else None)


def _findings(opened: OpenDocument, line: int, column: int) -> Iterator[tuple[Span, Finding]]:
    """The findings at a place, one of each rule, with their absolute spans."""
    document = opened.document
    index = document.task_at(line)
    found = next((findings for task, findings in opened.report().tasks if task == index), ())
    seen: set[str] = set()
    for finding in found:
        span = finding.span.shifted(document.start_of(index or 0))
        if (span.line, span.start) <= (line, column) <= (span.end_line, span.end) and finding.rule not in seen:
            seen.add(finding.rule)
            yield span, finding
