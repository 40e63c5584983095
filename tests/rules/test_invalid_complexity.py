"""invalid-complexity: the first word is none of the choices."""

from __future__ import annotations

import pytest

STEPS = "\n### Implementation Steps\n#### Step 1: Start\n"


def plan(complexity: str) -> str:
    return f"## Task 1: Build\n\n**Estimated Complexity**:{complexity}\n{STEPS}"


@pytest.mark.parametrize(
    "complexity",
    [
        " Low", " medium", " HIGH", " Medium (3 days)", " **High**", " *Low*, a quick one", " `Medium`", " 🟡 Medium",
        " Medium-High", " Low/Medium", " High.", "\n- Low", "\nLow", "",
    ],
)  # fmt: skip
def test_a_choice_with_or_without_a_note(check, complexity):
    check(only="invalid-complexity", text=plan(complexity))


def test_a_word_of_its_own(check):
    check(only="invalid-complexity", text="""
        ## Task 1: Build

        **Estimated Complexity**: **Epic** (3 weeks)
                                    ^^^^ error[invalid-complexity]: Write Low, Medium or High instead of “Epic”
        ### Implementation Steps
        #### Step 1: Start
    """)  # fmt: skip


@pytest.mark.parametrize("complexity", [" 3/5", " Lowish", " [Low/Medium/High]", " ???", " TBD", " None"])
def test_what_is_no_choice(check, complexity):
    [finding] = check(only="invalid-complexity", text=plan(complexity).replace(
        f"{complexity}\n", f"{complexity}\n                          {'^' * len(complexity.strip())} error[invalid-complexity]\n", 1
    ))  # fmt: skip
    assert finding.fix is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" Moderate", " Medium"),
        (" easy (2 hours)", " Low (2 hours)"),
        (" **large**", " **High**"),
        (" XL", " High"),
        ("\n* Simple", "\n* Low"),
    ],
)
def test_the_fix_knows_the_formats_synonyms(fix, before, after):
    fix(only="invalid-complexity", before=plan(before), after=plan(after))


def test_a_coarse_task_may_say_what_it_likes(check):
    check(only="invalid-complexity", text=plan(" Low") + "\n## Task 2: Ship\n**Estimated Complexity**: Epic\n")
