"""The user's settings: read from their folder and the environment, wrong values told, keys never shown."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from plansmith.workspace.address import origin_of
from plansmith.workspace.settings import USER_KEYS
from plansmith.workspace.user import (
    FOLDER_VARIABLE,
    USER,
    UserSettings,
    choose_provider,
    load_user_settings,
    variable_of,
)

KEY = "sk-secret-0123456789"


@pytest.fixture
def load(tmp_path):
    """Load settings from a text and variables."""

    def load(text: str | None = None, **environment: str) -> UserSettings:
        if text is not None:
            (tmp_path / "config.toml").write_text(dedent(text), encoding="utf-8")
        return load_user_settings({FOLDER_VARIABLE: str(tmp_path), **environment})

    return load


def test_without_a_file_everything_is_as_the_table_says(load, tmp_path):
    settings = load()
    for setting in USER.fields:
        value = getattr(settings, setting.key.replace("-", "_"))
        if setting.key not in ("keys", "cache-folder", "prompts-folder"):
            assert value == setting.default, setting.key
            assert value == getattr(UserSettings(), setting.key.replace("-", "_"))
    assert settings.path == str(tmp_path / "config.toml")
    assert settings.prompts_folder == str(tmp_path / "prompts")
    assert os.path.isabs(settings.cache_folder)
    assert "plansmith" in settings.cache_folder
    assert settings.mistakes == ()


def test_every_setting_is_a_field_and_has_a_description():
    named = {setting.key.replace("-", "_") for setting in USER.fields}
    assert named == {field.name for field in fields(UserSettings)} - {"path", "unread", "mistakes"}
    assert all(setting.description.endswith(".") for setting in USER.fields)


def test_no_setting_of_a_user_can_stand_in_a_project():
    """A project that names one is told that it is the user's to decide."""
    assert {setting.key for setting in USER.fields} <= USER_KEYS


def test_a_file_says_what_the_user_wants(load, tmp_path):
    settings = load(
        f"""
        provider = "anthropic"
        model = "claude-opus-5-5"
        effort = "xhigh"
        base-url = "https://gateway.example/anthropic"
        max-output = 8000
        context-budget = 50_000
        concurrency = 5
        connect-timeout = 3
        silence-timeout = 30
        retries = 1
        ask-above = 0
        send = "document"
        cache-folder = "{(tmp_path / "cache").as_posix()}"
        prompts-folder = "~/prompts"
        ambient-headers = true

        [keys]
        "https://Gateway.example:443/anthropic" = " {KEY} "
        """
    )
    assert settings.mistakes == ()
    assert (settings.provider, settings.model, settings.effort) == ("anthropic", "claude-opus-5-5", "xhigh")
    assert settings.base_url == "https://gateway.example/anthropic"
    assert settings.keys == {"https://gateway.example": KEY}
    assert (settings.max_output, settings.context_budget, settings.concurrency) == (8000, 50_000, 5)
    assert (settings.connect_timeout, settings.silence_timeout, settings.retries, settings.ask_above) == (3, 30, 1, 0)
    assert settings.cache_folder == str(tmp_path / "cache")
    assert settings.prompts_folder == os.path.join(os.path.expanduser("~"), "prompts")
    assert settings.ambient_headers
    assert settings.send == "document"


def test_the_example_of_the_readme_has_no_mistake(load):
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    [example] = re.findall(
        r"^```toml\n(.*?)^```$", readme.partition("\n## The model\n")[2].partition("\n## ")[0], re.M | re.S
    )
    settings = load(example)
    assert settings.mistakes == ()
    assert settings.base_url is not None
    assert list(settings.keys) == [origin_of(settings.base_url)]


def test_the_environment_overrides_the_file(load):
    settings = load(
        'model = "one"\neffort = "low"\nretries = 1\n',
        PLANSMITH_MODEL="two",
        PLANSMITH_EFFORT="MAX",
        PLANSMITH_BASE_URL="http://localhost:1234",
        PLANSMITH_RETRIES="2",
        PLANSMITH_AMBIENT_HEADERS="1",
        PLANSMITH_PROVIDER="",
    )
    assert settings.mistakes == ()
    assert (settings.model, settings.effort, settings.retries, settings.provider) == ("two", "max", 2, "auto")
    assert settings.base_url == "http://localhost:1234"
    assert settings.ambient_headers


