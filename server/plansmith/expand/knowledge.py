"""All that is known of one task: its own text, its neighbours, the workspace; gathered once, asked by every section."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from plansmith.plan.packages import Package, find_packages
from plansmith.workspace.ecosystem import Ecosystem
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack

from .additions import completed
from .asking import asks
from .clues import CODE_ENDINGS, SHELLS, Names, find_names, shell_commands
from .overview import Overview
from .paths import NamedFile, Places, files_folder, named_files, spelled_paths
from .prose import Prose
from .reading import ABOUT, CONTEXT, CRITERIA, FILES, RISKS, TESTS, WORK, Passage, Statement
from .relations import Relations, find_relations
from .stepping import Action, Step, is_run, plan_steps, present_steps
from .wording import code, decide, is_open, listed, outcome, quoted, short, title

MOST_TESTS: Final = 4

_DOCUMENTS: Final = (".md", ".mdx", ".rst", ".txt", ".adoc")
_CREATING: Final = frozenset({"add", "build", "create", "define", "implement", "introduce", "make", "provide", "write"})
_STOP_WORDS: Final = _CREATING | frozenset({
    "a", "an", "the", "of", "for", "to", "and", "or", "in", "on", "with", "from", "by", "at", "as", "into", "set", "up",
    "setup", "support", "use", "using", "enable", "basic", "new", "initial", "update", "fix", "improve", "refactor",
    "extend", "handle", "integrate", "step", "task", "phase", "part", "all", "more", "full", "that", "it", "its", "is",
    "are", "be", "this", "so", "can", "when", "speed", "document", "remove", "delete", "test", "tests",
})  # fmt: skip

_ON_TEXT = re.compile(
    r"(?:document|describe|explain|mention|proofread|link|quote|rephrase|reword)\b"
    r"|\w+\s+(?:\w+\s+){0,3}?(?:sections?|paragraphs?|chapters?|readme|change ?log|docs|documentation|release notes)\b",
    re.I,
)
_ABOUT_TEXT = re.compile(
    r"\b(?:document|describe|docs?|documentation|documents|readme|change ?log|guides?|tutorials?|manual|release notes"
    r"|specs?|adr|skill|prompts?)\b|\.(?:md|mdx|rst|txt|adoc)\b",
    re.I,
)


class Knowledge:
    """One task as the planner sees it."""

    def __init__(
        self, overview: Overview, index: int, stack: Stack, files: WorkspaceFiles | None, here: str = ""
    ) -> None:
        """Nothing is worked out before it is asked; `here` is the folder of the document, from the root."""
        document = overview.document
        self.document = document
        self.overview = overview
        self.index = index
        self.format = document.format
        self.task = document.tasks[index]
        self.stack = stack
        self.files = files
        self.here = here

    # The text

    @cached_property
    def passages(self) -> list[Passage]:
        """The task's own text, outside of nested tasks."""
        return self.overview.passages(self.index)

    @cached_property
    def name(self) -> str:
        """The task's name, harmless; its id where it has no name."""
        return title(self.task.name, 120).rstrip(".") or self.task.label

    @property
    def quoted_name(self) -> str:
        """The task's name between quotation marks."""
        return quoted(self.name, 90)

    @cached_property
    def words(self) -> list[str]:
        """The words of the name that say what it is about."""
        bare = re.sub(r"[`*]", "", self.task.name)
        found = [word for word in re.findall(r"[A-Za-z][A-Za-z0-9]*", bare) if word.lower() not in _STOP_WORDS]
        return [word for word in found if len(word) > 1]

    @cached_property
    def prose(self) -> Prose:
        """What the author says of the task in sentences."""
        return Prose(self.passages, self.name, self.format.reference)

    def spoken(self, *roles: str, sections: bool = True) -> list[Statement]:
        """What the author says under titles of these roles, items and sentences; in the plan's `sections` too."""
        found: list[Statement] = []
        for passage in self.passages:
            if passage.role in roles and (sections or not passage.key):
                found += [Statement(text) for text in passage.prose]
                found += passage.statements
        return found

    @cached_property
    def text(self) -> str:
        """All that the task says and that says something of its work."""
        kept = (WORK, ABOUT, FILES, TESTS, CRITERIA, RISKS, CONTEXT)
        return "\n".join([self.task.name, *(p.whole for p in self.passages if p.role in kept)])

    @cached_property
    def names(self) -> Names:
        """What the task's text names."""
        return find_names(self.text)

    @cached_property
    def commands(self) -> list[str]:
        """The commands that the task shows, in spans and in blocks of a shell."""
        return list(dict.fromkeys([*self.names.commands, *self.block_commands(None)]))

    def block_commands(self, step: Step | None) -> list[str]:
        """The commands in blocks of a shell: of a step, or of the whole task."""
        if step is not None:
            blocks = step.blocks
        else:
            blocks = [block for passage in self.passages for block in passage.blocks]
            blocks += [b for p in self.passages for s in p.statements for part in s.walk() for b in part.blocks]
        return [c for block in blocks if block.language.lower() in SHELLS for c in shell_commands(block.lines)]

    @cached_property
    def packages(self) -> list[Package]:
        """The packages that the task adds, those left out that a manifest has already."""
        found: dict[str, Package] = {}
        for package in [*self.names.packages, *(p for c in self.block_commands(None) for p in find_packages(c))]:
            if not any(eco.dependency(package.name) for eco in self.stack.ecosystems):
                found.setdefault(package.name.casefold(), package)
        return list(found.values())

    # Files and the workspace

    @cached_property
    def places(self) -> Places:
        """Paths as this task spells them."""
        return Places(self.files, files_folder(self.passages), self.here, spelled_paths(self.passages))

    @cached_property
    def mentioned(self) -> list[NamedFile]:
        """The files that the text makes or changes."""
        return named_files(self.passages, self.places)

    @cached_property
    def sources(self) -> list[str]:
        """Those of them that are source code of a known project, tests left out."""
        return [
            file.path
            for file in self.mentioned
            if file.verb != "removes"
            and self._is_source(file.path)
            and not self.project(file.path).is_test_file(file.path)
        ]

    def project(self, path: str) -> Ecosystem:
        """The project that a path belongs to; the main one where it lies in none."""
        found = self.stack.for_path(path)
        return found if found.name else self.stack.primary

    @cached_property
    def ecosystems(self) -> list[Ecosystem]:
        """The projects that the task touches, by the files and packages that it names; else the main one."""
        found: list[Ecosystem] = []
        for path in [file.path for file in self.mentioned if self._is_source(file.path)]:
            project = self.stack.for_path(path)
            if project.name and project not in found:
                found.append(project)
        if not found:
            named = {package.ecosystem for package in self.packages}
            found = [eco for eco in self.stack.ecosystems if eco.name in named][:1]
        return found or [self.stack.otherwise if self.foreign else self.stack.primary]

    @property
    def main(self) -> Ecosystem:
        """The project that the task touches first."""
        return self.ecosystems[0]

    @cached_property
    def tests(self) -> list[str]:
        """The test files of the task: those that it names, else where its sources' tests go by the layout."""
        named = [file.path for file in self.mentioned if self.project(file.path).is_test_file(file.path)]
        if named:
            return named[:MOST_TESTS]
        found: list[str] = []
        for path in self.sources:
            project = self.stack.for_path(path)
            test = project.test_file(path) if project.name else None
            if test and test not in found and path.rpartition("/")[2] not in ("__init__.py", "mod.rs", "lib.rs"):
                found.append(test)
        if self.task.done:
            found = [path for path in found if self.places.exists(path)]
        return found[:MOST_TESTS]

    @cached_property
    def proposal(self) -> str | None:
        """Where a new file for the task would go by the project's layout; None where no layout is known."""
        first = self.name.split(" ", 1)[0].lower()
        if not self.words or not self.main.name or self.task.done or first not in _CREATING:
            return None
        return self.main.source_file(" ".join(self.words[:3]))

    @cached_property
    def proposed_test(self) -> str | None:
        """Where the test of such a file would go, or of the file that the task's name fits."""
        if not self.is_code or self.task.done:
            return None
        source = self.alike[0] if self.alike else self.proposal
        if source is None and len(self.few_sources) == 1:
            source = self.few_sources[0]
        return self.main.test_file(source) if source else None

    @property
    def proposed_test_words(self) -> str:
        """The proposal of a test file, as a question goes on with it."""
        path = self.proposed_test
        if path is None:
            return ""
        there = "it could be" if self.places.exists(path) else "by this project's layout it would be"
        return f"; {there} {code(path)}"

    @cached_property
    def tested(self) -> dict[str, str]:
        """The sources of the task by the test files that the layout gives them."""
        return {test: path for path in self.sources if (test := self.stack.for_path(path).test_file(path)) is not None}

    def is_own_test(self, path: str) -> bool:
        """Whether a source holds its tests itself, as its language has it."""
        return self.tested.get(path) == path

    @cached_property
    def alike(self) -> list[str]:
        """Files of the main project whose names have words of the task's name."""
        eco = self.main
        if not eco.extensions:
            return []
        found = self.places.like(self.words, eco.extensions, 6)
        return [path for path in found if not self.project(path).is_test_file(path)][:3]

    @cached_property
    def few_sources(self) -> list[str]:
        """All sources of the main project, where they are so few that the work is in one of them or in a new file."""
        eco, files = self.main, self.files
        if files is None or not eco.extensions or files.truncated:
            return []
        inside = f"{eco.folder}/" if eco.folder else ""
        found = [
            path
            for path in files.paths
            if path.startswith(inside)
            and path.endswith(eco.extensions)
            and not eco.is_test_file(path)
            and path.rpartition("/")[2] not in ("__init__.py", "conftest.py", "setup.py")
        ]
        return sorted(found) if len(found) < 4 else []

    @cached_property
    def is_code(self) -> bool:
        """Whether the task changes code, as far as its files tell; a task that names none may."""
        if not self.mentioned:
            return not re.match(r"(?:document|describe|write (?:the )?docs)\b", self.name, re.I)
        if any(self._is_source(file.path) for file in self.mentioned) or self.foreign:
            return True
        if not self.names_documents_alone:
            return not self.stack.ecosystems
        # Who documents an endpoint or what else is asked for has to build it first.
        return bool(self.names.endpoints) or self._asks_for_more

    @cached_property
    def names_documents_alone(self) -> bool:
        """Whether all files that the task names are documents, if it names any."""
        return bool(self.mentioned) and all(file.path.endswith(_DOCUMENTS) for file in self.mentioned)

    @cached_property
    def is_text(self) -> bool:
        """Whether the task is about documents, which no command proves."""
        return not self.is_code and (self.names_documents_alone or not self.mentioned)

    @cached_property
    def foreign(self) -> list[str]:
        """The programs that the task names, where they are of no known project: another's commands don't prove them."""
        paths = [file.path for file in self.mentioned]
        if not self.stack.ecosystems or any(map(self._is_source, paths)):
            return []
        return [path for path in paths if path.endswith(CODE_ENDINGS)]

    @property
    def _asks_for_more(self) -> bool:
        """Whether the work goes beyond the documents that the task names."""
        if _ABOUT_TEXT.search(self.name):
            return False
        asked = [each.raw for passage in self.passages if passage.role == WORK and not passage.key
                 for each in passage.statements]  # fmt: skip
        asked += [text for text in self.prose.told if asks(text)]
        more = [text for text in asked if asks(text) and not find_names(text).paths and not _ON_TEXT.match(text)]
        return len(more) * 2 >= len(asked) > 0

    def test_command(self, path: str) -> str | None:
        """The command that runs one test file, from the root."""
        command = self.project(path).test_file_command(path)
        return command.line if command else None

    @cached_property
    def suite(self) -> str | None:
        """The command of the whole suite."""
        command = self.main.test_command or (None if self.foreign else self.stack.primary.test_command)
        return command.line if command else None

    @cached_property
    def static_check(self) -> tuple[str, str] | None:
        """The command that judges the code without running it, and what it then says."""
        eco = self.main
        for command, result in (
            (eco.type_check_command, "reports no error"),
            (eco.lint_command, "reports nothing"),
            (eco.build_command, "ends without an error"),
        ):
            if command is not None:
                return command.line, result
        return None

    @property
    def environment_template(self) -> str:
        """The file that names the environment's variables without their values; "" where there is none."""
        return self.stack.environment_templates[0] if self.stack.environment_templates else ""

    def names_of(self, text: str) -> Names:
        """What a text names."""
        return find_names(text)

    def statuses_in(self, text: str) -> tuple[str, ...]:
        """The status codes that a text names."""
        return find_names(text).statuses

    # Neighbours

    @cached_property
    def relations(self) -> Relations:
        """What is known of the task among the others."""
        return find_relations(self.overview, self.index)

    def is_planned_elsewhere(self, path: str) -> bool:
        """Whether the New Files of another task name a path."""
        return self.overview.is_planned_elsewhere(self.index, path)

    # Steps

    @cached_property
    def has_steps(self) -> bool:
        """Whether the document has steps already."""
        return any(section.number is not None for section in self.task.walk())

    @cached_property
    def is_all_met(self) -> bool:
        """Whether the author has ticked all success criteria that there are."""
        section = self.task.find("success")
        boxes = [item.is_ticked for item in section.items if item.box is not None] if section else []
        return bool(boxes) and all(boxes)

    @cached_property
    def steps(self) -> list[Step]:
        """The steps: those of the document, or those that its text makes."""
        if self.has_steps:
            return present_steps(self.task, self.passages)
        return completed(self, plan_steps(self.passages, self.name))

    @cached_property
    def statements(self) -> list[Action]:
        """The author's own actions."""
        return [action for step in self.steps for action in step.actions if action.raw and not is_open(action.raw)]

    def behaviours(self, actions: Iterable[Action], most: int) -> list[str]:
        """What the author and his actions say of how it behaves, without naming a file: tests are about that first."""
        said = [f"no longer so: {text}" for text in self.prose.wrongs]
        said += map(outcome, self.prose.outcomes[:2])
        said += [
            action.text
            for action in actions
            if action.raw
            and not find_names(action.raw).paths
            and not is_run(action.text)
            and not self.is_documenting(action)
        ]
        return list(dict.fromkeys(short(text, 80) for text in said if not is_open(text)))[:most]

    def is_documenting(self, action: Action) -> bool:
        """Whether an action changes documents alone: no test covers it."""
        paths = find_names(action.raw).paths
        if paths:
            return all(path.endswith(_DOCUMENTS) for path in paths)
        return _ON_TEXT.match(action.text) is not None

    def which_file(self) -> str:
        """The question for the file, with what the layout and the files' names suggest."""
        like = self.alike
        hints = []
        if like:
            them = " or ".join(map(code, like))
            hints.append(f"by {'its name' if len(like) == 1 else 'their names'} it could be {them}")
        elif self.few_sources:
            hints.append(
                f"there {'is' if len(self.few_sources) == 1 else 'are'} only {listed(map(code, self.few_sources))}"
            )
        if self.proposal and not self.places.exists(self.proposal):
            hints.append(f"by this project's layout a new one would be {code(self.proposal)}")
        what = f"which file holds {self.quoted_name}; the task names {'only documents' if self.mentioned else 'none'}"
        return decide("; ".join([what, *hints]))

    def why_no_command(self) -> str:
        """Why no command can be named."""
        if self.foreign:
            return f"nothing here says how {code(self.foreign[0])} is tested"
        if self.files is None:
            return "nothing is known of the workspace's files"
        if not self.stack.ecosystems:
            return "no manifest in this workspace says how to test"
        return (
            f"{code(self.main.manifest)} names no test runner" if self.main.manifest else "no test runner is configured"
        )

    def _is_source(self, path: str) -> bool:
        return any(path.endswith(eco.extensions) for eco in self.stack.ecosystems if eco.extensions)
