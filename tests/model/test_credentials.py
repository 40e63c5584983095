"""A credential goes to its own origin and nowhere else; real peers show what was sent."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from plansmith.expand.claude import Claude, claude_for
from plansmith.expand.credentials import Access, access_for, find_access, missing_key_message
from plansmith.expand.errors import ModelError
from plansmith.workspace.user import UserSettings
from tests.model.asking import KEY, asked, failed, model_at
from tests.model.peer import Peer, answers, error, http, said

AMBIENT = "sk-ambient-zyxwvutsrq9876543210"


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch):
    """What the machine has set is no part of a test."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


# Where a key goes


async def test_a_stored_key_goes_to_the_origin_it_was_stored_for():
    async with Peer(answers(said("Hello", " there"))) as peer:
        text, end = await asked(model_at(peer.url))
    assert text == "Hello there"
    assert (end.usage.input, end.usage.output, end.usage.requests) == (7, 5, 1)
    [seen] = peer.requests
    assert seen.path == "/v1/messages"
    assert seen.headers["authorization"] == f"Bearer {KEY}"


async def test_the_environments_key_goes_to_the_environments_own_base_url():
    async with Peer(answers(said("Hello"))) as peer:
        environment = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": f"{peer.url}/anthropic"}
        access = find_access(environment, None, {})
        assert access is not None
        await asked(Claude(access, "some-model"))
    assert peer.requests[0].path == "/anthropic/v1/messages"
    assert peer.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_the_environments_keys_do_not_go_to_a_foreign_base_url(monkeypatch):
    """The SDK itself would send ANTHROPIC_API_KEY there."""
    environment = {"ANTHROPIC_API_KEY": AMBIENT, "PLANSMITH_API_KEY": f"{AMBIENT}-2"}
    with_variables(monkeypatch, environment)
    async with Peer(answers(said("Hello"))) as peer:
        text, _ = await asked(model_at(peer.url, key=None, environment=environment))
    assert text == "Hello"
    [seen] = peer.requests
    assert AMBIENT not in seen.all
    assert not {"authorization", "x-api-key"} & seen.headers.keys()


async def test_a_stored_key_does_not_go_to_another_port_or_host():
    keys = {"http://127.0.0.1:1": KEY, "https://api.anthropic.com": KEY, "http://localhost:1": KEY}
    async with Peer(answers(said("Hello"))) as peer:
        access = find_access({}, peer.url, keys)
        assert access is not None
        await asked(Claude(access, "some-model"))
    assert KEY not in peer.requests[0].all


@pytest.fixture
def profile(tmp_path):
    """Variables that name a profile of the provider's own tools, with a token that holds."""
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "work.json").write_text('{"authentication": {"type": "user_oauth"}}')
    (tmp_path / "credentials").mkdir()
    token = tmp_path / "credentials" / "work.json"
    token.write_text(json.dumps({"type": "oauth_token", "access_token": AMBIENT, "expires_at": 9_999_999_999}))
    token.chmod(0o600)
    return {"ANTHROPIC_PROFILE": "work", "ANTHROPIC_CONFIG_DIR": str(tmp_path)}


