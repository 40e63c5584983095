"""Every setting of a project stands here once: validation, defaults, reference and schema derive from it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from plansmith.plan.format import (
    CHECKLIST,
    CHOICE,
    CODE,
    FIELD,
    GROUP,
    HEADING,
    LINE,
    LIST,
    OPTIONAL,
    RECOMMENDED,
    REQUIRED,
    STEP,
    STEPS,
)
from plansmith.rules.runner import MAX_FINDINGS
from plansmith.rules.table import RULES
from plansmith.workspace.formats import DEFAULT_FORMAT

TEXT: Final = "text"  # one line
PARAGRAPH: Final = "paragraph"  # any number of lines
TEXTS: Final = "texts"  # a list of one-line texts
NUMBER: Final = "number"
FLAG: Final = "flag"
WORD: Final = "word"  # one of `choices`
SEVERITY: Final = "severity"
TABLE: Final = "table"  # keys that are known: `fields`
MAP: Final = "map"  # keys of the author's own, or of `choices`; each value is an `each`
TABLES: Final = "tables"  # a list of tables, each an `each`
SECTIONS: Final = "sections"  # sections by their keys, nested or dotted; each is an `each`

SEVERITIES: Final = ("error", "warning", "information", "hint", "off")
OFF: Final = "off"


class Setting(NamedTuple):
    """One setting: what may stand under a key, and what it means."""

    key: str
    kind: str
    description: str
    default: Any = None
    choices: tuple[str, ...] = ()
    least: int = 0  # the smallest number, or the fewest items
    most: int = 0  # the largest number, or the longest text; 0 means the kind's own limit
    fields: tuple[Setting, ...] = ()
    each: Setting | None = None
    either: tuple[Setting, ...] = ()  # other shapes that the same key may have
    globs: bool = False  # its texts, or a map's keys, are globs of documents

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that a table knows."""
        return tuple(field.key for field in self.fields)


_TASKS = Setting(
    "tasks",
    TABLE,
    "How tasks are spelled.",
    fields=(
        Setting(
            "headings",
            TEXTS,
            "Spellings of a task's heading: literal words, `{id}`, `{dash}`, and `{name}` at the end.",
            least=1,
            most=80,
        ),
        Setting("references", TEXTS, "Words before an id that refer to a task: `Task 3`.", least=1, most=40),
        Setting("elsewhere", TEXTS, "Words after a reference that make it another document's: `Task 3 of …`.", most=40),
        Setting("done", TEXTS, "Marks in a heading that say that the task is done.", least=1, most=40),
        Setting("open", TEXTS, "Marks in a heading that say no such thing, and are no part of its name.", most=40),
        Setting("min-level", NUMBER, "The highest level of heading that can be a task.", least=1, most=6),
        Setting("max-level", NUMBER, "The lowest level of heading that can be a task.", least=1, most=6),
    ),
)

_NONE_VALUES = Setting(
    "none-values",
    TEXTS,
    "Texts that say that there is nothing to say; the first one is written.",
    least=1,
    most=40,
)
_TEMPLATE_WORDS = Setting(
    "template-words", TEXTS, "Words of a template, which stay behind in brackets when somebody copies it.", most=40
)

_GUIDELINES = (
    Setting("title", TEXT, "The title of the section at the end of the document.", most=80),
    Setting("sections", TEXTS, "The titles of what stands in it.", most=80),
)

_SECTION = (
    Setting("title", TEXT, "The words of the heading or label; a step's carries `{n}` and `{name}`.", most=80),
    Setting("need", WORD, "How much the section is asked for.", choices=(REQUIRED, RECOMMENDED, OPTIONAL)),
    Setting("form", WORD, "Whether it is written as a heading or as a bold label.", choices=(FIELD, HEADING)),
    Setting(
        "kind",
        WORD,
        "What its content is.",
        choices=(LINE, CHOICE, LIST, CHECKLIST, CODE, GROUP, STEPS, STEP),
    ),
    Setting("aliases", TEXTS, "Other titles that are read as this one.", most=80),
    Setting("label-aliases", TEXTS, "The same, as labels directly below the parent only.", most=80),
    Setting("choices", TEXTS, "The words that a choice can be.", least=1, most=40),
    Setting(
        "synonyms",
        MAP,
        "For a choice, the words that mean it.",
        each=Setting("*", TEXTS, "Words that mean this choice.", most=40),
    ),
    Setting("none", FLAG, "Whether a None-value is an answer."),
    Setting("references", FLAG, "Whether it refers to tasks."),
    Setting("hover", PARAGRAPH, "What to write there, in a sentence or two.", most=1000),
    Setting("example", PARAGRAPH, "An example, with its heading or label.", most=4000),
)

