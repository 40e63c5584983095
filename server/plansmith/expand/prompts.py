"""A prompt is a file with places and no logic; a user's own, or a trusted project's, takes its place if it is sound.

Prompts are found beside the package in a wheel and at the top of a checkout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from plansmith.workspace.source import DocumentError, read_document

NAMES: Final = ("system", "format", "context", "task", "section", "repair", "resume")
FOLDER: Final = "prompts"
MAX_PROMPT: Final = 64 * 1024  # bytes

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# A place that has a line to itself: without a value the line goes too, and the blank one after it.
_LINE_OR_PLACE = re.compile(r"^\{\{\s*(?P<line>\w+)\s*\}\}[ \t]*(?P<end>\n{1,2}|\Z)|\{\{\s*(?P<place>\w+)\s*\}\}", re.M)
_KEYS: Final = ("name", "purpose", "inputs")


class PromptError(ValueError):
    """A prompt that can't be used; the message says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with places."""

    name: str
    inputs: tuple[str, ...]
    text: str
    path: str  # the file that it was read from


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts that are in force; `problems` names, in a line each, the files that were passed over."""

    system: Prompt
    format: Prompt
    context: Prompt
    task: Prompt
    section: Prompt
    repair: Prompt
    resume: Prompt
    problems: tuple[str, ...] = ()


def load_prompts(user_folder: Path | None, project_folder: Path | None, *, trusted: bool) -> Prompts:
    """Read the prompts: `prompts/NAME.md` in the user's folder, else in the project's if trusted, else the built-in.

    `user_folder` is that of the user's configuration, `project_folder` the project's `.plansmith`.
    What can't be used is told in `problems`, and the built-in prompt stays in force.
    """
    problems: list[str] = []
    homes = [user_folder, project_folder if trusted else None]
    found = {}
    for name in NAMES:
        built_in = _built_in(name)
        path = next(
            (path for home in homes if home is not None and (path := home / FOLDER / f"{name}.md").is_file()), None
        )
        found[name] = built_in
        if path is not None:
            try:
                found[name] = _override(path, built_in)
            except PromptError as problem:
                problems.append(f"{path}: {problem}; the built-in prompt “{name}” stays in force")
    return Prompts(**found, problems=tuple(problems))


def render(prompt: Prompt, **places: str) -> str:
    """The prompt with its places filled, without blank lines at its ends; what looks like a place in a value stays.

    Raises `ValueError` where the values are not exactly those of the prompt's inputs: that is a mistake in the code.
    """
    if set(places) != set(prompt.inputs):
        raise ValueError(f"the prompt “{prompt.name}” takes {', '.join(prompt.inputs)}, not {', '.join(places)}")

    def value(match: re.Match[str]) -> str:
        if match["line"] is None:
            return places[match["place"]]
        text = places[match["line"]].strip("\n")
        return f"{text}{match['end']}" if text else ""

    return _LINE_OR_PLACE.sub(value, prompt.text).strip("\n")


def parse_prompt(text: str, path: str = "") -> Prompt:
    """Read a prompt; raises `PromptError`.

    Front matter has lines `key: value` for `name`, `purpose` and `inputs`, the last one separated by commas.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].strip() != "---":
        raise PromptError("it has no front matter; its first line is ---")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise PromptError("its front matter does not end; a line --- ends it")
    values: dict[str, str] = {}
    for line in lines[1:end]:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, colon, value = line.partition(":")
        key = key.strip()
        if not colon or key not in _KEYS:
            raise PromptError(f"its front matter can't be read at “{line.strip()[:60]}”; it has {', '.join(_KEYS)}")
        if key in values:
            raise PromptError(f"its front matter says “{key}” twice")
        values[key] = value.strip().strip("\"'")
    if not values.get("name"):
        raise PromptError("its front matter has no name")
    body = "\n".join(lines[end + 1 :]).strip("\n")
    if not body.strip():
        raise PromptError("it has no text")
    inputs = tuple(name for part in values.get("inputs", "").strip("[]").split(",") if (name := part.strip()))
    return Prompt(values["name"], inputs, body, path)


def prompts_folder() -> Path:
    """Return the folder that holds the prompts.

    A wheel carries it as `plansmith/prompts`; a checkout, and so an editable install,
    keeps it at the top, two levels above the package.
    Raises `FileNotFoundError` when neither is there, which means a broken installation.
    """
    package = Path(__file__).resolve().parents[1]
    shipped, checkout = package / "prompts", package.parents[1] / "prompts"
    for folder in (shipped, checkout):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"Plansmith's prompts are in neither {shipped} nor {checkout}; install plansmith again")


@lru_cache(maxsize=len(NAMES))
def _built_in(name: str) -> Prompt:
    path = prompts_folder() / f"{name}.md"
    return parse_prompt(path.read_text(encoding="utf-8"), str(path))


def _override(path: Path, built_in: Prompt) -> Prompt:
    try:
        text = read_document(path, limit=MAX_PROMPT).text
    except DocumentError as problem:
        raise PromptError(str(problem).removeprefix(f"{path}: ")) from problem
    prompt = parse_prompt(text, str(path))
    if prompt.name != built_in.name:
        raise PromptError(f"its name is “{prompt.name}”, and by its place it is “{built_in.name}”")
    used = dict.fromkeys(_PLACE.findall(prompt.text))
    known = ", ".join(f"{{{{{name}}}}}" for name in built_in.inputs) or "none"
    for name in (*used, *prompt.inputs):
        if name not in built_in.inputs:
            raise PromptError(f"there is no place {{{{{name}}}}}; there are {known}")
    for name in built_in.inputs:
        if name not in used:
            raise PromptError(f"it lacks the place {{{{{name}}}}}; it has all of {known}")
    return Prompt(prompt.name, built_in.inputs, prompt.text, prompt.path)