def with_variables(monkeypatch, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


async def test_a_profile_is_not_used(monkeypatch, profile):
    with_variables(monkeypatch, profile)
    async with Peer(answers(said("Hello"))) as peer:
        await asked(model_at(peer.url, key=None, environment=profile))
        await asked(Claude(Access(peer.url, None, "nowhere"), "some-model"))
    assert not any(AMBIENT in seen.all or "authorization" in seen.headers for seen in peer.requests)
    assert find_access({**profile, "ANTHROPIC_AUTH_TOKEN": AMBIENT}, None, {}) is None


async def test_the_users_own_configuration_can_turn_a_profile_on(monkeypatch, profile):
    async with Peer(answers(said("Hello"))) as home, Peer(answers(said("Hello"))) as foreign:
        environment = {**profile, "ANTHROPIC_BASE_URL": home.url}
        with_variables(monkeypatch, profile)
        settings = UserSettings(ambient_credentials=True)
        await asked(claude_for(settings, environment))
        await asked(claude_for(replace(settings, base_url=foreign.url), environment))
    assert home.requests[0].headers["authorization"] == f"Bearer {AMBIENT}"
    assert AMBIENT not in foreign.requests[0].all


async def test_what_lies_around_in_the_environment_is_not_sent(monkeypatch, profile):
    async with Peer(answers(said("Hello"))) as peer, Peer(answers(said("Stolen"))) as elsewhere:
        environment = {
            **profile,
            "ANTHROPIC_AUTH_TOKEN": AMBIENT,
            "ANTHROPIC_CUSTOM_HEADERS": f"X-Ambient: {AMBIENT}\nAuthorization: Bearer {AMBIENT}",
            "ANTHROPIC_BASE_URL": elsewhere.url,
        }
        with_variables(monkeypatch, environment)
        assert (await asked(model_at(peer.url, environment=environment)))[0] == "Hello"
        assert (await asked(model_at(peer.url, key=None, environment=environment)))[0] == "Hello"
    assert not elsewhere.requests
    first, second = peer.requests
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in second.headers
    assert not any(AMBIENT in seen.all or "x-ambient" in seen.headers for seen in peer.requests)


async def test_ambient_headers_stay_out_at_home_too_where_nobody_turned_them_on(monkeypatch):
    async with Peer(answers(said("Hello"))) as home:
        environment = {"ANTHROPIC_CUSTOM_HEADERS": f"X-Ambient: {AMBIENT}", "ANTHROPIC_BASE_URL": home.url}
        with_variables(monkeypatch, environment)
        await asked(claude_for(UserSettings(), environment))
    assert "x-ambient" not in home.requests[0].headers


async def test_prompts_are_exported_to_no_collector_that_the_environment_names(monkeypatch):
    traced: list[object] = []
    monkeypatch.setattr("opentelemetry.trace.get_tracer", lambda *about, **more: traced.append(about))
    monkeypatch.setenv("ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE", "content")
    async with Peer(answers(said("Hello"))) as peer:
        await asked(model_at(peer.url))
    assert traced == []


async def test_the_users_own_configuration_can_turn_ambient_headers_and_tokens_on(monkeypatch):
    async with Peer(answers(said("Hello"))) as home, Peer(answers(said("Hello"))) as foreign:
        environment = {
            "ANTHROPIC_AUTH_TOKEN": AMBIENT,
            "ANTHROPIC_CUSTOM_HEADERS": "X-Team: 7\nbroken\nX-Bad: ü",
            "ANTHROPIC_BASE_URL": home.url,
        }
        settings = UserSettings(ambient_headers=True, ambient_credentials=True)
        await asked(claude_for(settings, environment))
        await asked(claude_for(replace(settings, base_url=foreign.url), environment))
    [seen] = home.requests
    assert seen.headers["authorization"] == f"Bearer {AMBIENT}"
    assert seen.headers["x-team"] == "7"
    assert "x-bad" not in seen.headers
    # Even so they stay at home.
    assert AMBIENT not in foreign.requests[0].all
    assert "x-team" not in foreign.requests[0].headers


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status):
    async def redirect(_, send):
        await send(http(status, location=f"{elsewhere.url}/v1/messages"))

    async with Peer(answers(said("Stolen"))) as elsewhere, Peer(redirect) as peer:
        problem = await failed(model_at(peer.url))
    assert problem.kind == "redirect"
    assert "redirects elsewhere" in str(problem)
    assert len(peer.requests) == 1
    assert not elsewhere.requests


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://192.0.2.1:8080",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[2001:db8::1]",
    ],
)
def test_plain_http_is_for_this_machine_only(url):
    with pytest.raises(ModelError) as caught:
        find_access({}, url, {url: KEY})
    assert caught.value.kind == "address"
    # Whoever builds a client by other means meets the same guard.
    with pytest.raises(ModelError):
        Claude(Access(url, KEY, "a test"), "some-model")


@pytest.mark.parametrize(
    "url", ["http://localhost:1234", "http://127.0.0.9", "http://[::1]:80/v1", "https://example.com"]
)
def test_these_addresses_may_be_asked(url):
    access = find_access({}, url, {})
    assert access is not None
    assert access.key is None


@pytest.mark.parametrize(
    "url",
    [
        "example.com",
        "ftp://example.com",
        "https://",
        "https://me:geheim@example.com",
        "https://a\\@b.com",
        "https://a:x",
    ],
)
def test_what_is_no_address_is_an_error_that_does_not_repeat_it(url):
    with pytest.raises(ModelError) as caught:
        find_access({}, url, {})
    assert caught.value.kind == "address"
    assert "geheim" not in str(caught.value)


def test_an_address_in_the_environment_is_named_as_that():
    with pytest.raises(ModelError, match="ANTHROPIC_BASE_URL"):
        find_access({"ANTHROPIC_BASE_URL": "http://example.com"}, None, {})


async def test_a_request_to_this_machine_passes_no_proxy(monkeypatch):
    """By plain http a proxy would read the key."""
    async with Peer(answers(said("Stolen"))) as proxy, Peer(answers(said("Hello"))) as peer:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        text, _ = await asked(model_at(peer.url))
    assert text == "Hello"
    assert not proxy.requests


