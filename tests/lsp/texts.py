"""Breakdowns that the tests of the protocol open."""

from __future__ import annotations

COARSE = """# Breakdown 🗺

## Task 1: Build the 导入器 🚀

Reads a CSV file.

- Write `src/importer.py`

## Task 2: Ship it

**Prerequisites**: Task 1

- Publish the package
"""

# A plan with findings of several rules, some behind characters that encodings count differently.
FLAWED = """# Plan

## Task 1: Parse

**Objective**: Parse it.

**Prerequisites**: 🚀🚀 Task 9, 导入 Task 7

**Estimated Complexity**: Easy

### Implementation Steps

#### Step 1: Read

**Objective**: Read the file.

**Actions**:

- Write `src/parse.py`
- [ ] Read `data.csv`

**Validation**:

- [ ] `pytest` passes

#### Step 3: Check

**Objective**: 🚀 TBD

**Actions**:

- [ ] Run `ruff check`

**Validation**:

- [ ] `ruff check` passes

### Success Criteria

- [ ] It parses

## Task 2: Rest

Later.
"""
