"""What is said of the settings is what holds: the reference, the schema and the examples derive from one table.

`PLANSMITH_UPDATE_DOCS=1` writes the generated parts anew.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from plansmith.workspace.configuration_file import find_problems
from plansmith.workspace.settings import FORMAT, PROJECT, TABLE
from plansmith.workspace.settings_reference import settings_schema, settings_table

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "server" / "plansmith" / "formats" / "plansmith.schema.json"
BLOCK = re.compile(r"(?<=<!-- generated: settings -->\n).*?(?=<!-- /generated -->)", re.S)


def current(path, expected, actual, updated):
    if os.environ.get("PLANSMITH_UPDATE_DOCS") == "1" and expected != actual:
        path.write_text(updated, encoding="utf-8")
    else:
        assert actual == expected, "run PLANSMITH_UPDATE_DOCS=1 pytest tests/workspace/test_settings.py"


def test_the_reference_is_current():
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    [block] = BLOCK.findall(text)
    current(readme, settings_table(), block, BLOCK.sub(lambda _: settings_table(), text))


def test_the_schema_is_current():
    expected = json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n"
    current(SCHEMA, expected, SCHEMA.read_text("utf-8") if SCHEMA.exists() else "", expected)


@pytest.mark.parametrize("number", range(2))
def test_the_examples_of_the_readme_have_no_mistake(number):
    section = (ROOT / "README.md").read_text("utf-8").partition("\n## Settings\n")[2].partition("\n## ")[0]
    examples = re.findall(r"^```toml\n(.*?)^```$", section, re.M | re.S)
    assert find_problems(examples[number]) == []


def _walk(setting):
    yield setting
    for inner in (*setting.fields, *setting.either, *([setting.each] if setting.each else [])):
        yield from _walk(inner)


@pytest.mark.parametrize("table", [PROJECT, FORMAT], ids=["project", "format"])
def test_the_table_of_settings_is_sound(table):
    for setting in _walk(table):
        assert setting.description.endswith(".")
        assert len(set(setting.names)) == len(setting.names)
        assert (setting.kind == TABLE) == bool(setting.fields)


def test_the_schema_knows_every_setting():
    properties = settings_schema()["properties"]
    assert list(properties) == list(PROJECT.names)
    assert properties["rules"]["properties"]["missing-section"]["enum"] == [
        "error", "warning", "information", "hint", "off", True, False,
    ]  # fmt: skip
    assert properties["max-findings"]["default"] == 500


def test_what_check_starts_with_imports_nothing_dear():
    program = (
        "import sys\n"
        "from plansmith.workspace import discover, roots, source, write\n"
        "from plansmith.workspace.loading import load_configuration\n"
        "load_configuration('.', trusted=False)\n"
        "import plansmith.cli.check\n"
        "dear = {'pydantic', 'pathspec', 'rich', 'asyncio', 'pathlib', 'platformdirs', 'lsprotocol', 'pygls'}\n"
        "dear |= {'dataclasses', 'inspect', 'json', 'shutil', 'plansmith.workspace.validation'}\n"
        "print(sorted(dear & set(sys.modules)))"
    )
    # Without `site`, which imports what it likes.
    paths = os.pathsep.join(path for path in sys.path if path)
    result = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={**os.environ, "PYTHONPATH": paths},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stdout == "[]\n", result.stderr
