"""Searching tasks and steps by a few letters, and the addresses that a text holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.plan.document import Document
from plansmith.plan.symbols import match_score, task_symbols
from plansmith.plan.urls import find_urls
from tests.markers import built_in_format, dedent

NAMES = ["Task 12: Build the importer", "Task 2: Ship it", "Step 1: Rebuild", "Task 3: 写 the 导入器 🚀", "Tidy builds"]


def search(query: str) -> list[str]:
    words = tuple(query.casefold().split())
    scored = [(-match_score(words, name.casefold()), name) for name in NAMES]
    return [name for score, name in sorted(scored, key=lambda pair: pair[0]) if score]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", NAMES),
        ("build", ["Task 12: Build the importer", "Tidy builds", "Step 1: Rebuild"]),
        ("tsk shp", ["Task 2: Ship it"]),
        ("task imp", ["Task 12: Build the importer"]),
        ("Task 2", ["Task 2: Ship it", "Task 12: Build the importer"]),
        ("导入", ["Task 3: 写 the 导入器 🚀"]),
        ("🚀", ["Task 3: 写 the 导入器 🚀"]),
        ("ti", ["Tidy builds"]),
        ("zzz", []),
        ("imp zzz", []),
    ],
)
def test_names_are_found_by_letters_the_best_first(query, found):
    assert search(query)[: len(found)] == found
    assert bool(search(query)) == bool(found)


@given(st.text(max_size=12), st.text(max_size=30))
def test_a_name_that_holds_a_word_is_found_by_it(word, name):
    assert match_score((word.casefold(),), f"{name}{word}".casefold()) > 0 or not word


def test_the_symbols_of_a_task_are_its_heading_and_its_steps():
    text = """
        ## Task 1: Build 🚀 ✅

        ### Implementation Steps

        #### Step 1: 读 it

        **Actions**: x

        #### Step 2:  Write
    """
    [task] = Document(dedent(text), built_in_format()).tasks
    assert [(symbol.name, symbol.container, symbol.span.line) for symbol in task_symbols(task)] == [
        ("Task 1: Build 🚀", "", 0),
        ("Step 1: 读 it", "Task 1: Build 🚀", 4),
        ("Step 2: Write", "Task 1: Build 🚀", 8),
    ]
    assert task_symbols(task) is task_symbols(task)


def test_addresses_stand_bare_or_in_angle_brackets_outside_code():
    text = """
        ## Task 1: See https://example.org/a_(b).

        🚀 See <http://localhost:8080/x?y=1#z>, (https://example.org/c), `https://no.example`, and [x](https://no.example).
        **https://example.org/bold**, 见 https://example.org/导入。 http:// https://

        ```
        https://no.example
        ```

            https://no.example
    """
    document = Document(dedent(text), built_in_format())
    found = []
    for unit, start in zip(document.units, document.starts, strict=True):
        for url, span in find_urls(unit):
            line, first, _, last = span.shifted(start)
            assert document.lines[line][first:last] == url
            found.append(url)
    assert found == [
        "https://example.org/a_(b)",
        "http://localhost:8080/x?y=1#z",
        "https://example.org/c",
        "https://example.org/bold",
        "https://example.org/导入",
    ]
