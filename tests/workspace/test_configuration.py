"""Every mistake of a configuration has its finding at its key, and the rest stays in force."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.plan.text import Span, split_lines
from plansmith.rules.invalid_configuration import invalid_configuration
from plansmith.rules.rule import Severity
from plansmith.rules.table import RULES
from plansmith.workspace.configuration_file import find_problems
from plansmith.workspace.formats import load_format
from plansmith.workspace.loading import load_configuration
from plansmith.workspace.roots import find_root, root_of
from tests.markers import dedent, read_marks


@pytest.fixture
def load(tree):
    """Write files whose text is taken as it stands, and load the configuration of their root."""

    def load(text="", *, trusted=False, name="plansmith.toml", **others):
        root = tree({})
        for path, content in {name: text, **others}.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return load_configuration(root, trusted=trusted)

    return load


@pytest.fixture
def check(load):
    """Load a marked configuration; it has exactly the findings that it says."""

    def check(text, **options):
        plain, marks = read_marks(text)
        configuration = load(plain, **options)
        found = [finding for report in configuration.reports for finding in report.findings]
        places = [
            (f.span.line, f.span.start, f.span.end, f"{f.severity.name.lower()}[{f.rule}]", f.message) for f in found
        ]
        assert places == [(mark.line, mark.start, mark.end, mark.label, mark.message) for mark in marks]
        return configuration

    return check


# Values


def test_without_a_file_everything_is_as_by_default(tree):
    root = tree({"a.md": ""})
    configuration = load_configuration(root, trusted=False)
    assert configuration.path is None
    assert configuration.format is load_format()
    assert configuration.code_root == str(root)
    assert configuration.reports == ()
    assert configuration.covers("a.md")
    assert configuration.checker().options.max_findings == 500


def test_all_settings_are_read(check):
    configuration = check(
        """
        include = ["plans/"]
        exclude = ["*.draft.md"]
        max-findings = 7
        code-root = "."
        ignore = ["vague-action"]
        format = "detailed-plan"
        none-values = ["Keine"]

        [rules]
        missing-section = "warning"
        placeholder-text = "off"
        unknown-task = false
        plain-list = true
        open-decision = "information"

        [guidelines]
        add = false
        """
    )
    assert configuration.severities == {
        "missing-section": Severity.WARNING,
        "placeholder-text": None,
        "unknown-task": None,
        "plain-list": Severity.WARNING,
        "open-decision": Severity.INFORMATION,
    }
    assert configuration.max_findings == 7
    assert configuration.add_guidelines is False
    assert configuration.format.none_text == "Keine"
    options = configuration.checker(f"{configuration.root}/plans/a.md").options
    assert options.max_findings == 7
    assert options.severities["vague-action"] is None


def test_a_table_of_pyproject_counts_alike(check):
    configuration = check(
        """
        [project]
        name = "x"

        [tool.plansmith]
        max-findings = "many"
        ^^^^^^^^^^^^ error[invalid-configuration]: “max-findings” is a whole number from 1 to 100000, not “many”

        [tool.plansmith.rules]
        missing-sections = "off"
        ^^^^^^^^^^^^^^^^ error[invalid-configuration]: Unknown rule “missing-sections”; did you mean “missing-section”?
        plain-list = "hint"
        """,
        name="pyproject.toml",
    )
    assert configuration.severities == {"plain-list": Severity.HINT}


def test_plansmith_toml_wins_over_pyproject(load):
    configuration = load("max-findings = 3", **{"pyproject.toml": "[tool.plansmith]\nmax-findings = 4"})
    assert configuration.max_findings == 3


# Mistakes


@pytest.mark.parametrize(
    "text",
    [
        """
        exlude = ["a"]
        ^^^^^^ error[invalid-configuration]: Unknown setting “exlude”; did you mean “exclude”?
        """,
        """
        max_findings = 3
        ^^^^^^^^^^^^ error[invalid-configuration]: Unknown setting “max_findings”; did you mean “max-findings”?
        """,
        """
        zzz = 3
        ^^^ error[invalid-configuration]: Unknown setting “zzz”; delete it
        """,
        """
        api-key = "secret"
        ^^^^^^^ error[invalid-configuration]: “api-key” is the user's to decide, and never read from a project; delete it
        """,
        """
        max-findings = 0
        ^^^^^^^^^^^^ error[invalid-configuration]: “max-findings” is a whole number from 1 to 100000, not 0
        """,
        """
        max-findings = true
        ^^^^^^^^^^^^ error[invalid-configuration]: “max-findings” is a whole number from 1 to 100000, not true
        """,
        """
        exclude = "a"
        ^^^^^^^ error[invalid-configuration]: “exclude” is a list of texts, not “a”
        """,
        """
        exclude = ["a", 3]
                        ^ error[invalid-configuration]: “exclude” is a list of texts; 3 is none
        """,
        """
        exclude = ["a", ""]
                        ^^ error[invalid-configuration]: “exclude”: “” is empty
        """,
        """
        ignore = ["vague-actions"]
                  ^^^^^^^^^^^^^^^ error[invalid-configuration]: Unknown rule “vague-actions”; did you mean “vague-action”?
        """,
        """
        ignore = 3
        ^^^^^^ error[invalid-configuration]: “ignore” is a list of texts or a table, not 3
        """,
        """
        [ignore]
        "docs/**" = ["vague-actions"]
                     ^^^^^^^^^^^^^^^ error[invalid-configuration]: Unknown rule “vague-actions”; did you mean “vague-action”?
        """,
        """
        ignore = ["vague-action", "plain-list", "vague-action"]
                                                ^^^^^^^^^^^^^^ error[invalid-configuration]: “vague-action” stands in this list twice; delete one
        """,
        """
        [ignore]
        "docs/" = ["vague-action", "vague-action"]
                                   ^^^^^^^^^^^^^^ error[invalid-configuration]: “vague-action” stands in this list twice; delete one
        """,
        """
        [ignore]
        "docs/" = []
        ^^^^^^^ error[invalid-configuration]: “docs/” needs at least one item
        """,
        """
        [ignore]
        plain-list = ["docs/"]
        ^^^^^^^^^^ error[invalid-configuration]: “plain-list” is a rule, and its place is in the list of a glob: "**" = ["plain-list"]
        """,
        """
        [ignore]
        "docs" = ["plain-list"]
        "./docs" = ["vague-action"]
        ^^^^^^^^ error[invalid-configuration]: “./docs” is the same as “docs” above; delete one
        """,
        """
        [ignore]
        "../docs/" = ["plain-list"]
        ^^^^^^^^^^ error[invalid-configuration]: “../docs/” leads out of this file's folder, where no document is looked for
        """,
        """
        include = [
            "docs/",
            "plans/",
            "./docs/",
            ^^^^^^^^^ error[invalid-configuration]: “./docs/” is the same as “docs/” above; delete one
            "docs/",  # again
            ^^^^^^^ error[invalid-configuration]: “docs/” stands in this list twice; delete one
        ]
        """,
        """
        none-values = ["None", "Keine", "None"]
                                        ^^^^^^ error[invalid-configuration]: “None” stands in this list twice; delete one
        """,
        """
        rules = "off"
        ^^^^^ error[invalid-configuration]: “rules” is a table, not “off”
        """,
        """
        rules.plain-list = "warn"
              ^^^^^^^^^^ error[invalid-configuration]: “plain-list” is “error”, “warning”, “information”, “hint” or “off”, not “warn”; did you mean “warning”?
        """,
        """
        rules = { "plain-list" = [] }
                  ^^^^^^^^^^^^ error[invalid-configuration]: “plain-list” is “error”, “warning”, “information”, “hint” or “off”, not a list
        """,
        """
        rules.plain-list = {}
              ^^^^^^^^^^ error[invalid-configuration]: “plain-list” is “error”, “warning”, “information”, “hint” or “off”, not a table
        """,
        """
        code-root = "nowhere"
        ^^^^^^^^^ error[invalid-configuration]: There is no folder “nowhere”; the path is relative to this file's folder
        """,
        """
        code-root = "/usr"
        ^^^^^^^^^ error[invalid-configuration]: “/usr” is on this machine only; write a path relative to this file's folder
        """,
        """
        format = "detailed"
        ^^^^^^ error[invalid-configuration]: There is no built-in format “detailed”; did you mean “detailed-plan”?
        """,
        """
        none-values = []
        ^^^^^^^^^^^ error[invalid-configuration]: “none-values” needs at least one item
        """,
        """
        [guidelines]
        add = "yes"
        ^^^ error[invalid-configuration]: “add” is true or false, not “yes”
        """,
        """
        [tasks]
        min-level = 3
        ^^^^^^^^^ error[invalid-configuration]: “min-level” is 3, and “max-level” 2; both stay as they were
        max-level = 2
        """,
        """
        [tasks]
        headings = ["{name}", "Tarea {id}: {name}"]
        ^^^^^^^^ error[invalid-configuration]: “{name}” starts with no word, so any heading would be a task; write one, as in “Task {id}: {name}”
        """,
        """
        [tasks]
        headings = ["Tarea {id}: {nombre}"]
        ^^^^^^^^ error[invalid-configuration]: “Tarea {id}: {nombre}” holds {nombre}; the places are {id}, {dash}, {name}
        """,
        """
        [tasks]
        headings = ["Tarea {id} {id}: {name}"]
        ^^^^^^^^ error[invalid-configuration]: “Tarea {id} {id}: {name}” holds a place twice; write each once
        """,
        """
        [tasks]
        headings = ["Tarea: {name} {id}"]
        ^^^^^^^^ error[invalid-configuration]: “Tarea: {name} {id}” goes on after “{name}”; put that last
        """,
        """
        [tasks]
        headings = ["The {name}"]
        ^^^^^^^^ error[invalid-configuration]: “The {name}” would take any heading that starts so; put a colon before “{name}”
        """,
        """
        [tasks]
        references = ["(", "Tarea"]
        ^^^^^^^^^^ error[invalid-configuration]: “(” is no word; write it without signs and places, as in “Task”
        """,
    ],
)
def test_a_mistake_is_a_finding_at_its_key(check, text):
    check(text)


def test_what_is_wrong_is_left_out_and_the_rest_stays_in_force(check):
    configuration = check(
        """
        exclude = ["a", 3, "b"]
                        ^ error[invalid-configuration]: “exclude” is a list of texts; 3 is none
        max-findings = 9
        """
    )
    assert configuration.exclude.patterns == ("a", "b")
    assert configuration.max_findings == 9


@pytest.mark.parametrize(
    ("glob", "reason"),
    [
        ("../plans/", "leads out of this file's folder, where no document is looked for"),
        ("docs/../../x.md", "leads out of this file's folder, where no document is looked for"),
        ("..", "leads out of this file's folder, where no document is looked for"),
        (".", "is this file's folder itself, and matches nothing in it; write “**”, or delete it"),
        ("./", "is this file's folder itself, and matches nothing in it; write “**”, or delete it"),
        ("/", "is this file's folder itself, and matches nothing in it; write “**”, or delete it"),
        ("docs//a.md", "can match nothing: a name between its slashes is empty or “.”; delete that"),
        ("docs/./a.md", "can match nothing: a name between its slashes is empty or “.”; delete that"),
        ("C:/docs/a.md", "is a path of this machine; write it from this file's folder on"),
        ("~/docs/", "is a path of this machine; write it from this file's folder on"),
        ("/home/me/docs/*.md", "is a path of this machine; write it from this file's folder on"),
        ("docs\\*.md", "holds a “\\”; write “/” between folders on every system"),
        ("!docs/", "takes nothing back by its “!”; a glob says what matches, and nothing else"),
        ("*.{md,markdown}", "holds choices in braces, which are read as they stand; write a glob for each"),
        ("docs/a[bc.md", "holds a “[” that no “]” closes; write “[[]” for the sign itself"),
        ("docs/[!].md", "holds an empty set “[!]”; write the signs that may stand there"),
        ("a[z-a].md", "holds a set “[z-a]” whose range runs backwards"),
    ],
)
def test_a_glob_that_does_not_mean_what_it_says_is_told_and_left_out(load, glob, reason):
    lines = [f"include = ['docs/', '{glob}']", f"ignore.'{glob}' = ['plain-list']", "max-findings = 9"]
    for name, header in (("plansmith.toml", "[x]"), ("pyproject.toml", "[tool.plansmith]")):
        text = "\n".join(lines) if name == "plansmith.toml" else "\n".join([header, *lines])
        configuration = load(text.encode(), name=name)
        first = int(name == "pyproject.toml")
        [report] = configuration.reports
        assert [(finding.span, finding.message) for finding in report.findings] == [
            (Span(first, 20, first, 22 + len(glob)), f"“{glob}” {reason}"),
            (Span(first + 1, 7, first + 1, 9 + len(glob)), f"“{glob}” {reason}"),
        ]
        assert configuration.include.patterns == ("docs/",)
        assert (configuration.ignore, configuration.max_findings) == ((), 9)
        os.remove(f"{configuration.root}/{name}")


def test_a_glob_that_names_the_root_as_it_is_on_this_machine_is_told(load):
    root = load().root
    [report] = load(f"exclude = ['{root}/docs/', '/docs/', '/home/x.md']", **{"home/x.md": ""}).reports
    [finding] = report.findings
    assert finding.message.endswith("is a path of this machine; write it from this file's folder on")


@pytest.mark.parametrize(
    "glob", ["**", "**/", "docs/**", "/docs/", "a[[].md", "a[0-9-z].md", "~x.md", "a/b/", "{a}.md"]
)
def test_a_glob_that_means_something_is_not_told(load, glob):
    configuration = load(f"exclude = ['{glob}']")
    assert configuration.reports == ()
    assert configuration.exclude.patterns == (glob,)


def test_the_rule_itself_has_a_severity(check, load):
    check(
        """
        zzz = 3
        ^^^ hint[invalid-configuration]: Unknown setting “zzz”; delete it

        [rules]
        invalid-configuration = "hint"
        """
    )
    assert load("zzz = 3\nrules.invalid-configuration = 'off'").reports == ()


@pytest.mark.parametrize(
    ("text", "line", "start", "end", "message"),
    [
        ("max-findings = \n", 0, 0, 14, "invalid value"),
        ("max-findings = 3\nexclude = [\n", 1, 0, 11, "invalid value"),
        ("max-findings = 3\r\n\r\n  zzz ~ 3\r\n", 2, 6, 9, "expected '=' after a key in a key/value pair"),
        ("a = 1\na = 2\n", 1, 0, 5, "cannot overwrite a value"),
        ('a = "', 0, 0, 5, "unterminated string"),
        ("[" * 50_000, 0, 2, 50_000, ""),
        ("a = " + "[" * 50_000, 0, 0, 50_004, ""),
    ],
)
def test_broken_syntax_is_one_finding_at_its_place(load, text, line, start, end, message):
    configuration = load(text.encode())
    [report] = configuration.reports
    [finding] = report.findings
    assert finding.span == Span(line, start, line, end)
    assert message in finding.message
    assert "nothing in this file is in force" in finding.message
    assert configuration.max_findings == 500


def test_an_endless_key_takes_no_time(load):
    [report] = load("a." * 100_000 + "b = 1").reports
    assert "nested too deeply" in report.findings[0].message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"exclude = ['\xff']", "This file is not read: it is not UTF-8 at byte 12; save it in that encoding"),
        (b"#" * 1_100_000, "This file is not read: it is larger than 1,048,576 bytes"),
    ],
)
def test_a_file_that_is_no_text_is_one_finding_at_its_start(load, data, message):
    configuration = load(data)
    [report] = configuration.reports
    assert [(finding.span, finding.message) for finding in report.findings] == [(Span(0, 0, 0, 0), message)]
    assert configuration.is_unread


def _link(path):
    path.symlink_to("nowhere")


def _pipe(path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes there")
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Path.mkdir, "This file is not read: it is a folder"),
        (_pipe, "This file is not read: it is no regular file"),
        (_link, "This file is not read: it is a link that leads to no file"),
    ],
    ids=["folder", "pipe", "link"],
)
def test_what_has_the_name_and_is_no_file_is_one_finding(tree, make, message):
    root = tree({"docs/plan.md": ""})
    make(root / "plansmith.toml")
    assert find_root(root / "docs/plan.md") == root
    configuration = load_configuration(root, trusted=False)
    [report] = configuration.reports
    assert report.path == str(root / "plansmith.toml")
    assert [(finding.span, finding.message) for finding in report.findings] == [(Span(0, 0, 0, 0), message)]
    assert configuration.is_unread


@pytest.mark.parametrize(("make", "is_ours"), [(Path.mkdir, True), (_pipe, True), (_link, False)])
def test_a_pyproject_that_can_not_be_looked_into_is_reported(tree, make, is_ours):
    root = tree({"plan.md": ""})
    make(root / "pyproject.toml")
    assert load_configuration(root, trusted=False).is_unread == is_ours


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions don't bind this user")
@pytest.mark.parametrize("name", ["plansmith.toml", "pyproject.toml"])
def test_an_unreadable_file_is_one_finding(tree, name):
    root = tree({name: "[tool.plansmith]"})
    (root / name).chmod(0)
    [report] = load_configuration(root, trusted=False).reports
    assert [finding.message for finding in report.findings] == ["This file can't be read: Permission denied"]


@pytest.mark.parametrize(("table", "is_ours"), [("plansmith", True), ("other", False)])
def test_a_large_pyproject_is_reported_only_if_it_has_our_table(load, table, is_ours):
    text = f"# plansmith {'#' * 1_100_000}\n[tool.{table}]\n"
    assert load(text, name="pyproject.toml").is_unread == is_ours


def test_a_byte_order_mark_is_no_part_of_the_text(check, load):
    [report] = load(b"\xef\xbb\xbfzzz = 1").reports
    assert report.findings[0].span == Span(0, 0, 0, 3)


def test_broken_toml_of_pyproject_is_reported_only_if_it_has_our_table(load):
    assert load("[project\n", name="pyproject.toml").path is None
    configuration = load("[tool.plansmith]\nmax-findings = ", name="pyproject.toml")
    assert len(configuration.reports[0].findings) == 1


def test_a_table_of_pyproject_that_is_none_is_a_finding(check):
    check(
        """
        [tool]
        plansmith = 3
        ^^^^^^^^^ error[invalid-configuration]: “plansmith” is a table of settings
        """,
        name="pyproject.toml",
    )


def test_unsaved_texts_are_read_instead_of_files(load):
    root = load("max-findings = 3").root
    texts = {f"{root}/plansmith.toml": "max-findings = 4"}
    assert load_configuration(root, trusted=False, texts=texts).max_findings == 4


def test_messages_never_carry_what_cannot_be_seen(load):
    text = '"zz\\u202ez" = 1\nmax-findings = "a\\u202eb\\u0000"\nexclude = ["x\\ny"]\n'
    [report] = load(text).reports
    assert len(report.findings) == 3
    assert all(finding.message.isprintable() for finding in report.findings)


def test_many_mistakes_come_to_an_end(load):
    [report] = load("\n".join(f"zzz{number} = 1" for number in range(1000))).reports
    assert len(report.findings) == 100


# Which documents


def test_globs_switch_documents_off(load):
    configuration = load("include = ['plans/', 'TODO.md']\nexclude = ['*.draft.md', 'plans/old/**']")
    root = configuration.root

    def covers(path):
        return configuration.covers(f"{root}/{path}")

    assert covers("plans/a.md")
    assert covers("plans/deep/a.md")
    assert covers("TODO.md")
    assert not covers("README.md")
    assert not covers("plans/a.draft.md")
    assert not covers("plans/old/a.md")


def test_rules_are_ignored_by_globs_of_documents(load):
    configuration = load("[ignore]\n'docs/**' = ['vague-action', 'plain-list']\n'*.old.md' = ['missing-section']")
    root = configuration.root

    def off(path):
        severities = configuration.checker(f"{root}/{path}").options.severities
        return {name for name, severity in severities.items() if severity is None}

    assert off("a.md") == set()
    assert off("docs/a.md") == {"vague-action", "plain-list"}
    assert off("docs/a.old.md") == {"vague-action", "plain-list", "missing-section"}
    assert configuration.checker(f"{root}/docs/a.md") is configuration.checker(f"{root}/docs/b.md")


# Trust


OWN = """
name = "ours"
[[section]]
key = "what"
title = "What"
form = "field"
kind = "line"
need = "required"
[[section]]
key = "how"
title = "How"
form = "heading"
kind = "checklist"
need = "required"
[[section]]
key = "proof"
title = "Proof"
form = "heading"
kind = "checklist"
need = "recommended"
"""


def test_an_untrusted_project_names_no_format_file(check):
    configuration = check(
        """
        format = "formats/ours.toml"
        ^^^^^^ warning[invalid-configuration]: “formats/ours.toml” is not read, because this project is not trusted, and the built-in format stays in force; trust the folder in the editor, or pass --trust-project
        """,
        **{"formats/ours.toml": OWN},
    )
    assert configuration.format is load_format()


def test_a_trusted_project_has_a_format_of_its_own(check):
    configuration = check('format = "formats/ours.toml"', trusted=True, **{"formats/ours.toml": OWN})
    assert configuration.format.name == "ours"
    assert list(configuration.format.by_key) == ["what", "how", "proof"]
    assert configuration.format_path == f"{configuration.root}/formats/ours.toml"
    assert configuration.format_path in configuration.files


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../ours.toml", "“../ours.toml” lies outside the project; a format file stands inside it"),
        ("link.toml", "“link.toml” lies outside the project; a format file stands inside it"),
        ("./nothing.toml", "There is no file “./nothing.toml”; the path is relative to this file's folder"),
        ("./plan.md", "“./plan.md” is no TOML file; a format file ends with .toml"),
    ],
)
def test_a_format_file_stands_inside_the_project(load, tmp_path, name, message):
    outside = tmp_path / "ours.toml"
    outside.write_text(OWN)
    root = load(f'format = "{name}"').root
    (tmp_path / "root" / "link.toml").symlink_to(outside)
    configuration = load_configuration(root, trusted=True)
    [report] = configuration.reports
    assert [finding.message for finding in report.findings] == [message]
    assert configuration.format is load_format()


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ('form = "field"', 'form = "feld"', 5, "“form” is “field” or “heading”, not “feld”; did you mean “field”?"),
        ('key = "how"', 'kez = "how"', 9, "Unknown setting “kez”; did you mean “key”?"),
        ('key = "how"', 'key = "what"', 9, "There are two sections “what”; give each its own key"),
        ('title = "How"', 'title = "what"', 10, "“what” is the title of “what” already"),
        ('kind = "checklist"', 'kind = "choice"', 12, "A choice needs “choices”"),
        ('title = "How"', 'title = "How {n}"', 10, "“How {n}” holds {n}; only the title of a step has places"),
    ],
)
def test_a_format_file_is_checked_key_by_key(load, before, after, line, message):
    text = OWN.replace(before, after, 1)
    configuration = load('format = "./ours.toml"', trusted=True, **{"ours.toml": text.encode()})
    named, own = configuration.reports
    [finding] = named.findings
    assert "can't be used, and the built-in format stays in force" in finding.message
    assert own.path == f"{configuration.root}/ours.toml"
    first = own.findings[0]
    assert (first.span.line, first.message) == (line, message)
    assert configuration.format is load_format()


def test_a_format_file_with_a_word_twice_is_told_and_used(load):
    text = OWN.replace('title = "What"', 'title = "What"\naliases = ["Which", "Which"]')
    configuration = load('format = "./ours.toml"', trusted=True, **{"ours.toml": text})
    [report] = configuration.reports
    assert [(finding.span.line, finding.message) for finding in report.findings] == [
        (4, "“Which” stands in this list twice; delete one")
    ]
    assert configuration.format.name == "ours"


@pytest.mark.parametrize("text", ["", "name = 'x'", "section = []", "[section]", "[[section]]", "section = ["])
def test_a_format_file_without_sections_is_never_in_force(load, text):
    configuration = load('format = "./ours.toml"', trusted=True, **{"ours.toml": text})
    assert [len(report.findings) for report in configuration.reports] == [1, 1]
    assert configuration.format is load_format()


def test_the_built_in_format_is_a_valid_format_file_itself(check):
    from plansmith.workspace import formats

    with open(f"{formats._FOLDER}/detailed-plan.toml", encoding="utf-8") as file:
        own = check('format = "./own.toml"', trusted=True, **{"own.toml": file.read().encode()}).format
    assert list(own.by_key) == list(load_format().by_key)
    assert all(
        (spec.title, spec.form, spec.kind, spec.need, spec.aliases, spec.synonyms, spec.hover, spec.example)
        == (other.title, other.form, other.kind, other.need, other.aliases, other.synonyms, other.hover, other.example)
        for spec, other in zip(own.by_key.values(), load_format().by_key.values(), strict=True)
    )


# Roots


def test_the_root_is_the_nearest_folder_with_a_marker(tree):
    root = tree(
        {
            "plansmith.toml": "",
            "a/pyproject.toml": "[project]\nname = 'plansmith'",
            "a/b/plan.md": "",
            "c/.git/": "",
            "c/d/plan.md": "",
            "e/pyproject.toml": "[tool.plansmith]",
            "e/f/plan.md": "",
            "g/.git": "gitdir: elsewhere",
            "g/plan.md": "",
        }
    )
    assert find_root(root / "a/b/plan.md") == root
    assert find_root(root / "a/b/not-there.md") == root
    assert find_root(root / "c/d/plan.md") == root / "c"
    assert find_root(root / "c") == root / "c"
    assert find_root(root / "e/f/plan.md") == root / "e"
    assert find_root(root / "g/plan.md") == root / "g"


def test_a_file_without_a_marker_has_its_own_folder(tmp_path, monkeypatch):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "plan.md").touch()
    if root_of(tmp_path) != str(tmp_path):
        pytest.skip("the temporary folder lies inside a project")
    assert find_root(tmp_path / "a" / "b" / "plan.md") == tmp_path / "a" / "b"
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert find_root("plan.md") == tmp_path / "a" / "b"
    assert find_root(".") == tmp_path / "a" / "b"


# Any text


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    ["rules", "sections", "tasks", "ignore", "format", "exclude", "none-values", "guidelines", "steps", "step", "title",
     "kind", "need", "form", "headings", "references", "synonyms", "choices", "complexity", "after", "aliases", "new"]
)  # fmt: skip
_TITLES = st.sampled_from(
    ["Pasos", "Step {n}", "{id}", "Paso {n}: {name}", "Objective", "choice", "steps", "field", "off"]
)
_DATA = st.recursive(
    _VALUES | _TITLES | st.lists(_TITLES, max_size=2),
    lambda inner: st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


def _toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _quoted(value or "")


def _quoted(text):
    safe = (letter if letter.isalnum() or letter in "{}: -" else f"\\U{ord(letter):08x}" for letter in text)
    return '"' + "".join(safe).encode("utf-8", "replace").decode() + '"'


@given(st.dictionaries(_KEYS, _DATA, max_size=5))
def test_no_configuration_raises_and_every_span_lies_in_it(data):
    text = "\n".join(f"{key} = {_toml(value)}" for key, value in data.items())
    lines, _ = split_lines(text)
    for problem in find_problems(text):
        span = problem.span
        assert 0 <= span.line <= span.end_line < len(lines)
        assert 0 <= span.start <= len(lines[span.line])
        assert 0 <= span.end <= len(lines[span.end_line])
        assert problem.message


@given(st.text())
def test_no_text_raises(text):
    find_problems(text)
    find_problems(text, name="pyproject.toml")


@pytest.mark.parametrize(("title", "count"), [("Example", 1), ("Use instead", 0)])
def test_the_page_of_the_rule_shows_one_mistake(title, count):
    page = invalid_configuration.page.partition(f"## {title}\n")[2]
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert len(find_problems(example)) == count


def test_every_rule_can_be_set():
    text = "[rules]\n" + "\n".join(f'{rule.name} = "hint"' for rule in RULES)
    assert find_problems(text) == []