def test_variables_are_named_after_their_settings():
    assert variable_of("silence-timeout") == "PLANSMITH_SILENCE_TIMEOUT"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('effort = "big"', "“effort” is “low”, “medium”, “high”, “xhigh” or “max”, not “big”; it stays unset"),
        ('provider = "antropic"', "did you mean “anthropic”?; no model is asked until it is mended"),
        ('send = "documents"', "did you mean “document”?; no model is asked until it is mended"),
        ("retries = 9", "“retries” is a whole number from 0 to 8, not 9; 3 stays in force"),
        ("retries = true", "“retries” is a whole number from 0 to 8, not true; 3 stays in force"),
        ('concurrency = "many"', "“concurrency” is a whole number from 1 to 32, not “many”; 3 stays in force"),
        ('ambient-headers = "yes"', "“ambient-headers” is true or false, not “yes”; false stays in force"),
        ('model = ""', "“model”: “” is empty; claude-sonnet-5-5 stays in force"),
        ("model = 5", "“model” is a text, not 5; claude-sonnet-5-5 stays in force"),
        ("base-url = 5", "“base-url” is a text, not 5; no model is asked until it is mended"),
        ('base-url = "http://example.com"', "“base-url” asks example.com by plain http"),
        ('base-url = "https://me:geheim@example.com"', "“base-url” holds a user name or password"),
        (
            'base-url = "example.com"',
            "“base-url” is no web address; it starts with https://; no model is asked until it is mended",
        ),
        ('cache-folder = "cache"', "a folder is named by its whole path; this one is not used"),
        ('moddel = "x"', "unknown setting “moddel”; did you mean “model”?"),
        ('api-key = "sk-secret-0123456789"', 'a key stands under [keys] with its origin: "https://api.anthropic.com"'),
        ('base_url = "x"', "unknown setting “base_url”; did you mean “base-url”? No model is asked until it is mended"),
        ("= 5", "line 1 is no valid TOML, so nothing here is in force, and no model is asked until it is mended"),
    ],
)
def test_a_wrong_value_is_told_and_the_default_stays_in_force(load, line, message):
    settings = load(line)
    [mistake] = settings.mistakes
    assert message in mistake
    assert "config.toml: " in mistake
    assert "geheim" not in mistake
    assert KEY not in mistake
    assert "\n" not in mistake
    expected = load("")
    assert all(getattr(settings, field.name) == getattr(expected, field.name) for field in fields(settings)[:-2])


def test_a_wrong_variable_leaves_what_the_file_says(load):
    settings = load("retries = 1", PLANSMITH_RETRIES="-1", PLANSMITH_BASE_URL="http://example.com")
    assert settings.retries == 1
    assert settings.base_url is None
    first, second = settings.mistakes
    assert first.startswith("PLANSMITH_BASE_URL: “base-url” asks example.com by plain http")
    assert second == "PLANSMITH_RETRIES: “retries” is a whole number from 0 to 8, not “-1”; 1 stays in force"


@pytest.mark.parametrize(
    "text",
    [
        f'keys = "{KEY}"',
        f'keys = ["{KEY}"]',
        f'[keys]\nanthropic = "{KEY}"',
        f'[keys]\n"http://example.com" = "{KEY}"',
        f'[keys]\n"https://example.com" = ["{KEY}"]',
        f'[keys]\n"https://example.com" = "{KEY}\\n2"',
        f'[keys]\n"https://example.com" = "{KEY}ü"',
        f'[keys]\n"https://example.com" = ""\n"https://{KEY}@example.com" = "x"',
        f'[keys]\n"https://example.com" = {KEY}',
        f'[keys\n"https://example.com" = "{KEY}"',
        f'model = "{KEY}',
    ],
)
def test_a_key_that_is_written_wrongly_is_not_used_and_not_shown(load, text):
    settings = load(text)
    assert settings.mistakes
    assert KEY not in " ".join(settings.mistakes)
    assert not settings.keys


def test_a_key_is_in_no_representation(load):
    settings = load(f'[keys]\n"https://api.anthropic.com" = "{KEY}"')
    assert settings.keys == {"https://api.anthropic.com": KEY}
    assert KEY not in f"{settings!r} {settings}"


def test_a_file_that_cannot_be_read_is_a_message(load, tmp_path):
    (tmp_path / "config.toml").write_bytes(b'model = "\xff"')
    assert "is not UTF-8" in load().mistakes[0]
    (tmp_path / "config.toml").write_bytes(b"#" * 1_000_001)
    assert "larger than" in load().mistakes[0]
    (tmp_path / "config.toml").unlink()
    (tmp_path / "config.toml").mkdir()
    assert "can't be read" in load().mistakes[0]
    assert load().unread == load().mistakes[0]


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ('provider = "ofline"', {}),
        ('provder = "offline"', {}),
        ('base-url = "http://example.com"', {}),
        ('send = "nothing"', {}),
        ('provider = "offline"\nmodel = ', {}),
        ("", {"PLANSMITH_PROVIDER": "ofline"}),
        ("", {"PLANSMITH_BASE_URL": "example.com"}),
        ('base-url = "http://localhost:1"', {"PLANSMITH_BASE_URL": "example.com"}),
        ("", {FOLDER_VARIABLE: "configuration"}),
    ],
)
def test_where_it_is_not_known_who_may_be_asked_nobody_is(load, text, environment):
    """A default would send what the user may have forbidden."""
    from plansmith.expand.credentials import access_for
    from plansmith.expand.errors import ModelError

    environment = {"ANTHROPIC_API_KEY": "k", **environment}
    settings = load(text, **environment)
    assert settings.mistakes == (settings.unread,)
    assert "offline" not in choose_provider(settings, environment)
    with pytest.raises(ModelError) as told:
        access_for(settings, environment)
    assert told.value.kind == "settings"
    assert str(told.value) == f"{settings.unread}; or use the offline planner"


