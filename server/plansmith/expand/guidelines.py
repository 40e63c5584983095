"""The section that a document has once: how this project is worked on, by its own commands."""

from __future__ import annotations

from plansmith.plan.format import Format
from plansmith.workspace.ecosystem import Command
from plansmith.workspace.stack import Stack

from .wording import code, decide


def guidelines_offline(stack: Stack, fmt: Format) -> list[str]:
    """The body of the Implementation Guidelines: one heading for each of its sections, and what is known below it.

    The headings are of level 3; who inserts the body moves them below its own title.
    """
    bodies = (_workflow(stack), _quality(stack), _patterns(stack))
    lines: list[str] = []
    for at, title in enumerate(fmt.guidelines_sections):
        body = bodies[at] if at < len(bodies) else [f"- {decide(f'what holds in this project for {code(title)}')}"]
        lines += [*([""] if lines else []), f"### {title}", "", *body]
    return lines


def _workflow(stack: Stack) -> list[str]:
    eco = stack.primary
    lines = []
    if eco.install_command:
        lines.append(f"- Set up once: {_run(eco.install_command)}.")
    else:
        lines.append(f"- {decide('how the project is set up; no manifest says it')}")
    if eco.run_command:
        lines.append(f"- Start it: {_run(eco.run_command)}.")
    if eco.test_command:
        lines.append(f"- After each change: {_run(eco.test_command)}.")
        single = eco.test_file_command(eco.test_file("example") or "")
        if single and eco.test_file("example"):
            lines.append(f"- One test file alone, for example: {code(single.line)}.")
    else:
        lines.append(f"- {decide('which command runs the tests after each change')}")
    lines.append("- After each step: tick its boxes, and `git commit` what belongs to it and nothing else.")
    lines.append("- Where a step changes what users or other tasks see, change its documentation in the same commit.")
    if stack.workflows:
        lines.append(f"- The continuous integration runs {', '.join(code(path) for path in stack.workflows[:3])}.")
    lines += [
        f"- In {code(other.folder or '.')} ({other.language}): {_run(other.test_command)}."
        for other in stack.ecosystems[1:4]
        if other.test_command
    ]
    return lines


def _quality(stack: Stack) -> list[str]:
    eco = stack.primary
    lines = []
    for command, what in (
        (eco.lint_command, "Coding standards"),
        (eco.format_command, "Layout"),
        (eco.type_check_command, "Types"),
        (eco.coverage_command, "Coverage"),
        (eco.build_command, "Build"),
    ):
        if command:
            lines.append(f"- {what}: {_run(command)}.")
    if not eco.lint_command:
        lines.append(f"- {decide('which linter holds the coding standards; none is configured')}")
    lines.append(
        "- Errors: catch what you can name, say in the message what to do next, and log the rest with its cause."
    )
    secret = "secrets come from the environment, never from the repository"
    template = stack.environment_templates[0] if stack.environment_templates else ""
    rest = f"{code(template)} names them without values" if template else "input is checked where it comes in"
    lines.append(f"- Security: {secret}; {rest}.")
    return lines


def _patterns(stack: Stack) -> list[str]:
    eco = stack.primary
    pattern = _ERRORS.get(eco.name)
    test = _TESTS.get(eco.test_runner or "") or _TESTS.get(eco.name)
    if pattern is None:
        return [f"- {decide('how errors are handled, and what a test looks like; the stack is not known')}"]
    if eco.fence in ("js", "javascript", "jsx"):
        pattern = [line.replace("(path: string)", "(path)") for line in pattern]
    lines = [
        "Errors: caught where they are understood, passed on with their cause.",
        "",
        f"```{eco.fence}",
        *pattern,
        "```",
    ]
    if test:
        where = f" ({code(eco.test_folder)})" if eco.test_folder else ""
        lines += ["", f"A test{where}: one behaviour, named by what it shows.", "", f"```{eco.fence}", *test, "```"]
    return lines


def _run(command: Command) -> str:
    return f"{code(command.line)} (from {code(command.source)})" if command.source else code(command.line)


_ERRORS = {
    "python": [
        "try:",
        "    settings = load_settings(path)",
        "except FileNotFoundError as problem:",
        '    raise SettingsError(f"{path} is missing; copy the example and fill it") from problem',
    ],
    "node": [
        "try {",
        "  return await loadSettings(path);",
        "} catch (problem) {",
        "  throw new Error(`${path} can't be read; check that it exists`, { cause: problem });",
        "}",
    ],
    "go": [
        "settings, err := LoadSettings(path)",
        "if err != nil {",
        '\treturn fmt.Errorf("load settings from %s: %w", path, err)',
        "}",
    ],
    "rust": [
        "let settings = load_settings(path)",
        "    .map_err(|cause| SettingsError::Unreadable { path: path.into(), cause })?;",
    ],
}
_TESTS = {
    "pytest": [
        "def test_a_missing_file_is_named(tmp_path):",
        '    with pytest.raises(SettingsError, match="settings.toml"):',
        '        load_settings(tmp_path / "settings.toml")',
    ],
    "unittest": [
        "class SettingsTest(unittest.TestCase):",
        "    def test_a_missing_file_is_named(self):",
        '        with self.assertRaisesRegex(SettingsError, "settings.toml"):',
        '            load_settings("settings.toml")',
    ],
    "django": [
        "class HealthTest(TestCase):",
        "    def test_the_start_page_answers(self):",
        '        self.assertEqual(self.client.get("/").status_code, 200)',
    ],
    "vitest": [
        'it("names a missing file", async () => {',
        '  await expect(loadSettings("settings.json")).rejects.toThrow("settings.json");',
        "});",
    ],
    "jest": [
        'it("names a missing file", async () => {',
        '  await expect(loadSettings("settings.json")).rejects.toThrow("settings.json");',
        "});",
    ],
    "node": [
        'test("names a missing file", async () => {',
        '  await assert.rejects(loadSettings("settings.json"), /settings\\.json/);',
        "});",
    ],
    "go": [
        "func TestMissingFileIsNamed(t *testing.T) {",
        '\t_, err := LoadSettings("settings.toml")',
        '\tif err == nil || !strings.Contains(err.Error(), "settings.toml") {',
        '\t\tt.Fatalf("got %v", err)',
        "\t}",
        "}",
    ],
    "rust": [
        "#[test]",
        "fn a_missing_file_is_named() {",
        '    let problem = load_settings("settings.toml").unwrap_err();',
        '    assert!(problem.to_string().contains("settings.toml"));',
        "}",
    ],
}
