"""What can stand in a configuration file."""

from __future__ import annotations

import pytest

from plansmith.workspace.setting_completion import complete_setting
from tests.markers import built_in_format, read_cursor


def complete(text, **context):
    plain, line, column = read_cursor(text)
    return complete_setting(plain.split("\n"), line, column, built_in_format(), **context)


def labels(text, **context):
    place = complete(text, **context)
    return [] if place is None else [offer.label for offer in place.offers]


def test_keys_are_offered_where_a_line_begins():
    found = labels("$0")
    assert {"max-findings", "exclude", "rules", "format"} <= set(found)
    assert labels("max$0") == ["max-findings"]
    assert "max-findings" not in labels("max-findings = 3\n$0")
    assert {"add", "title", "sections"} == set(labels("[guidelines]\n$0"))


def test_rules_and_their_severities_are_offered():
    assert "plain-list" in labels("[rules]\n$0")
    assert labels("[rules]\nplain$0") == ["plain-list"]
    assert labels("[rules]\nplain-list = $0") == ["error", "warning", "information", "hint", "off", "true", "false"]
    assert labels('[rules]\nplain-list = "o$0"') == ["off"]
    assert labels('ignore = ["plain-list", "placeholder$0"]') == ["placeholder-text"]
    assert "plain-list" not in labels('ignore = ["plain-list", "$0')
    assert labels('[ignore]\n"docs/*.md" = ["plain$0') == ["plain-list"]


def test_sections_have_keys_and_choices():
    assert "steps.step.actions" in labels("[sections]\n$0")
    assert "need" in labels("[sections.testing.unit]\n$0")
    assert labels("[sections.testing.unit]\nneed = $0") == ["required", "recommended", "optional", "off"]
    assert labels("[sections]\nobjective.need = r$0") == ["required", "recommended"]
    assert labels('[sections]\nobjective.need = "r$0') == ["required", "recommended"]
    assert labels("[sections.objective]\nnone = $0") == ["true", "false"]


def test_tables_are_offered_after_a_bracket():
    assert "rules" in labels("[$0")
    assert labels("[ru$0]") == ["rules"]
    place = complete("[ru$0]")
    assert place.offers[0].text == "rules"
    assert complete("[ru$0").offers[0].text == "rules]"


def test_a_table_of_one_section_is_offered():
    assert labels("[sections.steps.step.a$0]") == ["sections.steps.step.actions"]
    assert labels('[sections."testing.u$0"]') == ["sections.testing.unit"]
    place = complete('[sections."testing.u$0"]')
    assert (place.start, place.end, place.offers[0].text) == (1, 21, "sections.testing.unit")


def test_a_list_of_several_lines_goes_on():
    assert labels('ignore = [ # these\n  "plain-list", # [\n  "placeholder$0') == ["placeholder-text"]
    assert "plain-list" not in labels('ignore = [\n  "plain-list",\n  $0\n]')
    assert "empty-section" in labels('ignore = [\n  "plain-list",\n  $0\n]')
    assert labels('[ignore]\n"docs/**" = [\n "plain$0"\n]') == ["plain-list"]
    assert labels('[tool.plansmith]\nignore = [\n"plain$0', prefix=("tool", "plansmith")) == ["plain-list"]
    assert labels('[tool.other]\nignore = [\n"plain$0', prefix=("tool", "plansmith")) == []


def test_what_follows_a_list_is_no_part_of_it():
    assert labels('ignore = [\n  "plain-list",\n]\nmax$0') == ["max-findings"]
    assert labels('exclude = ["a#b", "[" ]\nmax$0') == ["max-findings"]
    assert labels('exclude = [\n  "never closed",\n\n[rules]\nplain$0') == ["plain-list"]
    assert labels('code-root = """\n[\n"""\nmax$0') == ["max-findings"]


def test_what_is_replaced_is_the_word_that_stands_there():
    place = complete('[rules]\nplain-list = "o$0ff"')
    assert (place.start, place.end) == (13, 18)
    assert place.offers[0].text == '"off"'


@pytest.mark.parametrize(
    "text",
    [
        "# some $0",
        "exclude = [$0",
        'title = "a $0',
        "max-findings = $0",
        "[nothing]\n$0",
        "[rules]\nnothing = 3 $0",
        "[rules]\nx.y.z = $0",
        "exclude = [\n  $0\n]",
        'exclude = [\n  "a",\n  max$0',
        'code-root = """\nmax$0\n"""',
        "code-root = '''\n$0",
        "sections.objective = {\n  $0",
    ],
)
def test_nothing_is_offered_elsewhere(text):
    assert labels(text) == []


def test_a_project_file_has_our_table_alone():
    prefix = ("tool", "plansmith")
    assert labels("[project]\n$0", prefix=prefix) == []
    assert "max-findings" in labels("[tool.plansmith]\n$0", prefix=prefix)
    assert "plain-list" in labels("[tool.plansmith.rules]\n$0", prefix=prefix)
    assert labels("[tool.pl$0]", prefix=prefix)[0] == "tool.plansmith"


def test_places_that_the_text_does_not_have_offer_nothing():
    assert complete_setting([""], 5, 0, built_in_format()) is None
    assert complete_setting(["a = 1"], 0, 99, built_in_format()) is None
