"""PHP projects that Composer sets up: PHPUnit or Pest, Laravel and Symfony among them.

Scripts of `composer.json` come first, then the programs that its packages put into `vendor/bin`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plansmith.workspace.ecosystem import Command, Dependency, Ecosystem
from plansmith.workspace.manifest import Table, printable, string, table
from plansmith.workspace.project import Project
from plansmith.workspace.stacks.detector import Detector

FRAMEWORKS = {
    "laravel/framework": "laravel", "symfony/framework-bundle": "symfony", "slim/slim": "slim",
    "laminas/laminas-mvc": "laminas", "cakephp/cakephp": "cakephp", "doctrine/orm": "doctrine",
    "pestphp/pest": "pest", "phpunit/phpunit": "phpunit", "livewire/livewire": "livewire",
}  # fmt: skip
_SCRIPT = re.compile(r"[A-Za-z][\w:-]{0,60}")
# What Composer runs by itself at its own moments is no command of the project.
_EVENTS = re.compile(r"(?:pre|post)-")
_MANIFEST = "composer.json"


def detect(project: Project) -> Ecosystem | None:
    """The package or the application in this folder."""
    if not project.has(_MANIFEST):
        return None
    manifest = project.json(_MANIFEST)
    dependencies = tuple(_dependencies(manifest, project.at(_MANIFEST)))
    names = {dependency.name for dependency in dependencies}
    scripts = {name: _command(project, name) for name in table(manifest, "scripts") if _is_script(name)}
    runner = "pest" if "pestphp/pest" in names else "phpunit" if _has_phpunit(project, names) else None
    own = None if runner is None else project.command(f"vendor/bin/{runner}", _MANIFEST)
    artisan = project.command("php artisan serve", "artisan") if project.has("artisan") else None
    source = _autoloaded(manifest, "autoload") or next((f for f in ("src", "app") if project.has_folder(f)), None)
    tests = _autoloaded(manifest, "autoload-dev") or "tests"
    unit = f"{tests}/Unit" if project.has_folder(f"{tests}/Unit") else tests
    integration = next(
        (f for f in ("Feature", "Integration", "Functional") if project.has_folder(f"{tests}/{f}")), None
    )

    def bin_of(package: str, words: str) -> Command | None:
        return project.command(f"vendor/bin/{words}", _MANIFEST) if package in names else None

    coverage = None
    if runner is not None:
        option = "--coverage" if runner == "pest" else "--coverage-text"
        coverage = project.command(f"vendor/bin/{runner} {option}", _MANIFEST)
    return Ecosystem(
        name="php",
        language="PHP",
        language_version=string(manifest, "require", "php"),
        fence="php",
        extensions=(".php",),
        folder=project.folder,
        manifest=project.at(_MANIFEST),
        project=string(manifest, "name"),
        package_manager="composer",
        test_runner=runner,
        install_command=project.command("composer install", _MANIFEST),
        test_command=scripts.get("test") or own,
        coverage_command=scripts.get("coverage") or scripts.get("test:coverage") or coverage,
        lint_command=scripts.get("lint")
        or bin_of("laravel/pint", "pint --test")
        or bin_of("friendsofphp/php-cs-fixer", "php-cs-fixer fix --dry-run")
        or bin_of("squizlabs/php_codesniffer", "phpcs"),
        format_command=scripts.get("format")
        or bin_of("laravel/pint", "pint")
        or bin_of("friendsofphp/php-cs-fixer", "php-cs-fixer fix")
        or bin_of("squizlabs/php_codesniffer", "phpcbf"),
        type_check_command=scripts.get("analyse")
        or scripts.get("phpstan")
        or bin_of("phpstan/phpstan", "phpstan analyse")
        or bin_of("larastan/larastan", "phpstan analyse")
        or bin_of("vimeo/psalm", "psalm"),
        run_command=scripts.get("dev") or scripts.get("serve") or artisan,
        scripts=tuple(scripts.items()),
        add_template=project.command("composer require {package}", _MANIFEST),
        add_dev_template=project.command("composer require --dev {package}", _MANIFEST),
        test_file_template=None if runner is None else project.command(f"vendor/bin/{runner} {{target}}", _MANIFEST),
        source_folder=None if source is None else project.at(source),
        source_template=None if source is None else project.at(f"{source}/{{name}}.php"),
        test_folder=project.at(tests) if runner else None,
        test_template=project.at(f"{unit}/{{below}}{{name}}Test.php") if runner else None,
        integration_template=None if integration is None else project.at(f"{tests}/{integration}/{{name}}Test.php"),
        test_names=("*Test.php",),
        spelling="pascal",
        dependencies=dependencies,
        dependency_file=project.at(_MANIFEST),
        dev_dependency_file=project.at(_MANIFEST),
        frameworks=tuple(label for name, label in FRAMEWORKS.items() if name in names),
        problems=tuple(project.problems),
    )


def _has_phpunit(project: Project, names: set[str]) -> bool:
    return "phpunit/phpunit" in names or project.has("phpunit.xml") or project.has("phpunit.xml.dist")


def _is_script(name: str) -> bool:
    return _SCRIPT.fullmatch(name) is not None and not _EVENTS.match(name)


def _command(project: Project, script: str) -> Command:
    # Composer's own commands win over scripts of their names.
    text = (
        f"composer run-script {script}"
        if script in ("install", "update", "require", "remove")
        else f"composer {script}"
    )
    return project.command(text, f"{_MANIFEST} scripts.{script}")


def _autoloaded(manifest: Table, key: str) -> str | None:
    """The folder of the first namespace that Composer loads; None where there is none inside of the project."""
    for folders in table(manifest, key, "psr-4").values():
        folder = folders[0] if isinstance(folders, list) and folders else folders
        if isinstance(folder, str) and re.fullmatch(r"[\w./-]{1,100}", folder) and not folder.startswith(("/", "..")):
            return folder.strip("/").removeprefix("./") or None
    return None


def _dependencies(manifest: Table, source: str) -> Iterator[Dependency]:
    for key in ("require", "require-dev"):
        for name, version in table(manifest, key).items():
            if "/" in name:  # not PHP itself and its extensions
                constraint = printable(version, 80) if isinstance(version, str) else ""
                yield Dependency(printable(name), constraint, key == "require-dev", f"{source} {key}")


DETECTOR = Detector(name="php", manifests=(_MANIFEST,), extensions=(".php",), detect=detect)
