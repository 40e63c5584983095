"""What can be generated is, and stands in the documentation as it would be made now."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from plansmith import __version__
from plansmith.rules.table import RULES
from plansmith.workspace.address import PROVIDER_URL
from plansmith.workspace.user import OWN_KEY_VARIABLE, OWN_ORIGIN_VARIABLE, load_user_settings
from tests.documentation import BLOCKS, EXTENSION, README, extension_settings, filled, filled_extension

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    README,
    EXTENSION.parent / "README.md",
    ROOT / "server" / "ARCHITECTURE.md",
    ROOT / "client-neovim" / "README.md",
]


def test_the_readme_has_every_generated_block():
    text = README.read_text(encoding="utf-8")
    assert re.findall(r"<!-- generated: (\S+) -->", text) == list(BLOCKS)


def test_the_readme_is_as_it_would_be_generated_now():
    text = README.read_text(encoding="utf-8")
    assert text == filled(text), "run `make fix`"


def test_the_extensions_settings_are_as_they_would_be_generated_now():
    text = EXTENSION.read_text(encoding="utf-8")
    assert text == filled_extension(text), "run `make fix`"


def test_the_extension_hands_its_settings_over_as_the_server_reads_them(tmp_path):
    """As `variableOf` in the client spells them; a wrong variable would be left out without a word."""
    variables = {"PLANSMITH_CONFIG_DIR": str(tmp_path)}
    for name, shape in extension_settings().items():
        assert shape["scope"] == "machine"
        variable = "PLANSMITH_" + re.sub(r"([A-Z])", r"_\1", name.removeprefix("plansmith.")).upper()
        variables[variable] = "a mistake \0" if "boolean" not in shape["type"] else "a mistake"
    mistaken = {mistake.partition(":")[0] for mistake in load_user_settings(variables).mistakes}
    assert mistaken == set(variables) - {"PLANSMITH_CONFIG_DIR"}


def test_the_extension_knows_the_servers_words():
    text = (EXTENSION.parent / "src" / "environment.ts").read_text(encoding="utf-8")
    for word in (PROVIDER_URL, OWN_KEY_VARIABLE, OWN_ORIGIN_VARIABLE):
        assert f"'{word}'" in text


def test_the_extension_has_the_version_of_its_server():
    assert json.loads(EXTENSION.read_text(encoding="utf-8"))["version"] == __version__


def test_every_picture_of_the_extension_is_taken_by_a_test():
    pictures = set(re.findall(r"images/([\w-]+)\.png", (EXTENSION.parent / "README.md").read_text(encoding="utf-8")))
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "vscode").glob("test_*.py"))
    assert pictures == {path.stem for path in (EXTENSION.parent / "images").glob("*.png")}
    assert pictures <= set(re.findall(r'code\.shot\("([\w-]+)"\)', tests))


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
