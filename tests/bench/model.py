"""A model in a process of its own, so that it slows nobody who is measured: `with model(answer, 10) as url`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.model.asks import asks

_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def model(answer: Path, pause: int) -> Iterator[str]:
    """Everybody who asks gets the text of a file, word by word with so many milliseconds between; yields its address."""
    command = [sys.executable, "-m", "tests.bench.model", str(answer), str(pause)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, text=True)
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def last_body(url: str) -> dict[str, Any]:
    """The body of the last request that a model has answered."""
    with urllib.request.urlopen(f"{url.removesuffix('/anthropic')}/_llmock/requests") as answer:
        found = json.load(answer)
    body: dict[str, Any] = (found["requests"] if isinstance(found, dict) else found)[-1]["body"]
    return body


def environment(url: str, folder: Path, **settings: object) -> dict[str, str]:
    """The variables by which a server asks this model, and keeps nothing outside the folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC_", "PLANSMITH_"))}
    return {**own, **asks(url, folder, **settings)}


def _serve(answer: str, pause: str) -> None:
    from dataclasses import replace

    from llmock.scenarios import Reply
    from llmock.testing import LLMockServer

    with LLMockServer() as server:
        server.state.scenarios.add(Reply(Path(answer).read_text("utf-8"), times=None))
        server.state.stream_chaos = replace(server.state.stream_chaos, chunk_delay_ms=int(pause))
        print(server.base_url("anthropic"), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
