"""The documents that a command reads, with the configuration that holds for each; mistakes in that are said once."""

from __future__ import annotations

import os
from typing import Final

from plansmith.plan.document import Document
from plansmith.workspace.configuration import Configuration
from plansmith.workspace.discover import Configurations
from plansmith.workspace.source import DocumentError, Source, read_document

from . import fail

STDIN: Final = "-"


class Documents:
    """Reads files, and each root's configuration once."""

    def __init__(self, *, trusted: bool) -> None:
        """`trusted` speaks of all projects that the files lie in."""
        self._configurations = Configurations(trusted=trusted)
        self._said: set[str] = set()

    def read(self, path: str) -> tuple[Source, Configuration]:
        """A file and what holds for it; raises `DocumentError` where either can't be read."""
        if not path:
            raise DocumentError("an empty name is no file's; name a file")
        if path == STDIN:
            raise DocumentError("stdin is read by `check` alone; name a file, or write ./- for one that is called -")
        source = read_document(path)
        configuration = self._configurations.of(path)
        for report in configuration.reports:
            name = os.path.relpath(report.path)
            if report.unread:
                raise DocumentError(f"{name}: {report.unread}")
            if name not in self._said:
                self._said.add(name)
                for finding in report.findings:
                    fail(f"{name}:{finding.span.line + 1}: {finding.message}")
        return source, configuration

    def parse(self, path: str) -> Document:
        """A file as a document of its format; raises `DocumentError`."""
        source, configuration = self.read(path)
        return Document(source.text, configuration.format)