@pytest.mark.parametrize(
    ("text", "environment", "provider"),
    [
        ('provider = "ofline"', {"PLANSMITH_PROVIDER": "anthropic"}, "anthropic"),
        ('provider = "offline"\nbase-url = 5', {}, "offline"),
        ("= 5", {"PLANSMITH_PROVIDER": "offline"}, "offline"),
        ('retries = "x"\nmoddel = 5', {}, "anthropic"),
    ],
)
def test_what_decides_nothing_of_that_keeps_nobody_from_writing(load, text, environment, provider):
    from plansmith.expand.credentials import access_for

    environment = {"ANTHROPIC_API_KEY": "k", **environment}
    settings = load(text, **environment)
    assert settings.mistakes
    assert choose_provider(settings, environment) == provider
    if provider == "anthropic":
        assert access_for(settings, environment).key == "k"


def test_a_byte_order_mark_is_no_mistake(load, tmp_path):
    (tmp_path / "config.toml").write_bytes(b'\xef\xbb\xbfmodel = "x"')
    assert load().model == "x"


def test_a_folder_that_depends_on_where_we_were_started_is_not_used(tmp_path, monkeypatch):
    """Where the server is started is often a workspace, and that never decides."""
    (tmp_path / "config.toml").write_text('model = "evil"')
    monkeypatch.chdir(tmp_path)
    settings = load_user_settings({FOLDER_VARIABLE: ".", "PLANSMITH_CACHE_FOLDER": "cache"})
    assert settings.model == "claude-sonnet-5-5"
    assert len(settings.mistakes) == 2
    assert str(tmp_path) not in settings.path + settings.cache_folder


def test_the_users_own_folder_is_their_systems(monkeypatch, tmp_path):
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_config_dir", lambda name, appauthor: str(tmp_path / name))
    (tmp_path / "plansmith").mkdir()
    (tmp_path / "plansmith" / "config.toml").write_text('model = "mine"')
    assert load_user_settings({}).model == "mine"


# Who writes


@pytest.mark.parametrize(
    ("settings", "environment", "provider"),
    [
        ({}, {}, "offline"),
        ({}, {"ANTHROPIC_API_KEY": "k"}, "anthropic"),
        ({}, {"ANTHROPIC_API_KEY": " "}, "offline"),
        ({}, {"PLANSMITH_API_KEY": "k"}, "anthropic"),
        ({}, {"PLANSMITH_API_KEY": "k", "PLANSMITH_API_KEY_ORIGIN": "https://other.example"}, "offline"),
        ({}, {"ANTHROPIC_AUTH_TOKEN": "k"}, "offline"),
        ({"ambient_credentials": True}, {"ANTHROPIC_AUTH_TOKEN": "k"}, "anthropic"),
        ({}, {"ANTHROPIC_BASE_URL": "http://localhost:1"}, "anthropic"),
        ({"base_url": "http://localhost:1"}, {}, "anthropic"),
        ({"base_url": "https://api.anthropic.com/"}, {}, "offline"),
        ({"keys": {"https://api.anthropic.com": "k"}}, {}, "anthropic"),
        ({"keys": {"https://other.example": "k"}}, {}, "offline"),
        ({"provider": "offline"}, {"ANTHROPIC_API_KEY": "k"}, "offline"),
        ({"provider": "anthropic"}, {}, "anthropic"),
    ],
)
def test_who_writes(settings, environment, provider):
    assert choose_provider(UserSettings(**settings), environment) == provider


def test_whoever_is_chosen_automatically_has_what_it_takes():
    """`auto` is the model exactly where an address to ask is found."""
    from plansmith.expand.credentials import find_access

    for environment in (
        {},
        {"ANTHROPIC_API_KEY": "k"},
        {"ANTHROPIC_BASE_URL": "http://localhost:1"},
        {"PLANSMITH_API_KEY": "k", "PLANSMITH_API_KEY_ORIGIN": "https://other.example"},
        {"ANTHROPIC_PROFILE": "work"},
    ):
        for settings in (
            UserSettings(),
            UserSettings(keys={"https://other.example": "k"}),
            UserSettings(ambient_credentials=True),
        ):
            access = find_access(
                environment, settings.base_url, settings.keys, ambient_credentials=settings.ambient_credentials
            )
            assert (choose_provider(settings, environment) == "anthropic") == (access is not None), environment
