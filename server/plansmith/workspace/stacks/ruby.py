"""Ruby projects that Bundler sets up: RSpec or Minitest, gems and Rails applications.

A Gemfile is a program; what is read of it are the lines that name gems, and the groups around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plansmith.workspace.ecosystem import Command, Dependency, Ecosystem
from plansmith.workspace.project import Project, most_common
from plansmith.workspace.stacks.detector import Detector

FRAMEWORKS = (
    "rails",
    "sinatra",
    "hanami",
    "roda",
    "grape",
    "sidekiq",
    "rspec",
    "minitest",
    "activerecord",
    "sequel",
    "dry-rb",
)
_GEM = re.compile(r"""^\s*gem[ (]\s*["']([\w.-]{1,100})["'](?P<rest>[^#\n]{0,300})""")
_REQUIREMENT = re.compile(r"""^\s*,\s*["']([~<>=! \d.A-Za-z-]{1,40})["']""")
_GROUP = re.compile(r"^\s*group\b[ (]\s*(?P<names>[^\n]{0,200}?)\)?\s*do\b")
_IN_GROUP = re.compile(r"""\bgroups?\s*(?::|=>)\s*\[?\s*:?["']?(?P<name>\w+)""")
_SPEC = re.compile(
    r"""\.add_(?P<kind>(?:runtime_|development_)?dependency)[ (]\s*["']([\w.-]{1,100})["'](?P<rest>[^#\n]{0,200})"""
)
_NAME = re.compile(r"""\.name\s*=\s*["']([\w.-]{1,100})["']""")


def detect(project: Project) -> Ecosystem | None:
    """The application or the gem in this folder."""
    gemspec = next((path for path in project.paths if path.endswith(".gemspec") and "/" not in path), None)
    gemfile = next((name for name in ("Gemfile", "gems.rb") if project.has(name)), None)
    manifest = gemfile or gemspec
    if manifest is None:
        return None
    spec = project.text(gemspec) if gemspec else ""
    found = [*_gems(project.text(gemfile), project.at(gemfile))] if gemfile else []
    found += _requirements(spec, project.at(gemspec)) if gemspec else []
    dependencies = tuple({gem.name: gem for gem in reversed(found)}.values())[::-1]
    names = {gem.name for gem in dependencies}
    version = re.search(r"""(?m)^\s*ruby\s+["']([^"']{1,40})["']""", project.text(gemfile) if gemfile else "")
    own = project.text(".ruby-version").strip()
    name = _NAME.search(spec)
    runner, test, file = _tests(project, names, manifest)
    folder, source = _sources(project, name[1] if name else "")
    by_spec = runner == "rspec"
    below = "{below}{name}_spec.rb" if by_spec else "{below}{name}_test.rb"
    top = "spec" if by_spec else "test"
    integration = next(
        (f for f in ("requests", "integration", "system", "features") if project.has_folder(f"{top}/{f}")), None
    )
    lint = _linter(project, names, manifest)

    def bundle(words: str) -> Command:
        return project.command(f"bundle {words}", manifest)

    is_rails = project.has("bin/rails") or "rails" in names
    run = None
    if is_rails:
        run = project.command("bin/rails server" if project.has("bin/rails") else "bundle exec rails server", manifest)
    elif project.has("config.ru"):
        run = project.command("bundle exec rackup", "config.ru")
    return Ecosystem(
        name="ruby",
        language="Ruby",
        language_version=version[1] if version else own if re.fullmatch(r"[\w.-]{1,20}", own) else "",
        fence="ruby",
        extensions=(".rb",),
        folder=project.folder,
        manifest=project.at(manifest),
        project=name[1] if name else "",
        package_manager="bundler",
        test_runner=runner,
        install_command=bundle("install") if gemfile else None,
        test_command=test,
        lint_command=lint,
        format_command=None if lint is None else Command(_FORMATS[lint.text], lint.source, lint.folder),
        build_command=project.command(f"gem build {gemspec}", gemspec) if gemspec else None,
        run_command=run,
        add_template=bundle("add {package}") if gemfile else None,
        add_dev_template=bundle("add {package} --group development") if gemfile else None,
        test_file_template=file,
        source_folder=project.at(folder),
        source_template=project.at(source),
        test_folder=project.at(top) if runner else None,
        test_template=project.at(f"{top}/{below}") if runner else None,
        integration_template=None if integration is None else project.at(f"{top}/{integration}/{below[7:]}"),
        test_names=("*_spec.rb",) if by_spec else ("*_test.rb", "test_*.rb"),
        spelling="snake",
        dependencies=dependencies,
        dependency_file=project.at(gemfile or manifest),
        dev_dependency_file=project.at(gemfile or manifest),
        frameworks=tuple(each for each in FRAMEWORKS if each in names),
        problems=tuple(project.problems),
    )


_FORMATS = {
    "bundle exec rubocop": "bundle exec rubocop --autocorrect",
    "bundle exec standardrb": "bundle exec standardrb --fix",
}


def _tests(project: Project, names: set[str], manifest: str) -> tuple[str | None, Command | None, Command | None]:
    """The runner, the command for the whole suite, and that for one file."""
    if project.has(".rspec") or names & {"rspec", "rspec-rails", "rspec-core"} or project.has_folder("spec"):
        source = ".rspec" if project.has(".rspec") else manifest
        return (
            "rspec",
            project.command("bundle exec rspec", source),
            project.command("bundle exec rspec {target}", source),
        )
    if project.has("bin/rails"):
        return (
            "minitest",
            project.command("bin/rails test", "bin/rails"),
            project.command("bin/rails test {target}", "bin/rails"),
        )
    if project.has_folder("test") or "minitest" in names:
        rake = re.search(r"TestTask|:test\b", project.text("Rakefile"))
        suite = project.command("bundle exec rake test", "Rakefile") if rake else None
        return "minitest", suite, project.command("bundle exec ruby -Itest {target}", manifest)
    return None, None, None


def _linter(project: Project, names: set[str], manifest: str) -> Command | None:
    if "standard" in names:
        return project.command("bundle exec standardrb", manifest)
    source = next((name for name in (".rubocop.yml", ".rubocop.yaml") if project.has(name)), None)
    if source or any(name.startswith("rubocop") for name in names):
        return project.command("bundle exec rubocop", source or manifest)
    return None


def _sources(project: Project, name: str) -> tuple[str, str]:
    """The top folder of the sources, and where a new file goes: to the folder with most of them."""
    for top in ("app", "lib"):
        inside = [
            path.rpartition("/")[0] for path in project.paths if path.startswith(f"{top}/") and path.endswith(".rb")
        ]
        if top == "lib" and name and project.has_folder(f"lib/{name.replace('-', '/')}"):
            return "lib", f"lib/{name.replace('-', '/')}/{{name}}.rb"
        if inside:
            return top, f"{most_common(inside)}/{{name}}.rb"
    return "lib", "lib/{name}.rb"


def _gems(text: str, source: str) -> Iterator[Dependency]:
    is_dev = False
    depth = 0  # of blocks inside of a group
    for line in re.split(r"\r\n|\n|\r", text):
        group = _GROUP.match(line)
        if group is not None:
            is_dev, depth = bool(re.search(r"development|test", group["names"])), 1
            continue
        if depth:
            depth += bool(re.search(r"\bdo\b", line)) - bool(re.match(r"\s*end\b", line))
            is_dev = is_dev and depth > 0
        gem = _GEM.match(line)
        if gem is not None:
            own = _IN_GROUP.search(gem["rest"])
            version = _REQUIREMENT.match(gem["rest"])
            is_own = own is not None and own["name"] in ("development", "test")
            yield Dependency(gem[1], version[1].strip() if version else "", is_dev or is_own, f"{source} gem")


def _requirements(text: str, source: str) -> Iterator[Dependency]:
    for match in _SPEC.finditer(text):
        version = _REQUIREMENT.match(match["rest"])
        is_dev = match["kind"].startswith("development")
        yield Dependency(match[2], version[1].strip() if version else "", is_dev, f"{source} {match['kind']}")


DETECTOR = Detector(
    name="ruby",
    manifests=("Gemfile", "gems.rb", "*.gemspec"),
    extensions=(".rb",),
    detect=detect,
    texts=("Rakefile", ".ruby-version"),
)
