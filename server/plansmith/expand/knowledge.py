"""All that is known of one task: its own text, its neighbours, the workspace; gathered once, asked by every section.

Complexity is counted, by this rule. One point each: four actions or more, eight or more, three files or more, six
or more, more than one ecosystem, a new package; and one for each kind of risk that the text speaks of, three at most.
No point or one is the lowest choice of the format, four or more the highest.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from plansmith.plan.document import Document
from plansmith.workspace.ecosystem import Ecosystem
from plansmith.workspace.snapshot import WorkspaceFiles
from plansmith.workspace.stack import Stack

from .clues import Names, Package, find_names, find_packages, shell_commands
from .paths import NamedFile, Places, files_folder, named_files
from .reading import ABOUT, CONTEXT, CRITERIA, FILES, QUESTIONS, RISKS, TESTS, WORK, Passage, Statement, read_passages
from .relations import Relations, find_relations
from .stepping import CORE, PROOF, Action, Step, plan_steps, present_steps
from .wording import code, decide, is_open, listed, plain, quoted, said, sentences, short

SHELLS: Final = frozenset({"bash", "sh", "shell", "console", "zsh", "terminal", "shell-session"})
MOST_TESTS: Final = 4

_RISKS: Final = {
    "a migration": r"\bmigrat\w+|\bbackfill|\bschema changes?\b",
    "concurrency": r"\bconcurren\w+|\brace condition|\bparallel\w*|\bthread|\block(?:s|ing)?\b|\bdeadlock|\basync\b",
    "security": r"\bsecur\w+|\bauthenti\w+|\bauthori[sz]\w+|\bencrypt\w+|\bpasswords?\b|\btokens?\b|\bpermission|\bhash\b",
    "compatibility": r"\bbackwards?[ -]compat\w+|\bbreaking change|\bdeprecat\w+|\blegacy\b",
    "performance": r"\bperforman\w+|\blatenc\w+|\bthroughput|\bscal(?:e|ing|ab\w+)\b|\bmemory\b",
    "data loss": r"\bdata loss|\bdelet\w+ data|\brollback|\btransaction|\batomic\w*|\bcorrupt\w+",
    "distribution": r"\bdistributed|\breplicat\w+|\bconsensus|\bqueue\b|\bretry|\bidempoten\w+",
}
_STOP_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "for",
        "to",
        "and",
        "or",
        "in",
        "on",
        "with",
        "from",
        "by",
        "at",
        "as",
        "into",
        "add",
        "create",
        "implement",
        "build",
        "write",
        "define",
        "make",
        "set",
        "up",
        "setup",
        "support",
        "introduce",
        "use",
        "using",
        "enable",
        "provide",
        "basic",
        "new",
        "initial",
        "update",
        "fix",
        "improve",
        "refactor",
        "extend",
        "handle",
        "integrate",
        "step",
        "task",
        "phase",
        "part",
        "all",
        "more",
        "full",
        "that",
        "it",
        "its",
        "is",
        "are",
        "be",
        "this",
        "so",
        "can",
        "when",
    ]
)


class Knowledge:
    """One task as the planner sees it."""

    def __init__(self, document: Document, index: int, stack: Stack, files: WorkspaceFiles | None) -> None:
        """Nothing is worked out before it is asked."""
        self.document = document
        self.index = index
        self.format = document.format
        self.task = document.tasks[index]
        self.stack = stack
        self.files = files

    # The text

    @cached_property
    def passages(self) -> list[Passage]:
        """The task's own text, outside of nested tasks."""
        return read_passages(self.task)

    @cached_property
    def name(self) -> str:
        """The task's name, harmless; its id where it has no name."""
        return plain(self.task.name, 120).rstrip(".") or self.task.label

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
    def about(self) -> list[str]:
        """The sentences with which the author says what the task is about."""
        found: list[str] = []
        for passage in self.passages:
            if passage.key or passage.role not in (WORK, ABOUT) or (passage.role == WORK and passage.title):
                continue
            for text in passage.prose:
                found += [sentence for sentence in sentences(text) if not sentence.rstrip().endswith(":")]
        return found

    def spoken(self, *roles: str) -> list[Statement]:
        """What the author says under titles of these roles, items and sentences, sections of the plan included."""
        found: list[Statement] = []
        for passage in self.passages:
            if passage.role in roles:
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

    @cached_property
    def risks(self) -> list[str]:
        """The kinds of risk that the text speaks of."""
        return [name for name, pattern in _RISKS.items() if re.search(pattern, self.text, re.I)]

    # Files and the workspace

    @cached_property
    def places(self) -> Places:
        """Paths as this task spells them."""
        return Places(self.files, files_folder(self.passages))

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
        return found or [self.stack.primary]

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
        if not self.words or not self.main.name:
            return None
        return self.main.source_file(" ".join(self.words[:3]))

    @cached_property
    def proposed_test(self) -> str | None:
        """Where the test of such a file would go."""
        return self.main.test_file(" ".join(self.words[:3])) if self.words and self.main.name else None

    def test_command(self, path: str) -> str | None:
        """The command that runs one test file, from the root."""
        command = self.project(path).test_file_command(path)
        return command.line if command else None

    @cached_property
    def suite(self) -> str | None:
        """The command of the whole suite."""
        command = self.main.test_command or self.stack.primary.test_command
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

    # Neighbours

    @cached_property
    def relations(self) -> Relations:
        """What is known of the task among the others."""
        return find_relations(self.document, self.index, self.passages)

    @cached_property
    def planned_elsewhere(self) -> frozenset[str]:
        """The paths that the New Files of other tasks name."""
        found: set[str] = set()
        for task in self.document.tasks:
            section = task.find("files.new") if task is not self.task else None
            if section is not None:
                found.update(find_names("\n".join(task.lines[section.line : section.end])).paths)
        return frozenset(found)

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
        steps = plan_steps(self.task, self.passages) or [self._bare_step()]
        if self.is_all_met:
            for action in (action for step in steps for action in step.actions):
                action.ticked = True
        else:
            said_by_author = [action for step in steps for action in step.actions]
            self._add_questions(steps)
            self._add_tests(steps, said_by_author)
        for number, step in enumerate(steps, 1):
            step.number = number
        return steps

    @cached_property
    def statements(self) -> list[Action]:
        """The author's own actions."""
        return [action for step in self.steps for action in step.actions if action.raw and not is_open(action.raw)]

    def _bare_step(self) -> Step:
        """The one step of a task that says nothing but its name."""
        return Step(1, short(self.name, 72), CORE, "", [Action(said(self.task.name or self.name), self.task.name)])

    def _add_questions(self, steps: list[Step]) -> None:
        """What has to be settled before the first step is done."""
        first = steps[0]
        asked = [decide(plain(statement.raw, 180)) for statement in self.spoken(QUESTIONS) if statement.raw.strip()]
        if not self.statements_name_files():
            asked.append(self.which_file())
        first.actions[:0] = [Action(text) for text in dict.fromkeys(asked)]

    def statements_name_files(self) -> bool:
        """Whether the task names any file that it makes or changes."""
        return bool(self.mentioned)

    def which_file(self) -> str:
        """The question for the file, with what the layout and the files' names suggest."""
        like = self.places.like(self.words, self.main.extensions) if self.main.extensions else []
        hints = []
        if like:
            hints.append(
                f"by its name {listed([code(path) for path in like])} could be it"
                if len(like) == 1
                else f"by their names it could be {' or '.join(code(path) for path in like)}"
            )
        if self.proposal and not self.task.done and not self.places.exists(self.proposal):
            hints.append(f"by this project's layout a new one would be {code(self.proposal)}")
        what = f"which file holds {self.quoted_name}; the task names none"
        return decide("; ".join([what, *hints]))

    def _add_tests(self, steps: list[Step], authored: list[Action]) -> None:
        """A last step that proves the task, where the author has not written one."""
        step = steps[-1] if steps[-1].phase == PROOF and len(steps) > 1 else None
        actions = self._test_actions(authored, is_begun=step is not None)
        if step is None:
            step = Step(
                0, f"Prove {short(self.name, 56)}" if not self.name.lower().startswith("prove") else self.name, PROOF
            )
            steps.append(step)
        known = set(find_names(step.raw).paths)
        step.actions += [action for action in actions if not known.intersection(find_names(action.text).paths)]

    def _test_actions(self, authored: list[Action], *, is_begun: bool) -> list[Action]:
        found = []
        tested = {test: source for source in self.sources if (test := self.stack.for_path(source).test_file(source))}
        for path in self.tests:
            exists = self.places.exists(path)
            verb = "Extend" if exists else "Write"
            source = tested.get(path)
            what = f"{verb} the tests in {code(path)}" if not source else f"{verb} {code(path)} for {code(source)}"
            name = source.rpartition("/")[2] if source else ""
            covers = [short(action.text, 80) for action in authored if name and name in action.raw]
            found.append(Action(what, notes=tuple(f"covers: {text}" for text in covers[:4])))
        if not found and not self.suite and not is_begun:
            found.append(Action(decide(f"how {self.quoted_name} is proved; {self.why_no_command()}")))
        elif not found and not is_begun:
            where = (
                f"; by this project's layout it would be {code(self.proposed_test)}"
                if self.proposed_test and not self.task.done
                else ""
            )
            found.append(Action(decide(f"which test file covers {self.quoted_name}{where}")))
        return found

    def why_no_command(self) -> str:
        """Why no command can be named."""
        if self.files is None:
            return "nothing is known of the workspace's files"
        if not self.stack.ecosystems:
            return "no manifest in this workspace says how to test"
        return (
            f"{code(self.main.manifest)} names no test runner" if self.main.manifest else "no test runner is configured"
        )

    # Complexity

    @cached_property
    def complexity(self) -> tuple[int, list[str]]:
        """The points, and what they are for; see the rule at the top of this file."""
        actions = len(self.statements)
        files = len(self.mentioned)
        projects = len([eco for eco in self.ecosystems if eco.name])
        points = (actions > 3) + (actions > 7) + (files > 2) + (files > 5)
        points += (projects > 1) + bool(self.packages) + min(len(self.risks), 3)
        why = [f"{actions} action{'s' if actions != 1 else ''}"]
        if files:
            why.append(f"{files} file{'s' if files != 1 else ''}")
        if projects > 1:
            why.append(f"{projects} projects")
        if self.packages:
            why.append(f"{len(self.packages)} new package{'s' if len(self.packages) != 1 else ''}")
        return points, [*why, *self.risks]

    def _is_source(self, path: str) -> bool:
        return any(path.endswith(eco.extensions) for eco in self.stack.ecosystems if eco.extensions)