async def test_a_proxy_sees_the_host_of_a_request_by_https_and_no_more(monkeypatch):
    async with Peer(answers(http(502))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        problem = await failed(model_at("https://model.invalid"))
    assert problem.kind == "network"
    [seen] = proxy.requests
    assert (seen.method, seen.path) == ("CONNECT", "model.invalid:443")
    assert KEY not in seen.all


# No key, and the wrong one


def test_without_a_key_the_message_says_where_it_was_looked_for():
    with pytest.raises(ModelError) as caught:
        access_for(UserSettings(path="folder/config.toml"), {})
    message = str(caught.value)
    assert caught.value.kind == "no-key"
    for place in (
        "https://api.anthropic.com",
        "ANTHROPIC_API_KEY",
        "PLANSMITH_API_KEY",
        "folder/config.toml",
        "offline",
    ):
        assert place in message


def test_a_key_that_belongs_elsewhere_is_named_as_that():
    environment = {"PLANSMITH_API_KEY": KEY, "PLANSMITH_API_KEY_ORIGIN": "https://other.example"}
    assert find_access(environment, None, {}) is None
    message = missing_key_message(environment)
    assert "PLANSMITH_API_KEY belongs to https://other.example" in message
    assert KEY not in message
    there = find_access(environment, "https://other.example/api", {})
    assert there is not None
    assert there.key == KEY


def test_the_most_explicit_key_is_taken():
    environment = {"ANTHROPIC_API_KEY": "third", "PLANSMITH_API_KEY": "second"}
    taken = [find_access(environment, None, keys) for keys in ({"https://API.anthropic.com:443/": "first"}, {})]
    assert [access and access.key for access in taken] == ["first", "second"]
    del environment["PLANSMITH_API_KEY"]
    access = find_access(environment, None, {})
    assert access is not None
    assert (access.key, access.source) == ("third", "the environment's ANTHROPIC_API_KEY")


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_told_by_its_source_length_and_hash_and_no_character(status):
    """Some servers repeat the key, or its ends, in their words."""
    words = f"invalid key {KEY[:7]}...{KEY[-6:]}"
    async with Peer(answers(error(status, "authentication_error", words))) as peer:
        problem = await failed(model_at(peer.url))
    message = str(problem)
    assert problem.kind == "refused-key"
    assert "from the user's configuration (33 characters, sha256 " in message
    assert not any(KEY[at : at + 5] in message for at in range(len(KEY) - 4))


async def test_an_endpoint_that_wants_a_key_for_which_none_is_set_says_how_to_set_one():
    async with Peer(answers(error(401, "authentication_error", "no key"))) as peer:
        problem = await failed(model_at(peer.url, key=None, environment={"ANTHROPIC_API_KEY": AMBIENT}))
    assert problem.kind == "no-key"
    assert f'under [keys] in config.toml as "{peer.url}"' in str(problem)


def test_a_key_with_a_line_end_inside_never_meets_a_header():
    """The HTTP library would show the whole header in its error."""
    with pytest.raises(ModelError) as caught:
        find_access({"ANTHROPIC_API_KEY": "sk-secret\nhalf"}, None, {})
    assert "secret" not in str(caught.value)
    assert "half" not in str(caught.value)
    access = find_access({"ANTHROPIC_API_KEY": f" {KEY}\r\n"}, None, {})
    assert access is not None
    assert access.key == KEY


async def test_the_key_is_in_no_log_and_no_representation(caplog):
    caplog.set_level(logging.DEBUG)
    told = []
    responses = [error(status, "api_error", f"you sent {KEY}") for status in (400, 401, 403, 404, 429, 500)]
    async with Peer(answers(*responses, said("Hello"))) as peer:
        for _ in responses:
            problem = await failed(model_at(peer.url))
            told += [str(problem), repr(problem), repr(problem.usage)]
        model = model_at(peer.url)
        await asked(model)
    settings = UserSettings(keys={peer.url: KEY})
    told += [repr(settings), str(settings), repr(access_for(settings, {"ANTHROPIC_API_KEY": KEY})), repr(model)]
    assert caplog.records
    assert not [text for text in (*told, caplog.text) if KEY in text]


async def test_nothing_but_what_is_meant_is_sent():
    """Newer models refuse `temperature` and `top_p`."""
    async with Peer(answers(said("Hello"))) as peer:
        await asked(model_at(peer.url, effort="high"))
        await asked(model_at(peer.url))
    body = json.loads(peer.requests[0].body)
    assert body == {
        "model": "some-model",
        "max_tokens": 1000,
        "stream": True,
        "system": [{"type": "text", "text": "The rules.", "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "The stack.", "cache_control": {"type": "ephemeral"}},
                    {"type": "text", "text": "Task 1."},
                ],
            }
        ],
        "output_config": {"effort": "high"},
    }
    assert "output_config" not in json.loads(peer.requests[1].body)
