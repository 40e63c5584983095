"""A project adds, requires, relaxes, renames and translates sections, and everything else follows."""

from __future__ import annotations

import re

import pytest

from plansmith.expand.expansion import find_task, no_task_message
from plansmith.plan.document import Document
from plansmith.plan.queries import missing_sections
from plansmith.rules.runner import Analysis
from plansmith.workspace.configuration_file import find_problems
from plansmith.workspace.loading import load_configuration
from tests.markers import dedent, read_marks

SPANISH = """
none-values = ["Ninguno", "Nada"]

[tasks]
headings = ["Tarea {id}: {name}", "Tarea: {name}"]
references = ["Tarea", "Tareas"]
elsewhere = ["en", "de"]
done = ["✅", "HECHO"]

[sections]
objective.title = "Objetivo"
prerequisites = { title = "Requisitos", label-aliases = ["Depende de"] }
complexity = { title = "Complejidad estimada", choices = ["Baja", "Media", "Alta"] }
testing = { title = "Plan de pruebas", unit.title = "Pruebas unitarias", integration.title = "Pruebas de integración" }
success.title = "Criterios de éxito"
dependencies.title = "Dependencias añadidas"

[sections.steps]
title = "Pasos de implementación"
[sections.steps.step]
title = "Paso {n}: {name}"
objective.title = "Objetivo"
actions.title = "Acciones"
code.title = "Ejemplos de código"
configuration.title = "Configuración"
validation.title = "Validación"
troubleshooting.title = "Problemas"

[sections.files]
title = "Archivos creados o modificados"
new.title = "Archivos nuevos"
modified.title = "Archivos modificados"

[sections."next"]
title = "Próximos pasos"
[sections."next.task"]
title = "Siguiente tarea"
[sections."next.unlocked"]
title = "Tareas desbloqueadas"
"""

PLAN = """
## Tarea 1: Servir el estado

**Objetivo**: Servir `GET /health`.

**Requisitos**: Ninguno

**Complejidad estimada**: Media

### Pasos de implementación

#### Paso 1: Responder

**Objetivo**: Responder con 200.

**Acciones**:

- [ ] Crear `src/health.py`

**Validación**:

- [ ] `pytest tests/test_health.py` pasa

**Problemas**:

- Puerto ocupado: cambiar `PORT`

### Plan de pruebas

**Pruebas unitarias**:

- [ ] `pytest tests/test_health.py`

**Pruebas de integración**:

- [ ] `curl -i localhost:8080/health` responde 200

### Criterios de éxito

- [ ] `pytest` pasa

### Archivos creados o modificados

**Archivos nuevos**:

- `src/health.py` - el estado

**Archivos modificados**: Ninguno

### Dependencias añadidas

- Ninguno

### Próximos pasos

**Siguiente tarea**: Tarea 2

**Tareas desbloqueadas**: Tarea 2

## Tarea 2: Publicar la imagen

**Requisitos**: Tarea 1
"""


@pytest.fixture
def configured(tree):
    """A configuration from a text without mistakes."""

    def configured(text):
        root = tree({})
        (root / "plansmith.toml").write_text(dedent(text), encoding="utf-8")
        configuration = load_configuration(root, trusted=False)
        assert [finding.message for report in configuration.reports for finding in report.findings] == []
        return configuration

    return configured


def findings(configuration, text, only=None):
    """What the rules find, as line, rule and message."""
    checker = configuration.checker(only=only and frozenset(only))
    document = Document(dedent(text), configuration.format)
    found = Analysis(document, checker).report().findings
    return [(document.start_of(f.task) + f.span.line, f.rule, f.message) for f in found]


def line_of(text, words):
    return dedent(text).split("\n").index(words)


# Translation


def test_a_translated_plan_is_read_by_its_own_titles(configured):
    configuration = configured(SPANISH)
    document = Document(dedent(PLAN), configuration.format)
    assert [(task.id, task.name, task.is_plan) for task in document.tasks] == [
        ("1", "Servir el estado", True),
        ("2", "Publicar la imagen", False),
    ]
    keys = [section.key for section in document.tasks[0].walk()]
    assert keys == [
        "objective", "prerequisites", "complexity", "steps", "steps.1", "steps.1.objective", "steps.1.actions",
        "steps.1.validation", "steps.1.troubleshooting", "testing", "testing.unit", "testing.integration", "success",
        "files", "files.new", "files.modified", "dependencies", "next", "next.task", "next.unlocked",
    ]  # fmt: skip
    assert findings(configuration, PLAN) == []


