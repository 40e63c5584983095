"""The editor and CI never disagree: the server and `plansmith check` find the same in the same files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from tests.lsp.editor import MARKS, Editor, Found
from tests.lsp.texts import COARSE, FLAWED

pytestmark = MARKS

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("PLANSMITH_CORPUS") or ROOT / "../shared/corpus").resolve()
SEVERITIES = {"error": 1, "warning": 2, "information": 3, "hint": 4}

CONFIGURATION = """
max-findings = 40
exclude = ["excluded/"]

[rules]
missing-section = "warning"
vague-action = "error"
plain-list = "off"

[ignore]
"quiet*.md" = ["unknown-task"]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["vscode", "neovim"])
async def server(request, tmp_path_factory):
    """One server for all files."""
    editor = await Editor(request.param).start([tmp_path_factory.mktemp("nowhere")])
    yield editor
    assert await editor.stop() == 0


def check(folder: Path) -> dict[str, list[Found]]:
    """What `plansmith check` finds in a folder, by path; lines and columns from 0, as the editor counts them."""
    command = [sys.executable, "-m", "plansmith", "check", "--format", "json", "."]
    result = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    assert result.returncode in (0, 1), result.stderr.decode()
    data = json.loads(result.stdout)
    assert data["problems"] == []
    return {file["path"]: [_found(finding) for finding in file["findings"]] for file in data["files"]}


def _found(finding: dict) -> Found:
    places = (finding["line"], finding["column"], finding["endLine"], finding["endColumn"])
    line, start, end_line, end = (place - 1 for place in places)
    return Found(finding["rule"], SEVERITIES[finding["severity"]], (line, start, end_line, end), finding["message"])


async def shown(server: Editor, folder: Path) -> dict[str, list[Found]]:
    """What the server shows in all documents of a folder, and in its configuration."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".md", ".toml")):
        text = path.read_bytes().decode("utf-8-sig")  # editors show no byte order mark
        buffer = server.open_uri(path.as_uri(), text, language="markdown" if path.suffix != ".toml" else "toml")
        if server.pulls:
            found[str(path.relative_to(folder))] = [buffer.found(each) for each in (await buffer.pull()).items]
        else:
            await server.request(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams(buffer.identifier))
            last = server.published[buffer.uri][-1] if buffer.uri in server.published else None
            found[str(path.relative_to(folder))] = [buffer.found(each) for each in last.diagnostics] if last else []
    server.reset()
    return {path: findings for path, findings in found.items() if findings}


def ours(text: str) -> str:
    """A document that says that it is ours, so that all rules run."""
    return text if text.startswith("---") else f"---\nplansmith: true\n---\n{text}"


def planned(text: str) -> str:
    """The same words as the actions of a plan."""
    head, actions, rest = FLAWED.partition("**Actions**:\n")
    return head + actions + "\n" + re.sub(r"(?m)^(---|[#=]+)", "", text) + "\n" + rest


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


async def test_on_the_examples(server, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    found = check(tmp_path)
    assert found
    assert await shown(server, tmp_path) == found


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}; PLANSMITH_CORPUS names one")
@pytest.mark.parametrize("configuration", ["", CONFIGURATION], ids=["by default", "configured"])
async def test_on_the_corpus(server, tmp_path, configuration):
    """Every document as it is, as one that says that it is ours, and as the actions of a plan."""
    write(tmp_path / "plansmith.toml", configuration)
    documents = sorted(CORPUS.rglob("*.md"))
    assert documents
    for path in documents:
        text = path.read_bytes().decode("utf-8-sig")
        write(tmp_path / "as-it-is" / path.relative_to(CORPUS), text)
        write(tmp_path / "ours" / path.relative_to(CORPUS), ours(text))
        write(tmp_path / "planned" / path.relative_to(CORPUS), planned(text))
    found = check(tmp_path)
    assert len(found) >= len(documents)
    assert await shown(server, tmp_path) == found


def many(tasks: int) -> str:
    """A plan with many findings of all severities, behind characters that encodings count differently."""
    flawed = FLAWED.partition("## Task 1")[2].partition("## Task 2")[0]
    return "# 🗺\n\n" + "\n".join(f"## Task {number}{flawed}🚀 and 导 TODO" for number in range(tasks))


# What the rules about files have to say of it hangs on what lies beside it.
FILED = (
    FLAWED
    + """
