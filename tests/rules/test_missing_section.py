"""missing-section: a section that the plan, a section or a step does not have."""

from __future__ import annotations

import pytest

from plansmith.rules.missing_section import missing_section
from tests.markers import find
from tests.rules.test_every_rule import example

COMPLETE = example(missing_section, "Use instead").text


@pytest.mark.parametrize(
    ("line", "key", "severity", "place"),
    [
        ("**Objective**: Serve `GET /health`.", "objective", "ERROR", "Task 1: Serve the health check"),
        ("**Prerequisites**: None", "prerequisites", "ERROR", "Task 1: Serve the health check"),
        ("**Validation**:", "steps.1.validation", "ERROR", "Step 1: Answer the request"),
        ("**Troubleshooting**:", "steps.1.troubleshooting", "INFORMATION", "Step 1: Answer the request"),
        ("**Unit Tests**:", "testing.unit", "ERROR", "Testing Plan"),
        ("### Success Criteria", "success", "ERROR", "Task 1: Serve the health check"),
        ("**Dependencies unlocked**: None", "next.unlocked", "ERROR", "Next Steps"),
    ],
)
def test_one_line_is_taken_out(line, key, severity, place):
    assert COMPLETE.count(line) == 1
    text = COMPLETE.replace(line, "")
    [finding] = find(text, "missing-section")
    span = finding.span
    assert text.split("\n")[span.line][span.start : span.end] == place
    assert finding.section == key
    assert finding.severity is not None
    assert finding.severity.name == severity


def test_what_is_below_a_missing_section_is_not_missing_too(check):
    text = COMPLETE.partition("### Testing Plan")[0] + COMPLETE[COMPLETE.index("### Success Criteria") :]
    assert [finding.section for finding in find(text, "missing-section")] == ["testing"]


def test_steps_without_a_step_lack_the_first(check):
    start, end = COMPLETE.index("#### Step 1"), COMPLETE.index("### Testing Plan")
    [finding] = find(COMPLETE[:start] + COMPLETE[end:], "missing-section")
    assert (finding.section, finding.message) == ("steps.1", "“Implementation Steps” lacks the heading “Step 1: …”")


def test_optional_sections_are_never_missing():
    assert "Code Examples" not in COMPLETE
    assert find(COMPLETE, "missing-section") == []


def test_messages_name_what_lacks_and_how_it_is_written(check):
    text = (
        COMPLETE.replace("**Validation**:", "")
        .replace("**Prerequisites**: None", "")
        .replace("### Success Criteria", "")
    )
    assert [finding.message for finding in find(text, "missing-section")] == [
        "The plan of Task 1 lacks “**Prerequisites**:”",
        "The plan of Task 1 lacks the heading “Success Criteria”",
        "Step 1 lacks “**Validation**:”",
    ]


def test_an_alias_fills_the_place():
    text = COMPLETE.replace("### Success Criteria", "### Acceptance Criteria").replace(
        "**Validation**", "**Verification**"
    )
    assert find(text, "missing-section") == []


def test_a_coarse_task_lacks_nothing():
    assert find("## Task 2: Ship\n\n**Objective**: Ship it.\n\n" + COMPLETE, "missing-section") == []


def test_another_tasks_plan_is_not_ours():
    assert find("## Task 1: Learn\n\n### Testing Plan\n\nHow to write one.\n", "missing-section") == []


def test_one_body_section_is_enough_where_the_front_matter_says_so():
    found = find(
        "---\nplansmith: true\n---\n## Task 1: Learn\n\n### Success Criteria\n\n- [ ] `make`\n", "missing-section"
    )
    assert {finding.section for finding in found} == {
        "objective", "prerequisites", "complexity", "steps", "testing", "files", "dependencies", "next",
    }  # fmt: skip