@pytest.mark.parametrize(
    ("before", "after", "words", "rule", "message"),
    [
        ("**Requisitos**: Ninguno\n\n", "", "## Tarea 1: Servir el estado", "missing-section", "“**Requisitos**:”"),
        ("**Objetivo**: Responder con 200.\n\n", "", "#### Paso 1: Responder", "missing-section", "“**Objetivo**:”"),
        ("Media", "Enorme", "**Complejidad estimada**: Enorme", "invalid-complexity", "Baja"),
        ("Media", "Low", "**Complejidad estimada**: Low", "invalid-complexity", "Baja"),
        ("Paso 1", "Paso 2", "#### Paso 2: Responder", "step-numbering", ""),
        ("**Requisitos**: Tarea 1", "**Requisitos**: Tarea 9", "**Requisitos**: Tarea 9", "unknown-task", "9"),
        ("- [ ] Crear", "- Crear", "- Crear `src/health.py`", "plain-list", ""),
    ],
)
def test_the_rules_follow_a_translation(configured, before, after, words, rule, message):
    text = PLAN.replace(before, after, 1)
    [(line, found, said)] = findings(configured(SPANISH), text)
    assert (line, found) == (line_of(text, words), rule)
    assert message in said


_BROKEN = (
    PLAN.replace("#### Paso 1", "#### Paso 4")
    .replace("### Plan de pruebas", "##### Paso 5: Otro\n\n### Plan de pruebas")
    .replace("**Objetivo**: Responder con 200.\n", "")
    .replace("**Requisitos**: Ninguno", "**Requisitos**: Tarea 2, Tareas 8, 9")
    .replace("**Pruebas unitarias**:", "**Pruebas**:")
    .replace("Publicar la imagen\n", "Publicar la imagen ✅\n")
    + "\n## Tarea 2: Otra vez\n"
)


def test_messages_speak_of_tasks_and_steps_as_the_document_does(configured):
    said = [message for _, _, message in findings(configured(SPANISH), _BROKEN)]
    assert [message for message in said if re.search(r"\b(Task|Step|step) ", message)] == []
    text = "\n".join(said)
    for words in ("Paso 4 lacks", "“Paso 5” a heading", "this one is Paso 1", "Tarea 8", "Tarea 9", "Tarea 2 is"):
        assert words in text


def test_commands_find_a_task_by_any_of_its_spellings(configured):
    document = Document(dedent(PLAN) + "\n## Tarea: Cerrar\n", configured(SPANISH).format)
    for name in ("2", "#2", "Tarea 2", "tarea 2", "Tarea 2: Publicar", "publicar la imagen"):
        assert find_task(document, name) == 1
    for name in ("Cerrar", "Tarea: Cerrar"):
        assert find_task(document, name) == 2
    assert find_task(document, "Task 2") is None
    message = no_task_message(document, "here")
    assert "“## Tarea 1: Name”, and here are Tarea 1, Tarea 2, “Cerrar”" in message


def test_a_link_to_a_heading_is_a_reference_in_any_language(configured):
    text = PLAN.replace("**Requisitos**: Tarea 1", "**Requisitos**: [la primera](#tarea-1-servir-el-estado)")
    document = Document(dedent(text), configured(SPANISH).format)
    assert document.graph.prerequisites == ((), (0,))


def test_a_done_mark_of_the_project_counts(configured):
    configuration = configured(SPANISH)
    document = Document(dedent(PLAN.replace("el estado", "el estado HECHO")), configuration.format)
    assert document.tasks[0].done
    assert not Document("## Tarea 1: A ✔\n", configuration.format).tasks[0].done


def test_examples_follow_a_translation(configured):
    by_key = configured(SPANISH).format.by_key
    assert by_key["prerequisites"].example == "**Requisitos**: Tarea 1, Tarea 2"
    assert by_key["steps"].example == "### Pasos de implementación\n\n#### Paso 1: Serve the health check"
    assert by_key["steps.step"].example == "#### Paso 1: Serve the health check"
    assert by_key["next.task"].example == "**Siguiente tarea**: Tarea 2"
    english = {spec.title for spec in load_configuration(".", trusted=False).format.by_key.values()}
    assert [key for key, spec in by_key.items() if any(f"**{title}**" in spec.example for title in english)] == []