_PLACES = (
    Setting("after", TEXT, "The sibling that it follows."),
    Setting("before", TEXT, "The sibling that it precedes."),
)


def _customised(field: Setting) -> Setting:
    if field.key == "need":
        return field._replace(
            choices=(*field.choices, OFF), description="How much the section is asked for; `off` takes it away."
        )
    return field


_RULE_NAMES: Final = tuple(rule.name for rule in RULES)
_RULE_LIST: Final = Setting("*", TEXTS, "Rules to switch off in these documents.", choices=_RULE_NAMES, least=1)

PROJECT: Final = Setting(
    "",
    TABLE,
    "The settings of a project.",
    fields=(
        Setting(
            "rules",
            MAP,
            "The severity of a rule, by its name; `off` or `false` switches it off, `true` on.",
            choices=_RULE_NAMES,
            each=Setting("*", SEVERITY, "A severity."),
        ),
        Setting(
            "ignore",
            TEXTS,
            "Rules to switch off: a list of them, or lists of them by globs of documents.",
            default=(),
            choices=_RULE_NAMES,
            either=(
                Setting("ignore", MAP, "Rules to switch off, by globs of documents.", each=_RULE_LIST, globs=True),
            ),
        ),
        Setting(
            "include",
            TEXTS,
            "Globs of the documents to look at; none means all Markdown files.",
            default=(),
            most=200,
            globs=True,
        ),
        Setting("exclude", TEXTS, "Globs of documents and folders to leave alone.", default=(), most=200, globs=True),
        Setting(
            "max-findings",
            NUMBER,
            "The most findings that a document reports, the gravest first.",
            default=MAX_FINDINGS,
            least=1,
            most=100_000,
        ),
        Setting(
            "code-root",
            TEXT,
            "The folder that paths in plans are relative to, where the plans live apart from the code.",
            default=".",
            most=400,
        ),
        Setting(
            "formatting",
            FLAG,
            "Whether editors may lay out plans: levels, order and numbers, blank lines, bullets.",
            default=False,
        ),
        Setting(
            "format",
            TEXT,
            "A built-in format by its name, or a TOML file inside the project, which only a trusted one may name.",
            default=DEFAULT_FORMAT,
            most=400,
        ),
        Setting(
            "sections",
            SECTIONS,
            "What differs from the format, or is added to it, by the section's key.",
            each=Setting("*", TABLE, "One section.", fields=(*map(_customised, _SECTION), *_PLACES)),
        ),
        _TASKS,
        _NONE_VALUES,
        _TEMPLATE_WORDS,
        Setting(
            "guidelines",
            TABLE,
            "The section that ends a document.",
            fields=(
                Setting("add", FLAG, "Whether expanding a whole document adds it where it is missing.", default=True),
                *_GUIDELINES,
            ),
        ),
    ),
)

_FORMAT_SECTION: Final = Setting(
    "*",
    TABLE,
    "A section.",
    fields=(
        Setting("key", TEXT, "The last part of the section's key.", most=40),
        *_SECTION,
        Setting("section", TABLES, "The sections inside it."),
    ),
)

FORMAT: Final = Setting(
    "",
    TABLE,
    "A format file.",
    fields=(
        Setting("name", TEXT, "The format's name.", most=80),
        _NONE_VALUES,
        _TEMPLATE_WORDS,
        _TASKS,
        Setting("guidelines", TABLE, "The section that ends a document.", fields=_GUIDELINES),
        Setting("section", TABLES, "The sections, in their order.", least=1, each=_FORMAT_SECTION),
    ),
)

# What a project could wish to decide, and only its user may.
USER_KEYS: Final = frozenset({
    "provider", "model", "effort", "base-url", "api-key", "key", "keys", "prompts", "prompt", "prompts-folder", "send",
    "max-tokens", "max-output", "max-request-tokens", "max-run-tokens", "context-budget", "ask-above", "concurrency",
    "connect-timeout", "silence-timeout", "retries", "cache", "cache-dir", "cache-folder", "ambient-headers",
    "ambient-credentials", "trusted", "trust",
})  # fmt: skip
