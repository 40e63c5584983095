"""Plans that were carried out have no finding about files, on a real disk; plans that were not have exactly the right ones."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from plansmith.plan.document import Document
from plansmith.plan.path_text import as_path
from plansmith.rules.runner import Analysis, Checker, Options
from plansmith.workspace.files import read_workspace_files
from plansmith.workspace.formats import load_format
from plansmith.workspace.named_files import RootFiles
from plansmith.workspace.stack import detect_stack
from tests.expand.offline import Workspace, expanded

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("PLANSMITH_CORPUS") or ROOT / "../shared/corpus").resolve()
RULES = ("missing-file", "existing-file", "phantom-completion", "unlisted-file", "unlisted-dependency")
MANIFESTS = {
    "nothing": {},
    "python": {"pyproject.toml": '[project]\nname = "demo"\ndependencies = []\n', "src/demo/__init__.py": ""},
    "node": {"package.json": '{"name": "demo", "scripts": {"test": "vitest"}}', "src/index.ts": ""},
}


def answers() -> list[Path]:
    """The breakdowns for which the tests have answers of models."""
    return sorted((ROOT / "tests" / "expand" / "answers").glob("*.md"))


def corpus() -> list[Path]:
    """Breakdowns of other people, where they are at hand."""
    return sorted(CORPUS.rglob("*.md"))[::3] if CORPUS.is_dir() else []


def expand_all(text: str, root: Path) -> str:
    """A breakdown with all of its tasks expanded offline, in a workspace on disk."""
    files = read_workspace_files(root)
    where = Workspace(files, detect_stack(files))
    document = Document(text, load_format())
    for index in range(len(document.tasks)):
        document, _ = expanded(document, index, where)
    return document.text


def found(text: str, root: Path) -> list[tuple[str, str]]:
    """What the five rules find in a document at the root: the rule, and the words that it marks."""
    document = Document(text if text.startswith("---") else f"---\nplansmith: true\n---\n{text}", load_format())
    checker = Checker(document.format, Options(only=frozenset(RULES), max_findings=10_000))
    report = Analysis(document, checker, RootFiles(str(root)).of(str(root / "plan.md"))).report()
    told = []
    for finding in report.findings:
        line = document.lines[document.start_of(finding.task) + finding.span.line]
        told.append((finding.rule, line[finding.span.start : finding.span.end]))
    return told


def listed(text: str, title: str) -> list[str]:
    """The paths that start the items of a list, read without any of our own code but what a path is."""
    paths = []
    inside = fenced = False
    for line in text.split("\n"):
        if re.match(r"\s*(```|~~~)", line):
            fenced = not fenced
        if fenced:
            continue
        if re.match(r"\s*(?:#|\*\*|---)", line):
            inside = line.strip().startswith(f"**{title}**")
        item = re.match(r"\s*[-*+] `([^`]+)`(.*)", line)
        if inside and item and (path := as_path(item[1])) is not None:
            assert item[2].strip().startswith(("-", ":")), line
            paths.append(path.rstrip("/"))
    return paths


def carry_out(text: str, root: Path) -> str:
    """Make what the lists say, and tick all boxes."""
    for path in listed(text, "New Files") + listed(text, "Modified Files"):
        file = root / path
        if not file.exists() and not path.startswith("../"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    return re.sub(r"(?m)^(\s*(?:[-*+]|\d+[.)]) )\[[ ~-]\] ", r"\1[x] ", text)


def not_done(text: str) -> str:
    """The words of a breakdown's tasks, none of them started or done yet."""
    text = re.sub(r"\[[xX~-]\]", "[ ]", text)
    return re.sub(r"✅|✔|\[done\]|\b(?:DONE|COMPLETED?)\b", "", text)


BREAKDOWNS = [*answers(), *corpus()]


@pytest.mark.parametrize("manifest", MANIFESTS)
@pytest.mark.parametrize("path", BREAKDOWNS, ids=lambda path: path.stem[:50])
def test_expansions_claim_what_is_true(path, manifest, tmp_path):
    for name, content in MANIFESTS[manifest].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").partition("<!-- answer -->")[0]
    if not Document(text, load_format()).tasks:
        pytest.skip("no task")
    plan = expand_all(not_done(text), tmp_path)
    assert found(plan, tmp_path) == []
    done = carry_out(plan, tmp_path)
    assert found(done, tmp_path) == []


def test_the_example_is_right_in_each_state(tmp_path):
    root = tmp_path / "notes"
    shutil.copytree(ROOT / "examples" / "notes-service", root)
    text = (root / "tasks.md").read_text("utf-8")
    plan = expand_all(text, root)
    new, modified = listed(plan, "New Files"), listed(plan, "Modified Files")
    assert {"src/notes/health.py", "src/notes/settings.py"} <= set(new)
    assert "src/notes/app.py" in modified
    assert found(plan, root) == []

    ticked = plan.replace("- [ ] ", "- [x] ")  # and nothing was done
    assert sorted(found(ticked, root)) == sorted(("phantom-completion", path) for path in new)

    elsewhere = tmp_path / "empty"
    elsewhere.mkdir()
    missing = [path for path in modified if path not in new]
    assert sorted(found(plan, elsewhere)) == sorted(("missing-file", path) for path in missing)
    assert sorted(found(ticked, elsewhere)) == sorted(("phantom-completion", path) for path in new)

    done = carry_out(plan, root)
    assert found(done, root) == []
    assert sorted(found(plan, root)) == sorted(("existing-file", path) for path in new)  # made, and nothing is ticked


def test_what_was_done_besides_is_told(tmp_path):
    shutil.copytree(ROOT / "examples" / "notes-service", tmp_path, dirs_exist_ok=True)
    plan = expand_all((tmp_path / "tasks.md").read_text("utf-8"), tmp_path)
    more = plan.replace(
        "**Actions**:\n\n", "**Actions**:\n\n- [ ] Create `src/extra.py`, then `pip install redis`\n", 1
    )
    assert more != plan
    assert found(more, tmp_path) == [("unlisted-file", "src/extra.py"), ("unlisted-dependency", "redis")]
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "notes"\ndependencies = ["redis"]\n')
    assert found(more, tmp_path) == [("unlisted-file", "src/extra.py")]