def test_a_former_title_is_still_the_sections_own(configured):
    configuration = configured(
        """
        [sections]
        steps.title = "Schritte"
        steps.step.title = "Schritt {n}: {name}"
        success.title = "Abnahme"
        """
    )
    document = Document(
        "## Task 1: A\n\n### Implementation Steps\n\n#### Step 1: B\n\n#### Schritt 2: C\n\n### Success Criteria\n\n- x\n",
        configuration.format,
    )
    [task] = document.tasks
    assert task.is_plan
    assert [section.key for section in task.walk()] == ["steps", "steps.1", "steps.2", "success"]


def test_german_tasks_in_a_document_of_two_languages(configured):
    configuration = configured(
        """
        [tasks]
        headings = ["Aufgabe {id}: {name}", "Aufgabe {id} {dash} {name}", "Aufgabe: {name}", "Task {id}: {name}"]
        references = ["Aufgabe", "Aufgaben", "Task"]
        elsewhere = ["in", "aus"]
        [sections.prerequisites]
        title = "Voraussetzungen"
        """
    )
    text = "## Aufgabe 1: A\n\n## Aufgabe 2 – B\n\n**Voraussetzungen**: Aufgaben 1 und 9 (nicht Aufgabe 4 in der Liste)\n\n## Task 3: C\n\n**Prerequisites**: Aufgabe 2\n"
    document = Document(f"---\nplansmith: true\n---\n{text}", configuration.format)
    assert [task.id for task in document.tasks] == ["1", "2", "3"]
    assert [[reference.text for reference in task.references if reference.kind == "id"] for task in document.tasks] == [
        [], ["1", "9"], ["2"],
    ]  # fmt: skip
    assert [rule for _, rule, _ in findings(configuration, document.text)] == ["unknown-task"]


def test_chinese_tasks(configured):
    configuration = configured('[tasks]\nheadings = ["任务 {id}：{name}", "任务{id}：{name}"]\nreferences = ["任务"]\n')
    tasks = Document("## 任务 1：构建\n\n## 任务2：发布 ✅\n", configuration.format).tasks
    assert [(task.id, task.name, task.done) for task in tasks] == [("1", "构建", False), ("任务2", "发布", True)]


def test_synonyms_of_former_choices_speak_of_the_new_ones(configured):
    spec = configured(SPANISH).format.by_key["complexity"]
    assert spec.choices == ("Baja", "Media", "Alta")
    assert spec.synonyms["low"] == "Baja"
    assert spec.synonyms["easy"] == "Baja"
    assert spec.synonyms["hard"] == "Alta"


def test_a_choice_is_explained_in_its_own_words(configured):
    spec = configured(SPANISH).format.by_key["complexity"]
    assert "`Baja`, `Media` or `Alta`" in spec.hover
    assert spec.example == "**Complejidad estimada**: Media"
    spec = configured('[sections.complexity]\nchoices = ["S", "M", "L", "XL"]\n').format.by_key["complexity"]
    assert spec.example == "**Estimated Complexity**: M"
    assert "Medium" not in spec.hover
    spec = configured('[sections.complexity]\nchoices = ["S", "L"]\nhover = "Low or so."\n').format.by_key["complexity"]
    assert spec.hover == "Low or so."
    spec = configured('[sections.complexity]\nchoices = ["Low", "Medium", "High", "Epic"]\n').format.by_key[
        "complexity"
    ]
    assert spec.example.endswith(": Medium")
    assert "`Medium (3 days)`" in spec.hover


# Adding, requiring, relaxing, taking away


def test_an_added_section_is_asked_for(configured):
    configuration = configured(
        """
        [sections."steps.step.rollback"]
        title = "Rollback"
        kind = "list"
        need = "recommended"
        after = "steps.step.validation"

        [sections.risk]
        title = "Risk Assessment"
        kind = "checklist"
        before = "files"
        """
    )
    assert [spec.name for spec in configuration.format.by_key["steps.step"].children] == [
        "objective", "actions", "code", "configuration", "validation", "rollback", "troubleshooting",
    ]  # fmt: skip
    names = [spec.name for spec in configuration.format.sections]
    assert names[names.index("risk") + 1] == "files"
    assert configuration.format.by_key["risk"].form == "heading"
    text = "## Task 1: A\n\n### Implementation Steps\n\n#### Step 1: B\n"
    found = findings(configuration, text, only=["missing-section"])
    assert (4, "missing-section", "Step 1 could say more with “**Rollback**:”") in found
    assert (0, "missing-section", "The plan of Task 1 lacks the heading “Risk Assessment”") in found