### Files Created/Modified

**New Files**: `src/parse.py`, `src/there.py`

**Modified Files**: `src/none.py`, `../src/there.py`, `ignored/none.py`, `near.py`, `link/none.py`

### Dependencies Added

- None

## Task 4: Done ✅

### Implementation Steps

#### Step 1: Do it

**Actions**:

- [x] Write 🚀 `src/later.py`, then `pip install redis requests`

### Files Created/Modified

**New Files**: `src/gone.py`

### Dependencies Added

None
"""
)

MADE = {
    "filed.md": FILED,
    "nested/filed.md": FILED,
    "nested/near.py": "",
    "nested/requirements.txt": "redis==5",
    "docs/filed.md": FILED,
    "docs/near.py": "",
    "src/there.py": "",
    ".gitignore": "ignored/\n",
    "code/plansmith.toml": 'code-root = ".."\n',
    "code/filed.md": FILED,
    "flawed.md": FLAWED,
    "coarse.md": COARSE,
    "windows.md": FLAWED.replace("\n", "\r\n"),
    "mac.md": FLAWED.replace("\n", "\r"),
    "mark.md": "\ufeff" + FLAWED,
    "separators.md": FLAWED.replace("Parse it.", "Parse\u2028it\x0b\x85."),
    "quiet.md": FLAWED,
    "excluded/flawed.md": FLAWED,
    "no.md": "---\nplansmith: false\n---\n" + FLAWED,
    "many.md": many(100),
    "cycle.md": FLAWED.replace("Task 9", "Task 2").replace("Later.", "**Prerequisites**: Task 1"),
    "twice.md": FLAWED + FLAWED,
    "ignored.md": FLAWED.replace("## Task 1", "<!-- plansmith: ignore unknown-task, vague-action -->\n\n## Task 1"),
    "open.md": FLAWED.replace("**Validation**:", "```python\n\n**Validation**:", 1),
    "no-end.md": FLAWED.rstrip() + "\n\n**Objective**: TBD",
    "empty.md": "",
    "nested/pyproject.toml": "[tool.plansmith]\nmax-findings = 3\n",
    "nested/flawed.md": FLAWED,
    "wrong/plansmith.toml": '# 🚀\nmax-findings = "all"\n[rules]\nplain-lost = "off"\n',
    "wrong/flawed.md": FLAWED,
    "broken/plansmith.toml": "[rules\n",
    "broken/flawed.md": FLAWED,
}


@pytest.mark.parametrize("configuration", ["", CONFIGURATION], ids=["by default", "configured"])
async def test_on_made_plans(server, tmp_path, configuration):
    write(tmp_path / "plansmith.toml", configuration)
    for name, text in MADE.items():
        write(tmp_path / name, text)
    found = check(tmp_path)
    about_files = ("missing-file", "existing-file", "phantom-completion", "unlisted-file", "unlisted-dependency")
    if not configuration:
        assert set(about_files) <= {each.rule for each in found["filed.md"]}
    assert {"flawed.md", "nested/flawed.md", "wrong/plansmith.toml", "broken/plansmith.toml"} <= set(found)
    for name, most in (("many.md", 40 if configuration else 500), ("nested/flawed.md", 3)):
        assert len(found[name]) == most + 1
        assert found[name][-1].rule == "max-findings"
    assert await shown(server, tmp_path) == found


async def test_after_edits(server, tmp_path):
    """What the server finds after typing is what a fresh check finds in the text as saved."""
    path = tmp_path / "plan.md"
    buffer = server.open(path, many(30))
    for words, instead in (("Easy", "High"), ("Task 3: Parse", "Task 2: Parse"), ("🗺", "🗺\n\n🚀"), ("TODO", "```")):
        buffer.change(buffer.place(words), instead)
        path.write_bytes(buffer.text.encode())
        assert await buffer.findings() == check(tmp_path)["plan.md"]
    server.reset()
