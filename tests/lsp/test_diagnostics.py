"""Each client gets its findings one way only: pulled with result ids, or pushed with the version they speak of."""

from __future__ import annotations

from lsprotocol import types

from .editor import MARKS
from .texts import COARSE, FLAWED

pytestmark = MARKS

PLAIN = "# Notes\n\nWords.\n"


async def test_a_plan_has_findings_and_a_coarse_breakdown_has_none(editor, tmp_path):
    flawed = editor.open(tmp_path / "flawed.md", FLAWED)
    coarse = editor.open(tmp_path / "coarse.md", COARSE)
    rules = await flawed.rules()
    assert {"unknown-task", "invalid-complexity", "plain-list", "step-numbering", "missing-section"} <= set(rules)
    assert await coarse.findings() == []


async def test_a_diagnostic_says_where_it_comes_from(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    diagnostics = await buffer.diagnostics()
    assert {diagnostic.source for diagnostic in diagnostics} == {"plansmith"}
    first = next(each for each in diagnostics if each.code == "unknown-task")
    assert first.severity == types.DiagnosticSeverity.Error
    assert "Task 9" in first.message


async def test_related_places_are_named(editor, tmp_path):
    text = FLAWED.replace("## Task 2: Rest", "## Task 1: Parse again")
    buffer = editor.open(tmp_path / "plan.md", text)
    [twice] = [each for each in await buffer.diagnostics() if each.code == "duplicate-task"]
    [related] = twice.related_information
    assert related.location.uri == buffer.uri
    assert related.location.range.start.line == 2
    assert twice.range.start.line == buffer.line_of("Parse again")


async def test_related_places_move_with_the_text(editor, tmp_path):
    text = FLAWED.replace("## Task 2: Rest", "## Task 1: Parse again")
    buffer = editor.open(tmp_path / "plan.md", text)
    await buffer.diagnostics()
    buffer.type(0, 0, "one\ntwo\n")
    [twice] = [each for each in await buffer.diagnostics() if each.code == "duplicate-task"]
    assert twice.related_information[0].location.range.start.line == 4
    assert twice.range.start.line == buffer.line_of("Parse again")


async def test_every_change_is_answered_with_its_version(editor, tmp_path):
    if editor.pulls:
        return
    buffer = editor.open(tmp_path / "plan.md", FLAWED, version=7)
    for _ in range(5):
        buffer.type(0, 0, "x")
    await editor.until(lambda: len(editor.published.get(buffer.uri, [])) >= 6)
    assert [each.version for each in editor.published[buffer.uri]] == [7, 10, 13, 16, 19, 22]


async def test_a_closed_document_has_no_findings_left(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    assert await buffer.findings()
    buffer.close()
    if editor.pulls:
        assert not (await buffer.pull()).items
    else:
        published = editor.published[buffer.uri]
        last = await editor.until(lambda: not published[-1].diagnostics and published[-1])
        assert last.version is None


async def test_a_pull_of_what_has_not_changed_is_short(editor, tmp_path):
    if not editor.pulls:
        return
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    first = await buffer.pull()
    assert first.kind == "full"
    assert first.items
    again = await buffer.pull(first.result_id)
    assert again.kind == "unchanged"
    assert again.result_id == first.result_id
    buffer.change(buffer.place("Parse it"), "Read it")
    assert (await buffer.pull(first.result_id)).kind == "unchanged"
    buffer.type(0, 0, "\n")
    moved = await buffer.pull(first.result_id)
    assert moved.kind == "full"
    assert moved.result_id != first.result_id
    assert (await buffer.pull("made up")).kind == "full"


async def test_a_result_id_of_another_document_is_none_of_this(editor, tmp_path):
    if not editor.pulls:
        return
    one = editor.open(tmp_path / "one.md", FLAWED)
    two = editor.open(tmp_path / "two.md", FLAWED)
    assert (await two.pull((await one.pull()).result_id)).kind == "full"


async def test_a_document_opened_anew_is_told_in_full(editor, tmp_path):
    if not editor.pulls:
        return
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    known = (await buffer.pull()).result_id
    buffer.close()
    buffer = editor.open(tmp_path / "plan.md", PLAIN)
    report = await buffer.pull(known)
    assert (report.kind, list(report.items)) == ("full", [])


async def test_the_workspace_is_pulled_with_result_ids_too(editor, tmp_path):
    if not editor.pulls:
        return
    one = editor.open(tmp_path / "one.md", FLAWED, version=3)
    two = editor.open(tmp_path / "two.md", COARSE)

    async def pull(known=()):
        previous = [types.PreviousResultId(uri, value) for uri, value in known]
        params = types.WorkspaceDiagnosticParams(previous_result_ids=previous)
        report = await editor.request(types.WORKSPACE_DIAGNOSTIC, params)
        return {item.uri: item for item in report.items}

    first = await pull()
    assert {one.uri, two.uri} <= set(first)
    assert first[one.uri].kind == "full"
    assert first[one.uri].version == 3
    assert first[one.uri].items == (await one.pull()).items
    known = [(item.uri, item.result_id) for item in first.values()]
    two.change(None, FLAWED)
    second = await pull(known)
    assert second[one.uri].kind == "unchanged"
    assert second[two.uri].kind == "full"
    assert second[two.uri].version == two.version


async def test_no_more_than_the_maximum_is_reported_and_said_so(editor, tmp_path):
    (tmp_path / "plansmith.toml").write_text("max-findings = 3\n")
    buffer = editor.open(tmp_path / "plan.md", FLAWED)
    findings = await buffer.findings()
    assert len(findings) == 4
    assert findings[-1].rule == "max-findings"
    assert findings[-1].message.startswith("3 of ")
    assert {finding.severity for finding in findings[:3]} == {1}


async def test_a_document_that_says_no_is_left_alone(editor, tmp_path):
    buffer = editor.open(tmp_path / "plan.md", "---\nplansmith: false\n---\n" + FLAWED)
    assert await buffer.findings() == []
    assert await buffer.lenses() == []
    buffer.change(buffer.place("false"), "true")
    assert await buffer.findings()
    assert await buffer.lenses()


async def test_an_excluded_document_is_left_alone(editor, tmp_path):
    (tmp_path / "plansmith.toml").write_text('exclude = ["drafts/"]\n')
    draft = editor.open(tmp_path / "drafts" / "plan.md", FLAWED)
    plan = editor.open(tmp_path / "plan.md", FLAWED)
    assert await draft.findings() == []
    assert await draft.lenses() == []
    assert await draft.actions("Task 9") == []
    assert await plan.findings()
    assert await plan.lenses()


async def test_an_untitled_document_is_checked_by_the_defaults(editor):
    buffer = editor.open_uri("untitled:Untitled-1", FLAWED)
    assert "unknown-task" in await buffer.rules()
    assert await buffer.lenses()


async def test_another_language_is_left_alone(editor, tmp_path):
    buffer = editor.open(tmp_path / "notes.txt", FLAWED, language="plaintext")
    plan = editor.open(tmp_path / "plan.md", FLAWED)
    assert await plan.findings()
    assert await buffer.lenses() == []
    assert buffer.uri not in editor.published


async def test_markdown_by_its_name_is_markdown(editor, tmp_path):
    buffer = editor.open(tmp_path / "PLAN.MD", FLAWED, language="plaintext")
    assert await buffer.findings()
