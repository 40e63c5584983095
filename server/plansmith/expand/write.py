"""A draft as Markdown, in exactly the form of the format's table: reading is generous, writing is strict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plansmith.plan.format import CHOICE, FIELD, LINE, STEP, Format, SectionSpec
from plansmith.plan.scanner import TEXT, Scanner, Token

from .draft import Draft

BULLETS = "-*+"
_DEEPEST = 6  # Markdown has no heading below it


def render(draft: Draft, fmt: Format, level: int, bullet: str = "-") -> list[str]:
    """The lines of a draft and all below it, without a blank line at either end.

    `level` is that of the task's own heading; a section's heading stands `spec.depth` levels below it.
    A draft whose key the format does not have is no lines.
    """
    spec = spec_of(fmt, draft.key)
    if spec is None:
        return []
    body = with_bullet(draft.body, bullet)
    if spec.form == FIELD:
        lines = _field(spec, body)
    else:
        lines = [f"{'#' * min(max(level + spec.depth, 1), _DEEPEST)} {title_of(draft, spec)}"]
        if body:
            lines += ["", *body]
    for child in in_order(draft.children, fmt):
        lines += ["", *render(child, fmt, level, bullet)]
    return lines


def plan_text(drafts: Iterable[Draft], fmt: Format) -> str:
    """Drafts as a model would have written them, to be kept."""
    return "\n\n".join("\n".join(render(draft, fmt, 2)) for draft in drafts)


def render_bullet(draft: Draft, fmt: Format, bullet: str) -> list[str]:
    """The lines of a draft as a list item with its content nested, for a parent that is a list item itself."""
    spec = spec_of(fmt, draft.key)
    if spec is None:
        return []
    body = with_bullet(draft.body, bullet)
    title = f"{bullet} **{title_of(draft, spec)}**:"
    lines = [f"{title} {body[0]}"] if is_text(body) else [title, *indented(body, "  ")]
    for child in in_order(draft.children, fmt):
        lines += indented(render_bullet(child, fmt, bullet), "  ")
    return lines


def title_of(draft: Draft, spec: SectionSpec) -> str:
    """The title as it is written: a step's with its number and name."""
    if spec.kind != STEP:
        return spec.title
    number = draft.key.rpartition(".")[2]
    title = spec.title.replace("{n}", number).replace("{name}", draft.name.strip())
    return title.rstrip(" :：–—-")


def spec_of(fmt: Format, key: str) -> SectionSpec | None:
    """What the format says of a section's key; a step's number stands for any step."""
    spec = fmt.root
    for part in key.split("."):
        if spec.step is not None and part.isdigit():
            spec = spec.step
            continue
        found = next((child for child in spec.children if child.name == part and child.kind != STEP), None)
        if found is None:
            return None
        spec = found
    return spec


def order_of(fmt: Format, key: str) -> tuple[int, ...]:
    """Where a key stands in the format's order; steps stand by their number."""
    numbers: list[int] = []
    spec: SectionSpec | None = fmt.root
    for part in key.split("."):
        if spec is not None and spec.step is not None and part.isdigit():
            spec = spec.step
            numbers.append(int(part))
            continue
        spec = next((child for child in spec.children if child.name == part), None) if spec else None
        numbers.append(spec.order if spec else 0)
    return tuple(numbers)


def in_order(drafts: Iterable[Draft], fmt: Format) -> list[Draft]:
    """Drafts in the format's order."""
    return sorted(drafts, key=lambda draft: order_of(fmt, draft.key))


def with_bullet(body: Sequence[str], bullet: str) -> list[str]:
    """A body whose list items start with `bullet`, code left alone; blank lines at the ends fall away."""
    lines = list(body)
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        del lines[0]
    for number, token in enumerate(tokens_of(lines)):
        for opened in token[3]:
            if opened.marker in BULLETS and opened.marker != bullet:
                line = lines[number]
                lines[number] = line[: opened.column] + bullet + line[opened.column + 1 :]
    return lines


def is_text(body: Sequence[str]) -> bool:
    """Whether a body is one line of plain text, which stands on its label's own line."""
    if len(body) != 1:
        return False
    token = tokens_of(body)[0]
    return token[0] == TEXT and not token[3] and not token[4].containers


def indented(lines: Iterable[str], indent: str) -> list[str]:
    """The lines moved to the right; blank ones stay empty."""
    return [indent + line if line.strip() else "" for line in lines]


def tokens_of(lines: Sequence[str]) -> list[Token]:
    """The scanner's tokens of some lines that stand alone."""
    return Scanner().scan(lines)


def _field(spec: SectionSpec, body: list[str]) -> list[str]:
    label = f"**{spec.title}**:"
    if not body:
        return [label]
    if is_text(body) or (spec.kind in (LINE, CHOICE) and is_text(body[:1])):
        return [f"{label} {body[0].strip()}", *body[1:]]
    return [label, "", *body]
