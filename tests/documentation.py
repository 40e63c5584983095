"""The generated blocks of the documentation: made from the code that they describe; `make fix` writes them anew."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from plansmith.cli import parser
from plansmith.rules.table import RULES
from plansmith.workspace.settings import FLAG, MAP, NUMBER, TEXT, WORD, Setting
from plansmith.workspace.settings_reference import settings_table, user_settings_table
from plansmith.workspace.user import USER
from tests.methods import methods_table

README = Path(__file__).parent.parent / "README.md"
EXTENSION = Path(__file__).parent.parent / "client-vscode" / "package.json"
_WIDTH = "100"


def rules_table() -> str:
    """All rules with what they flag; a page each is printed by `plansmith explain`."""
    rows = [f"| `{rule.name}` | {rule.severity.name.lower()} | {rule.summary} | {rule.fix or '–'} |" for rule in RULES]
    return "\n".join(["| rule | default | flags | fix |", "| --- | --- | --- | --- |", *rows]) + "\n"


def cli_help() -> str:
    """What `--help` prints, for the whole command line and for each command."""
    os.environ["COLUMNS"] = _WIDTH
    top = parser()
    parts = [f"```\n{_text(top)}```\n"]
    parts += [f"### `plansmith {name}`\n\n```\n{_text(command)}```\n" for name, command in _commands(top)]
    return "\n".join(parts)


BLOCKS: dict[str, Callable[[], str]] = {
    "methods": methods_table,
    "cli-help": cli_help,
    "rules": rules_table,
    "settings": settings_table,
    "user-settings": user_settings_table,
}


def filled(text: str) -> str:
    """The text with all its generated blocks made anew."""
    for name, make in BLOCKS.items():
        begin, end = f"<!-- generated: {name} -->\n", "<!-- /generated -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{make()}{end}{rest.partition(end)[2]}"
    return text


def extension_settings() -> dict[str, dict[str, Any]]:
    """The settings that the VS Code extension hands over to the server: all of a user's but the keys."""
    return {extension_name(setting.key): _property(setting) for setting in USER.fields if setting.kind != MAP}


def extension_name(key: str) -> str:
    """A user's setting as the extension calls it: `max-output` is `plansmith.maxOutput`."""
    first, *rest = key.split("-")
    return "plansmith." + first + "".join(word.capitalize() for word in rest)


def filled_extension(text: str) -> str:
    """The extension's manifest with its generated settings made anew."""
    manifest = json.loads(text)
    manifest["contributes"]["configuration"][1]["properties"] = extension_settings()
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _property(setting: Setting) -> dict[str, Any]:
    kind = {FLAG: "boolean", NUMBER: "integer", TEXT: "string", WORD: "string"}[setting.kind]
    shape: dict[str, Any] = {"type": kind, "default": setting.default}
    if setting.default is None:
        shape["type"] = [kind, "null"]
    if setting.kind == NUMBER:
        shape |= {"minimum": setting.least, "maximum": setting.most}
    if setting.kind == WORD:
        shape["enum"] = [*setting.choices, *([None] if setting.default is None else [])]
    description = setting.description.replace("beside this file", "beside your `config.toml`")
    return {**shape, "scope": "machine", "markdownDescription": description}


def _commands(top: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _text(command: argparse.ArgumentParser) -> str:
    # Python 3.10 to 3.14 differ in colours, never in words.
    return re.sub(r"\x1b\[[0-9;]*m", "", command.format_help())


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
    EXTENSION.write_text(filled_extension(EXTENSION.read_text(encoding="utf-8")), encoding="utf-8")
