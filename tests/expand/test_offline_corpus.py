"""Real breakdowns: every recognised task gets a plan for all that it lacks, and what is put in breaks no rule."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plansmith.expand.expansion import wanted_keys
from plansmith.plan.document import Document
from plansmith.workspace.formats import load_format
from tests.expand.offline import Workspace, expanded, grave_findings, planned, workspace

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("PLANSMITH_CORPUS") or ROOT.parent / "shared" / "corpus")
FILES = sorted(CORPUS.rglob("*.md")) if CORPUS.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason=f"no corpus in {CORPUS.name}; name its folder in PLANSMITH_CORPUS")

RUST = workspace({"Cargo.toml": '[package]\nname = "demo"\nversion = "0.1.0"\n'}, ["src/lib.rs", "tests/all.rs"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:60])
@pytest.mark.parametrize("where", [workspace(), RUST], ids=["nothing known", "rust"])
def test_every_task_gets_a_plan_that_breaks_no_rule(path: Path, where: Workspace) -> None:
    text = path.read_bytes().decode("utf-8")
    document = Document(text, load_format())
    for index, task in enumerate(document.tasks):
        plan = planned(text, index, where)
        wanted = wanted_keys(task, document.format)
        assert [key for key in wanted if key not in plan] == []
        after, lines = expanded(document, index, where)
        assert grave_findings(after, lines) == []
