"""Secrets: none is told, whatever its kind; and what is no secret stays."""

from __future__ import annotations

import base64
import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plansmith.expand.redact import REDACTED, is_secret_file, redact

# Made here, piece by piece: none of them ever opened anything, and no scanner takes this file for a leak.
_DICE = random.Random(3)
_ALL = string.ascii_letters + string.digits


def made(length: int, signs: str = _ALL) -> str:
    return "".join(_DICE.choice(signs) for _ in range(length))


SECRETS = {
    "aws id": "AKIA" + made(16, string.ascii_uppercase),
    "anthropic": "sk-" + "ant-api03-" + made(90, _ALL + "-_") + "AA",
    "openai": "sk-" + "proj-" + made(120, _ALL + "-_"),
    "openai old": "sk-" + made(48),
    "github": "ghp" + "_" + made(36),
    "github fine-grained": "github" + "_pat_" + made(22) + "_" + made(59),
    "gitlab": "glpat" + "-" + made(20),
    "slack": "xoxb" + "-" + made(12, string.digits) + "-" + made(24),
    "slack hook": "https://hooks.slack.com/services/T" + made(8) + "/B" + made(8) + "/" + made(24),
    "stripe": "sk_" + "live_" + made(24),
    "google": "AIza" + made(35, _ALL + "-_"),
    "npm": "npm" + "_" + made(36),
    "pypi": "pypi-" + "AgEI" + made(120, _ALL + "-_"),
    "hugging face": "hf" + "_" + made(34, string.ascii_letters),
    "sendgrid": "SG." + made(22) + "." + made(43),
    "telegram": "1" + made(9, string.digits) + ":AA" + made(33),
    "discord": "MTA" + made(21) + "." + made(6) + "." + made(38),
    "jwt": "eyJ" + made(33) + ".eyJ" + made(60) + "." + made(43),
    "azure": base64.b64encode(_DICE.randbytes(64)).decode(),
}
PLACES = ["{}", "Use `{}` for now.", 'key = "{}"', "- [ ] export API_KEY={}", "header: Bearer {}\nnext line"]
WITH_WORDS = {
    "password": ('password = "{}"', "x7" + made(14)),
    "password of a connection": ("postgres://admin:{}@db.acme.io:5432/app", "q4" + made(14)),
    "password of an example": ("redis://:{}@cache.example.com", "q5" + made(14)),
    "environment": ("DB_PASSWORD={}", "k2" + made(12)),
    "aws secret": ("aws_secret_access_key = {}", made(40, _ALL + "/+")),
    "twilio": ("TWILIO_AUTH_TOKEN={}", made(32, "0123456789abcdef")),
    "json": ('{{"client_secret": "{}"}}', "p9" + made(30)),
    "base64": ('seed: "{}"', "aB3" + made(60, _ALL)),
    "typed": ('password: str = "{}"', "S3cr3t" + "P@ssw0rd!!"),
    "connection string": ("Server=db;Password={};Timeout=5", "Zx9" + "!kfP2mQ"),
    "account key": ("AccountName=x;AccountKey={};EndpointSuffix=y", base64.b64encode(_DICE.randbytes(64)).decode()),
    "command": ("curl -u admin:{} https://acme.io", "Tr0ub" + "4dor3"),
    "yaml": ("api_token: {}", "abc123" + "def456ghi789"),
    "prose": ('The staging password is "{}".', "Winter" + "2026!x"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_taken_out_wherever_it_stands(place, secret):
    clean = redact(place.format(secret), "notes.md")
    assert secret not in clean.text
    assert secret[-10:] not in clean.text
    assert REDACTED in clean.text
    assert clean.secrets >= 1


@pytest.mark.parametrize(("place", "secret"), WITH_WORDS.values(), ids=WITH_WORDS)
def test_a_secret_is_known_by_the_words_before_it(place, secret):
    text = place.format(secret)
    assert redact(text, "config.py").text == text.replace(secret, REDACTED)


def test_the_lines_stay_lines():
    text = "db:\n  password: " + "hunter3" * 2 + "\n  user: x\n"
    assert redact(text).text == f"db:\n  password: {REDACTED}\n  user: x\n"


def test_a_private_key_is_taken_out_whole():
    body = "\n".join(made(64, _ALL + "/+") for _ in range(8))
    for kind in ("RSA ", "OPENSSH ", "EC ", ""):
        frame = f"-----BEGIN {kind}PRIVATE " + "KEY-----", f"-----END {kind}PRIVATE " + "KEY-----"
        assert redact(f"before\n{frame[0]}\n{body}\n{frame[1]}\nafter").text == f"before\n{REDACTED}\nafter"
        assert redact(f"before\n{frame[0]}\n{body}").text == f"before\n{REDACTED}"


def test_an_unquoted_value_of_a_settings_file_is_taken_out():
    secret = made(32)
    assert redact(f"api_key: {secret}", "app.yml").text == f"api_key: {REDACTED}"


@pytest.mark.parametrize(
    "text",
    [
        'password = os.environ["DB_PASSWORD"]',
        "api_key: ${API_KEY}",
        "JWT_SECRET=<your secret here>",
        "API_TOKEN=$API_TOKEN",
        "- [ ] Add `password: str` to `User` in `src/models.py`",
        "The secret: keep it simple",
        "commit a58f3aef3416f9386bd8773c9d51940ea4e095bd",
        "password_hash = bcrypt.hash(password)",
        'id = "550e8400-e29b-41d4-a716-446655440000"',
        "Set `ANTHROPIC_API_KEY` in the environment",
        "secret_key: needs rotation every day",
        "private_key: PathBuf,",
        "`password`: at least 12 characters",
        'token = request.headers["authorization"]',
        'path = "server/plansmith/workspace/configuration/something_long.py"',
        "git clone https://github.com/acme/app.git",
        "sha256: '" + "ab12" * 16 + "'",
        "tokens: list[Token] = []",
        'secret_name: "app-secrets"',
        "password: hashed_password",
        "Add a token bucket: 10 requests",
        "The password is stored hashed",
        "Call it with --user name:pass",
    ],
)
@pytest.mark.parametrize("path", ["plan.md", "app.py", "app.yml"])
def test_what_is_no_secret_stays(text, path):
    assert redact(text, path) == (text, 0)


@settings(max_examples=20)
@given(st.text(max_size=200), st.sampled_from(sorted(SECRETS.values())), st.text(max_size=200))
def test_what_was_cleaned_is_clean(before, secret, after):
    clean = redact(f"{before}\n{secret}\n{after}").text
    assert secret not in clean
    assert secret not in redact(clean).text


def test_a_secret_is_found_in_a_very_long_line():
    secret = SECRETS["stripe"]
    for at in (0, 1795, 1999, 5000):
        assert secret not in redact("x " * (at // 2) + f'"{secret}"' + " y" * 3000).text


def test_no_key_is_ever_sent_to_its_service(monkeypatch):
    import requests

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(requests.sessions.Session, "request", refuse)
    redact("\n".join(SECRETS.values()))


@pytest.mark.parametrize(
    "path",
    [
        ".env", "api/.env", ".env.production", "prod.env", "server.pem", "tls/server.key", "id_rsa", "home/id_ed25519",
        "credentials", "credentials.json", "aws/credentials", "my-credentials.json", "keys.p12", "cert.pfx", ".npmrc",
        ".netrc", "_netrc", ".pypirc", ".pgpass", "secrets.yml", "app-secrets.json", "secrets/db.txt", ".ssh/config",
        ".aws/config", "service-account-prod.json", "terraform.tfstate", "prod.tfvars", "vault.kdbx", "release.jks",
        ".git-credentials", "ID_RSA", ".ENV", "client_secret_123.json", ".htpasswd", "config/master.key",
    ],
)  # fmt: skip
def test_a_file_that_looks_like_a_secret_is_one(path):
    assert is_secret_file(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env.example", ".env.sample", "src/secrets.py", "lib/credentials.ts", "token.go", "docs/secrets.md", "environment.py",
        "src/keys.py", "package.json", "README.md", "src/env.ts", "tokenizer.json", "password_reset.html", "keyboard.c",
    ],
)  # fmt: skip
def test_a_file_that_only_speaks_of_secrets_is_none(path):
    assert not is_secret_file(path)