def test_an_added_section_has_content_of_its_own(configured):
    configuration = configured('[sections."steps.step.rollback"]\ntitle = "Rollback"\nkind = "checklist"\n')
    text = "## Task 1: A\n\n### Implementation Steps\n\n#### Step 1: B\n\n**Actions**:\n- [ ] x\n\n**Rollback**:\n- y\n"
    [task] = Document(text, configuration.format).tasks
    section = task.find("steps.1.rollback")
    assert section is not None
    assert [item.line for item in section.items] == [10]
    assert findings(configuration, text, only=["plain-list"])[0][0] == 10


def test_a_relaxed_section_is_not_asked_for(configured):
    text = PLAN.replace("**Requisitos**: Ninguno\n\n", "", 1)
    assert findings(configured(SPANISH), text)
    relaxed = configured(SPANISH.replace("prerequisites = {", 'prerequisites = { need = "optional",'))
    assert findings(relaxed, text) == []


def test_a_required_section_is_asked_for(configured):
    configuration = configured('[sections.steps.step.configuration]\nneed = "required"\n')
    text = "## Task 1: A\n\n### Implementation Steps\n\n#### Step 1: B\n"
    messages = [message for _, _, message in findings(configuration, text, only=["missing-section"])]
    assert "Step 1 lacks “**Configuration**:”" in messages


def test_a_section_can_be_taken_away(configured):
    fmt = configured('[sections]\ntesting.need = "off"\nfiles.modified.need = "off"\n').format
    assert "testing" not in fmt.by_key
    assert "testing.unit" not in fmt.by_key
    assert [spec.name for spec in fmt.by_key["files"].children] == ["new"]
    [task] = Document("## Task 1: A\n### Testing Plan\nmine\n### Success Criteria\n- x\n", fmt).tasks
    assert "testing" not in {missing.key for missing in missing_sections(task, fmt)}


def test_an_alias_is_read_as_the_section(configured):
    fmt = configured('[sections.success]\naliases = ["Geschafft, wenn"]\n').format
    [task] = Document("## Task 1: A\n### Geschafft, wenn\n- x\n", fmt).tasks
    assert [section.key for section in task.walk()] == ["success"]


def test_sections_are_moved(configured):
    fmt = configured('[sections.success]\nafter = "next"\n[sections.complexity]\nbefore = "objective"\n').format
    names = [spec.name for spec in fmt.sections]
    assert names[0] == "complexity"
    assert names[-1] == "success"
    assert [spec.order for spec in fmt.sections] == list(range(len(names)))


def test_titles_can_change_places(configured):
    fmt = configured('[sections]\nsuccess.title = "Next Steps"\nnext.title = "Success Criteria"\n').format
    assert fmt.root.titles["next steps"].key == "success"
    assert fmt.root.titles["success criteria"].key == "next"


def test_a_label_that_becomes_a_heading_goes_behind_the_labels(configured):
    fmt = configured('[sections]\nobjective.form = "heading"\nnext.task.form = "heading"\n').format
    assert [spec.name for spec in fmt.sections][:4] == ["prerequisites", "complexity", "objective", "steps"]
    assert [spec.name for spec in fmt.by_key["next"].children] == ["unlocked", "task"]


def test_a_section_of_one_that_is_taken_away_goes_with_it(configured):
    fmt = configured('[sections.testing]\nneed = "off"\nunit.title = "Units"\n').format
    assert "testing.unit" not in fmt.by_key


def test_steps_may_have_headings_where_tasks_stand_high_enough(configured):
    fmt = configured(
        '[tasks]\nmax-level = 3\n[sections.steps.step.rollback]\ntitle = "Rollback"\nform = "heading"\n'
    ).format
    assert fmt.by_key["steps.step.rollback"].depth == 3


def test_nested_and_dotted_keys_say_the_same(configured):
    forms = [
        '[sections."testing.unit"]\ntitle = "Units"',
        "[sections.testing.unit]\ntitle = 'Units'",
        "[sections.testing]\nunit.title = 'Units'",
        "sections.testing.unit.title = 'Units'",
        "sections = { testing = { unit = { title = 'Units' } } }",
        "sections.'testing'.'unit' = { title = 'Units' }",
    ]
    assert {configured(form).format.by_key["testing.unit"].title for form in forms} == {"Units"}


# Mistakes


