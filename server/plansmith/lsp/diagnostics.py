"""Findings become diagnostics: encoded once for each task, the line numbers filled in where a task stands now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from plansmith.plan.document import Document
from plansmith.plan.text import Span, clamp, split_lines
from plansmith.rules.rule import Finding
from plansmith.rules.runner import Report, left_out_message

from .position import Encoding

SOURCE = "plansmith"


class DiagnosticsEncoder:
    """Makes the JSON of a document's diagnostics; keeps each task's text until its findings change."""

    def __init__(self, uri: str, encoding: Encoding, *, related: bool) -> None:
        """`related` says whether the client shows related information."""
        self._uri = uri
        self._encoding = encoding
        self._related = related
        self._known: dict[int, _Encoded] = {}  # by the identity of the findings

    def encode(self, document: Document, report: Report) -> bytes:
        """The JSON array of all diagnostics of a report."""
        parts: list[bytes] = []
        known = self._known
        now: dict[int, _Encoded] = {}
        for index, findings in report.tasks:
            start = document.start_of(index)
            encoded = known.get(id(findings))
            if encoded is None or encoded.findings is not findings:
                encoded = _Encoded(findings, *self._template(document, index, findings))
            if encoded.start != start or encoded.elsewhere:
                encoded.start = start
                lines = tuple(
                    [(document.start_of(task) if task >= 0 else start) + line for task, line in encoded.places]
                )
                encoded.text = (encoded.template % lines).encode()
            now[id(findings)] = encoded
            parts.append(encoded.text)
        self._known = now
        if report.left_out:
            parts.append(json.dumps(_left_out(report)).encode())
        return b"[" + b",".join(parts) + b"]"

    def _template(
        self, document: Document, index: int, findings: Sequence[Finding]
    ) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The diagnostics as a format string without line numbers, and the lines as (task or -1, relative line)."""
        places: list[tuple[int, int]] = []
        texts = []
        for finding in findings:
            where = self._range(document, index, -1, finding.span, places)
            severity = int(finding.severity or 1)
            text = (
                f'{{"range":{where},"severity":{severity},"code":{_json(finding.rule)},'
                f'"source":"{SOURCE}","message":{_json(finding.message)}'
            )
            if finding.related and self._related:
                others = []
                for related in finding.related:
                    task = index if related.task < 0 else related.task
                    span = self._range(document, task, related.task, related.span, places)
                    others.append(
                        f'{{"location":{{"uri":{_json(self._uri)},"range":{span}}},"message":{_json(related.message)}}}'
                    )
                text += f',"relatedInformation":[{",".join(others)}]'
            if finding.rule == "unused-ignore":
                text += ',"tags":[1]'
            texts.append(text + "}")
        return ",".join(texts), tuple(places)

    def _range(self, document: Document, index: int, task: int, span: Span, places: list[tuple[int, int]]) -> str:
        start = document.start_of(index)
        lines = document.lines
        places += ((task, span.line), (task, span.end_line))
        first, last = start + span.line, start + span.end_line
        begin = self._encoding.to_client(lines[first], span.start) if first < len(lines) else 0
        end = self._encoding.to_client(lines[last], span.end) if last < len(lines) else 0
        return f'{{"start":{{"line":%d,"character":{begin}}},"end":{{"line":%d,"character":{end}}}}}'


class _Encoded:
    """The diagnostics of one task as text, with places for the line numbers."""

    __slots__ = ("elsewhere", "findings", "places", "start", "template", "text")

    def __init__(self, findings: tuple[Finding, ...], template: str, places: tuple[tuple[int, int], ...]) -> None:
        self.findings = findings  # kept, so that its identity stays its own
        self.template = template
        self.places = places  # (task or -1, line relative to that task)
        self.elsewhere = any(task >= 0 for task, _ in places)
        self.start = -1
        self.text = b""


def encode_findings(text: str, findings: Sequence[Finding], encoding: Encoding) -> bytes:
    """The JSON array of the diagnostics of a file that is no document; spans speak of its whole text."""
    lines, _ = split_lines(text)

    def position(line: int, column: int) -> dict[str, int]:
        line, column = clamp(lines, line, column)
        return {"line": line, "character": encoding.to_client(lines[line], column)}

    return json.dumps(
        [
            {
                "range": {
                    "start": position(finding.span.line, finding.span.start),
                    "end": position(finding.span.end_line, finding.span.end),
                },
                "severity": int(finding.severity or 1),
                "code": finding.rule,
                "source": SOURCE,
                "message": finding.message,
            }
            for finding in findings
        ]
    ).encode()


def _json(text: str) -> str:
    """A JSON string that is safe inside a format string."""
    return json.dumps(text).replace("%", "%%")


def _left_out(report: Report) -> dict[str, Any]:
    shown = sum(len(findings) for _, findings in report.tasks)
    return {
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
        "severity": 3,
        "code": "max-findings",
        "source": SOURCE,
        "message": left_out_message(shown, report.left_out),
    }
