"""Every key is found where it stands: the standard library's parser is the oracle of what keys there are."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.plan.text import split_lines
from plansmith.workspace.toml_keys import find_key, find_keys, span_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

TEXT = '''\
a = 1
"b.c" . d = { e = [1, { 'f' = 2 }], "g\\u0068" = """
h = 3
""" } # i = 4
j = \'\'\'
[k]
\'\'\'
[l.m]   # [n]
o = "[p]\\"" ; q = 1
'r' = [ # s = 1
  [ { t = 1 }, { t = 2, u.v = 3 } ],
]
[[w]]
x = 1
[[w]]
x = 2
[w.y]
z = 1
[[w.sub]]
x = 3
[[w.sub]]
x = 4
'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("a",), "0:a"),
        (("b.c",), '1:"b.c"'),
        (("b.c", "d"), "1:d"),
        (("b.c", "d", "e"), "1:e"),
        (("b.c", "d", "e", 1, "f"), "1:'f'"),
        (("b.c", "d", "gh"), '1:"g\\u0068"'),
        (("j",), "4:j"),
        (("l",), "7:l"),
        (("l", "m"), "7:m"),
        (("l", "m", "o"), "8:o"),
        (("l", "m", "r"), "9:'r'"),
        (("l", "m", "r", 0, 0, "t"), "10:t"),
        (("l", "m", "r", 0, 1, "u", "v"), "10:v"),
        (("w",), "12:w"),
        (("w", 0, "x"), "13:x"),
        (("w", 1), "14:w"),
        (("w", 1, "x"), "15:x"),
        (("w", 1, "y"), "16:y"),
        (("w", 1, "sub", 0, "x"), "19:x"),
        (("w", 1, "sub", 1, "x"), "21:x"),
        (("a", "nothing"), "0:a"),
        (("w", 1, "nothing", 3), "14:w"),
    ],
)
def test_a_key_is_found(path, place):
    span = find_key(TEXT, path)
    assert span is not None
    assert f"{span.line}:{TEXT.splitlines()[span.line][span.start : span.end]}" == place


def test_what_only_looks_like_a_key_is_none():
    names = {part for key in find_keys(TEXT) for part in key.path}
    assert names.isdisjoint({"h", "i", "k", "n", "p", "q", "s"})


@pytest.mark.parametrize("path", [(), ("nothing",), (0,)])
def test_a_path_of_nothing_is_nowhere(path):
    assert find_key(TEXT, path) is None


def test_the_definition_wins_over_a_step_on_the_way():
    span = find_key("[a.b]\n[a]\nc = 1\n", ("a",))
    assert span is not None
    assert span.line == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_counts(end):
    text = end.join(["# x", "[a]", "b = '''", "c = 1", "'''", "d = 2", ""])
    span = find_key(text, ("a", "d"))
    assert span is not None
    assert (span.line, span.start, span.end) == (5, 0, 1)


def test_deep_nesting_is_left_out_and_takes_no_time():
    for text in ("a = " + "[" * 50_000, "a = " + "{a=" * 50_000, "[" + "a." * 50_000, 'a = """' + '"""\\' * 50_000):
        assert len(max((key.path for key in find_keys(text)), key=len)) <= 200


# Properties

NAMES = st.text(st.sampled_from("ab-.\"'\\# =[]{}é😀\n\t"), min_size=1, max_size=4)
SCALARS = st.integers() | st.booleans() | st.text(st.sampled_from("ab\"'\\#[]{}=,\n😀"), max_size=6)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


def quoted(text):
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{plain}"'


@st.composite
def keys(draw, name):
    choices = [quoted(name)]
    if not set(name) & set("'\n\t"):
        choices.append(f"'{name}'")
    if name.isascii() and all(letter.isalnum() or letter in "-_" for letter in name):
        choices.append(name)
    return draw(st.sampled_from(choices))


@st.composite
def values(draw, value, depth=0):
    blank = draw(st.sampled_from(["", " ", "\n  # c = 1\n  "]))
    if isinstance(value, dict):
        inner = [f"{draw(keys(key))} = {draw(values(item, depth + 1))}" for key, item in value.items()]
        return "{ " + ", ".join(inner) + " }"
    if isinstance(value, list):
        return "[" + blank + f",{blank}".join([draw(values(item, depth + 1)) for item in value]) + blank + "]"
    if isinstance(value, str):
        forms = [quoted(value)]
        if "'" not in value:
            forms.append(f"'''{value}'''")
        if '"' not in value and "\\" not in value:
            forms.append(f'"""{value}"""')
        return draw(st.sampled_from(forms))
    return str(value).lower()


@st.composite
def documents(draw):
    """TOML in many forms: tables as headers, dotted keys or inline; lists of tables as headers or inline."""
    lines: list[str] = []

    def write(table, header):
        later = []
        for key, value in table.items():
            name = draw(keys(key))
            as_header = draw(st.booleans())
            if isinstance(value, dict) and as_header:
                later.append(([*header, name], value, "[%s]"))
            elif isinstance(value, list) and value and as_header and all(isinstance(item, dict) for item in value):
                later.extend(([*header, name], item, "[[%s]]") for item in value)
            elif isinstance(value, dict) and value and draw(st.booleans()):
                lines.extend(f"{name} . {draw(keys(k))} = {draw(values(v))}" for k, v in value.items())
            else:
                lines.append(f"{name} = {draw(values(value))}" + draw(st.sampled_from(["", "  # [x]"])))
        for names, value, form in later:
            lines.append(form % draw(st.sampled_from([".", " . "])).join(names))
            write(value, names)

    write(draw(st.dictionaries(NAMES, TREES, max_size=4)), [])
    return draw(st.sampled_from(["\n", "\n\n"])).join(lines)


def paths(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key)
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths(item, (*path, number))


@given(documents())
def test_the_keys_are_those_that_the_parser_knows(text):
    expected = set(paths(tomllib.loads(text)))
    found = find_keys(text)
    assert {key.path for key in found if isinstance(key.path[-1], str)} == expected
    for key in found:
        if isinstance(key.path[-1], str):
            assert list(tomllib.loads(f"{text[key.start : key.end]} = 1")) == [key.path[-1]]


@given(st.text(st.sampled_from("ab.=\"'\\#[]{},\n\r \t")) | st.text())
def test_any_text_is_read(text):
    lines, _ = split_lines(text)
    for key in find_keys(text):
        assert 0 <= key.start < key.end <= len(text)
        span = span_of(text, key.start, key.end)
        assert span.line == span.end_line
        assert lines[span.line][span.start : span.end] == text[key.start : key.end]
