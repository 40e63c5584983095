"""Where manifests declare packages: found where the stack read them, in every ecosystem that is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plansmith.workspace.declarations import find_declaration, find_declared
from plansmith.workspace.named_files import RootFiles

# The text of a manifest with the declared name between two marks, and the package that is asked for.
MANIFESTS = {
    "pyproject.toml": (
        "redis-py",
        '[project]\nname = "redis-py-app"\nkeywords = ["redis-py"]\n# redis-py\n'
        'dependencies = [\n    "redis-py-om>=1", # redis-py\n    "«Redis.Py»[async]>=5",\n]\n',
    ),
    "extras/pyproject.toml": (
        "redis",
        '[project]\nname = "app"\n[project.optional-dependencies]\nredis = ["«redis»>=5"]\n',
    ),
    "poetry/pyproject.toml": ("redis", '[tool.poetry.group.dev.dependencies]\n"«redis»" = {extras = ["redis"]}\n'),
    "uv/pyproject.toml": ("redis", '[dependency-groups]\ndev = ["导入 🚀", "«redis»"]\n'),
    "pip/requirements.txt": ("redis", "# redis\nredis-om==1 # for redis\n«redis»==5 # redis\n"),
    "old/setup.cfg": ("redis", "[metadata]\nname = app\n[options]\ninstall_requires =\n    «redis»>=5\n"),
    "older/setup.py": ("redis", 'setup(name="a", keywords=["redis"], install_requires=["flask", "«redis»>=5"])\n'),
    "pipenv/Pipfile": ("redis", '[packages]\n«redis» = "*"\n'),
    "web/package.json": (
        "@types/node",
        '{"name": "x", "keywords": ["@types/node"],\n"devDependencies": {"🚀": "1", "«@types/node»": "^20"}}\n',
    ),
    "react/package.json": ("react", '{"react": "no", "dependencies": {"react-dom": "1", "«react»": "^18"}}\n'),
    "rust/Cargo.toml": (
        "serde",
        '[package]\nname = "a"\n[dependencies]\ntokio = {version = "1", features = ["serde"]}\n'
        '[dependencies.«serde»]\nversion = "1"\n',
    ),
    "go/go.mod": (
        "github.com/redis/go-redis",
        "module example.org/a\n\n// github.com/redis/go-redis\nrequire (\n\tgithub.com/redis/go-redis/v9 v9.0.0\n"
        "\t«github.com/redis/go-redis» v6.0.0\n)\n",
    ),
    "go1/go.mod": ("github.com/x/y", "module example.org/a\n\nrequire «github.com/x/y» v1.0.0\n"),
    "maven/pom.xml": (
        "org.acme:cache-core",
        "<project>\n<artifactId>cache-core</artifactId>\n<dependencies>\n<dependency><groupId>org.acme</groupId>\n"
        "<artifactId>«cache-core»</artifactId><version>1</version></dependency>\n</dependencies>\n</project>\n",
    ),
    "gradle/build.gradle": (
        "org.acme:cache",
        "dependencies {\n  // org.acme:cache\n  implementation '«org.acme:cache»:1.0'\n}\n",
    ),
    "net/App.csproj": (
        "Serilog",
        '<Project>\n<PackageReference Include="Serilog.Sinks" Version="1" />\n'
        '<PackageReference Include="«Serilog»" Version="2" />\n</Project>\n',
    ),
    "ruby/Gemfile": ("sidekiq", "source 'x'\n# gem 'sidekiq'\ngem 'sidekiq-cron'\ngem '«sidekiq»', '~> 7'\n"),
    "php/composer.json": (
        "laravel/framework",
        '{"name": "a/b", "require-dev": {"x/y": "1"}, "require": {"«laravel/framework»": "^11"}}\n',
    ),
}


@pytest.mark.parametrize("path", MANIFESTS)
def test_a_package_is_found_where_its_manifest_declares_it(tree, path):
    name, marked = MANIFESTS[path]
    before = marked[: marked.index("«")]
    text = marked.replace("«", "").replace("»", "")
    spelled = marked[len(before) + 1 : marked.index("»")]
    root = tree({path: text})
    found = find_declaration(RootFiles(str(root)), name)
    assert found is not None
    line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    assert found.path == str(root / path)
    assert found.span == (line, column, line, column + len(spelled))
    assert found.lines[line][column : column + len(spelled)] == spelled
    assert find_declaration(RootFiles(str(root)), "nobody-has-this") is None


def test_a_manifest_of_the_code_elsewhere_counts(tree):
    root = tree({"plans/plan.md": "", "code/package.json": '{"dependencies": {"react": "18"}}'})
    found = find_declaration(RootFiles(str(root / "plans"), str(root / "code")), "react")
    assert found is not None
    assert found.path == str(root / "code" / "package.json")


@given(
    st.lists(st.sampled_from(["redis", "[project]", "dependencies", " = ", '"', "\n", "[", "]", "{", ":", "🚀", "#"])),
    st.sampled_from(["pyproject.toml", "package.json", "go.mod", "pom.xml"]),
)
def test_any_text_is_read(pieces, path):
    text = "".join(pieces)
    span = find_declared(text, path, "dependencies", "redis")
    if span is not None:
        assert text.split("\n")[span.line][span.start : span.end] == "redis"
