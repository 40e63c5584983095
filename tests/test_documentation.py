"""What can be generated is, and stands in the documentation as it would be made now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from plansmith.rules.table import RULES
from tests.documentation import BLOCKS, README, filled

ROOT = Path(__file__).parent.parent
DOCUMENTS = [README, ROOT / "server" / "ARCHITECTURE.md", ROOT / "client-neovim" / "README.md"]


def test_the_readme_has_every_generated_block():
    text = README.read_text(encoding="utf-8")
    assert re.findall(r"<!-- generated: (\S+) -->", text) == list(BLOCKS)


def test_the_readme_is_as_it_would_be_generated_now():
    text = README.read_text(encoding="utf-8")
    assert text == filled(text), "run `make fix`"


def test_the_architecture_fits_on_its_page():
    assert len((ROOT / "server" / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(document):
    for target in re.findall(r"\]\(([^)#:\s]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_path_of_the_map_exists():
    text = (ROOT / "server" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    package = ROOT / "server" / "plansmith"
    for path in re.findall(r"`((?:plan|rules|workspace|expand|lsp|cli|formats)/[\w/.-]*)`", text):
        assert (package / path).exists(), f"ARCHITECTURE.md speaks of {path}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_explain_prints_every_rules_page(rule):
    run = subprocess.run(
        [sys.executable, "-m", "plansmith", "explain", rule.name],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert rule.page in run.stdout