@pytest.mark.parametrize(
    "text",
    [
        """
        [sections.prerequisits]
                  ^^^^^^^^^^^^ There is no section “prerequisits”; did you mean “prerequisites”?
        need = "optional"
        """,
        """
        [sections.other]
                  ^^^^^ There is no section “other”; a new one needs a “title”
        need = "optional"
        """,
        """
        [sections."stps.step.rollback"]
                  ^^^^^^^^^^^^^^^^^^^^ There is no section “stps.step”; did you mean “steps.step”?
        title = "Rollback"
        """,
        """
        [sections.testing.unt]
                          ^^^ There is no section “testing.unt”; did you mean “testing.unit”?
        need = "optional"
        """,
        """
        [sections.testing]
        titel = "Tests"
        ^^^^^ Unknown setting “titel”; did you mean “title”?
        """,
        """
        [sections.testing]
        title = "Success Criteria"
        ^^^^^ “Success Criteria” is the title of “success” already; choose another
        """,
        """
        [sections.testing]
        title = "Tests {n}"
        ^^^^^ “Tests {n}” holds {n}; only the title of a step has places
        """,
        """
        [sections.testing]
        title = "…"
        ^^^^^ “…” has no letter, so no heading could be told by it
        """,
        """
        [sections.testing]
        aliases = ["Next Steps"]
        ^^^^^^^ “Next Steps” is the title of “next”, and stays its own
        """,
        """
        [sections.steps.step]
        title = "Paso"
        ^^^^^ “Paso” needs a word and “{n}” after it, as in “Step {n}: {name}”
        """,
        """
        [sections.steps]
        need = "off"
        ^^^^ A plan has steps; “steps” can't be taken away
        """,
        """
        [sections.steps]
        kind = "list"
        ^^^^ “steps” stays what it is; delete “kind”
        """,
        """
        [sections.success]
        kind = "choice"
        ^^^^ A choice needs “choices”; until then this is a line
        """,
        """
        [sections.complexity.synonyms]
        Huge = ["xxl"]
        ^^^^ “Huge” is none of the choices; delete it
        """,
        """
        [sections.success]
        kind = "steps"
        ^^^^ “steps” is the format's own; use another kind
        """,
        """
        [sections.testing]
        form = "field"
        ^^^^ “testing” has sections of its own, and stays a heading
        """,
        """
        [sections.objective.why]
                            ^^^ “objective” is a label, and can't have sections of its own
        title = "Why"
        """,
        """
        [sections.steps.other]
                        ^^^^^ “steps” has steps and nothing else; add it to them
        title = "Other"
        """,
        """
        [sections.success]
        after = "nxt"
        ^^^^^ There is no section “nxt” in the plan; did you mean “next”?
        """,
        """
        [sections.owner]
        title = "Owner"
        form = "field"
        after = "steps"
        ^^^^^ “Owner” can't stand there: a label below a heading would belong to it
        """,
        """
        [sections.testing]
        title = "**Tests**"
        ^^^^^ “**Tests**” holds markup or ends with a colon; write the words alone
        """,
        """
        [sections.testing]
        title = "Tests <!--"
        ^^^^^ “Tests <!--” holds markup or ends with a colon; write the words alone
        """,
        """
        [sections.steps.step.actions]
        form = "heading"
        ^^^^ As a heading “steps.step.actions” would have level 7 below a task of level 4; make it a “field”, or lower “max-level”
        """,
        """
        [tasks]
        max-level = 5
        ^^^^^^^^^ Below a task of level 5 no level is left; write 4
        """,
        """
        [sections.testing]
        title = "Same"
        ^^^^^ “Same” is the title of “success” already; choose another
        [sections.success]
        title = "Same"
        ^^^^^ “Same” is the title of “testing” already; choose another
        """,
        """
        [sections]
        testing = "off"
        ^^^^^^^ “testing” is a section, hence a table, not “off”
        """,
        """
        [sections."Testing Plan"]
                  ^^^^^^^^^^^^^^ “Testing Plan” is no key of a section; write small letters, digits and hyphens
        need = "optional"
        """,
    ],
)
def test_a_mistake_is_a_finding_at_its_key(text):
    marked = text.replace("^ ", "^ error[invalid-configuration]: ")
    plain, marks = read_marks(marked)
    found = [(p.span.line, p.span.start, p.span.end, p.message) for p in find_problems(plain)]
    assert found == [(mark.line, mark.start, mark.end, mark.message) for mark in marks]
