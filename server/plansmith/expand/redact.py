"""A secret never leaves the machine: no file that is one by its name, and no text before its secrets are taken out.

The shapes of secrets are those of `detect_secrets`, in the fork that is kept up to date (`bc-detect-secrets`), and a
few of younger services that it does not know. Only its patterns are asked: it can verify a key by sending it to its
service, and that must not happen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from math import log2
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from detect_secrets.plugins.keyword import KeywordDetector

REDACTED: Final = "REDACTED"  # a plain word: a bracketed one would read as a placeholder in a plan that repeats it

_SECRET_NAMES: Final = (
    ".env", ".env.*", "*.env", ".envrc", ".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".my.cnf", ".htpasswd",
    ".dockercfg", ".git-credentials", ".vault-token", ".s3cfg", ".boto", ".yarnrc.yml", "credentials*", "*credentials",
    "*credentials.*", "secret", "secrets", "secret.*", "secrets.*", "*.secret", "*.secrets", "*-secret.*",
    "*-secrets.*", "*_secret.*", "*_secrets.*", "client_secret*", "service-account*.json", "service_account*.json",
    "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.pkcs12", "*.jks",
    "*.keystore", "*.kdbx", "*.kdb", "*.ppk", "*.asc", "*.gpg", "*.age", "*.ovpn", "*.mobileprovision", "*.tfstate",
    "*.tfstate.*", "*.tfvars", "*.tfvars.json", "terraform.rc", ".terraformrc", "kubeconfig*", "*.kubeconfig",
    "master.key", "wp-config.php", "token", "token.*", "*.token", "password*.txt", "passwords*", "htpasswd",
    "shadow", "auth.json", "secring.*", "*.agekey",
)  # fmt: skip
_SECRET_FOLDERS: Final = frozenset({
    ".ssh", ".aws", ".gnupg", ".azure", ".gcloud", ".kube", ".docker", ".password-store", "secrets", ".secrets",
    "private_keys",
})  # fmt: skip
# They say which variables there are, without their values.
_TEMPLATES: Final = (".example", ".sample", ".template", ".dist", ".defaults")
# What such a name is the name of, as code: `secrets.py` and `credentials.ts` are modules.
_SOURCES: Final = (
    ".py", ".pyi", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".go", ".rs", ".java", ".kt", ".rb", ".cs", ".swift",
    ".c", ".h", ".cpp", ".ex", ".exs", ".scala", ".md", ".rst",
)  # fmt: skip

_PEM = re.compile(
    r"-----BEGIN[ \w]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END[ \w]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)", re.S
)
# Shapes that the library lacks, each by its service's own prefix.
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-ant-[\w-]{20,}|sk-(?:proj|svcacct|admin|or-v1)-[\w-]{20,}|sk-[A-Za-z0-9]{32,}|gsk_[A-Za-z0-9]{30,}"
    r"|xai-[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{30,}"
    r"|github_pat_\w{40,}|gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[\w-]{20,}|ATATT3[\w=-]{40,}|lin_api_[A-Za-z0-9]{30,}"
    r"|AIza[\w-]{35}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{30,}|pypi-AgEI[\w-]{50,}|dckr_pat_[\w-]{20,}"
    r"|xox[a-z]-[\w-]{20,}|xapp-[\w-]{20,}|(?:sk|rk|pk)_test_\w{20,}|whsec_[\w+/=]{20,}|shp(?:at|ca|pa|ss)_[a-f0-9]{32}"
    r"|do[opr]_v1_[a-f0-9]{40,}|dapi[a-f0-9]{32}|sbp_[a-f0-9]{40}|nvapi-[\w-]{40,}|glsa_\w{30,}"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{40,}|\d{8,10}:AA[\w-]{33}|dop_v1_[a-f0-9]{40,}"
    r")"
)
_BEARER = re.compile(r"\b(?:Bearer|Basic|token)\s+([A-Za-z0-9+/_.~=-]{24,})(?![A-Za-z0-9])")
# The library asks for quotes; an environment file, and a shell, have none.
_ASSIGNED = re.compile(
    r"(?<![\w.])[A-Z0-9_]*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)"
    r"[A-Z0-9_]*\s?=\s?['\"]?([^\s'\"`$<>{}()\[\]]{8,})"
)
# In code with types, in YAML, in connection strings and in prose; what is a name or a call there is no secret.
_NAMED_SECRET = re.compile(
    r"(?:password|passwd|passphrase|\bpwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key"
    r"|credentials?)[\w-]{0,40}['\"]?\s{0,4}(?::\s*[A-Za-z][\w.\[\] |?]{0,30}=|[:=]{1,2}|=>|\bis\b)\s{0,4}"
    r"['\"]?([^\s'\"`,;<>{}()\[\]]{6,})",
    re.I,
)
_PASSWORD_OF_COMMAND = re.compile(r"\s(?:-u|--user)[ =]?['\"]?[\w.@-]+:([^\s'\"`]{3,})")
_PASSWORD_IN_URL = re.compile(r"://[^\s/:@]*:([^\s/@]{3,})@[\w.\[-]")
_WORDS_ENTROPY = 4.2  # bits for each character; long names of several words stay below it
_NAMED_DIGEST = re.compile(r"sha|md5|checksum|digest|commit|integrity|\brev|hash|fingerprint|etag", re.I)
_WORDY = re.compile(r"[A-Za-z]+(?:[-_/ .][A-Za-z]+)*$")  # words and paths are no passwords worth the name
_REFERENCES = ("process.env", "os.environ", "secrets.", "vault:", "op://", "env.", "ENV[", REDACTED)
_REST = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_LINE = 2000  # the library's patterns take the square of a line's length

_KEY_WORDS = ("key", "pass", "pwd", "secret", "contrase")


class Redacted(NamedTuple):
    """A text without its secrets, and how many were taken out."""

    text: str
    secrets: int


def is_secret_file(path: str) -> bool:
    """Whether a file, by its name or folder, is one that holds secrets; its contents are not asked."""
    *folders, name = path.casefold().replace("\\", "/").split("/")
    if not _SECRET_FOLDERS.isdisjoint(folders) and not name.endswith(_SOURCES):
        return True
    if name.endswith(_TEMPLATES):
        return False
    return any(fnmatchcase(name, pattern) for pattern in _SECRET_NAMES) and not name.endswith(_SOURCES)


def redact(text: str, path: str = "") -> Redacted:
    """The text with `REDACTED` in place of each secret; `path` tells how the text is to be read.

    Imports the detector on first use, which takes a moment: not on an event loop.
    """
    spans = sorted(_spans(text, path))
    parts: list[str] = []
    place = count = 0
    for start, end in spans:
        if end <= place:
            continue
        if start >= place:
            parts += [text[place:start], REDACTED]
            count += 1
        place = end
    return Redacted("".join([*parts, text[place:]]), count) if count else Redacted(text, 0)


def _spans(text: str, path: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PEM, _TOKEN):
        yield from (found.span() for found in pattern.finditer(text))
    for pattern in (_PASSWORD_IN_URL, _PASSWORD_OF_COMMAND, _BEARER, _ASSIGNED):
        yield from (found.span(1) for found in pattern.finditer(text) if _is_value(found[1]))
    for found in _NAMED_SECRET.finditer(text):
        value = found[1]
        is_word = value.isalnum() and len(value) >= 10 and any(map(str.isdigit, value))
        if _is_value(value) and (is_word or not _is_call(value, text[found.start() : found.end() + 1])):
            yield found.span(1)
    detectors = _detectors()
    start = 0
    for line in text.splitlines(keepends=True):
        # Some patterns would take the line's end for the end of the secret.
        words = line.rstrip("\r\n")
        if words.strip():
            # A longer line is looked at in pieces that overlap.
            for at in range(0, len(words), _LONGEST_LINE - 200):
                piece = words[at : at + _LONGEST_LINE]
                yield from ((start + at + first, start + at + last) for first, last in detectors.find(piece, path))
        start += len(line)


def _is_value(text: str) -> bool:
    """Whether it could be a secret itself, and not what stands for one: a variable, a template, a word."""
    return (
        len(set(text)) > 4
        and not text.startswith(("$", "<", "{", "%", "["))
        and not any(text.startswith(reference) for reference in _REFERENCES)
        and (not _WORDY.match(text) or _entropy(text) > _WORDS_ENTROPY)
    )


class _Detectors:
    """The library's detectors, as patterns."""

    def __init__(self) -> None:
        from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
        from detect_secrets.plugins.base import RegexBasedDetector
        from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString, HexHighEntropyString
        from detect_secrets.plugins.keyword import REGEX_BY_FILETYPE, KeywordDetector
        from detect_secrets.util.filetype import determine_file_type

        classes = get_mapping_from_secret_type_to_class().values()
        self._patterns = [
            pattern for found in classes if issubclass(found, RegexBasedDetector) for pattern in _patterns_of(found)
        ]
        self._keyword: KeywordDetector = KeywordDetector()
        self._keyword_patterns = REGEX_BY_FILETYPE
        self._file_type = determine_file_type
        self._base64 = Base64HighEntropyString()
        self._hex = HexHighEntropyString()

    def find(self, line: str, path: str) -> Iterator[tuple[int, int]]:
        for pattern in self._patterns:
            for found in pattern.finditer(line):
                # A group is the secret itself, or the prefix by which it is known.
                is_whole = not pattern.groups or not found[1] or found.start(1) == found.start()
                start, end = found.span() if is_whole else found.span(1)
                # Some patterns know an older, shorter form: what follows at once belongs to it.
                rest = _REST.match(line, end)
                yield start, rest.end() if rest else end
        folded = line.lower()
        if any(word in folded for word in _KEY_WORDS):
            patterns = self._keyword_patterns.get(self._file_type(path))
            for value in self._keyword.analyze_string(line, patterns):
                if _is_value(value) and not _is_call(value, line):
                    yield from _places(value, line)
        if '"' in line or "'" in line or "=" in line or ":" in line:
            for value in self._base64.analyze_string(line):
                if len(value) >= 20 and _is_mixed(value) and _entropy(value) > self._base64.entropy_limit:
                    yield from _places(value, line)
            if not _NAMED_DIGEST.search(line):
                for value in self._hex.analyze_string(line):
                    if len(value) >= 32 and not value.isdigit() and _entropy(value) > self._hex.entropy_limit:
                        yield from _places(value, line)


@lru_cache(maxsize=1)
def _detectors() -> _Detectors:
    return _Detectors()


def _patterns_of(detector: type) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern for pattern in detector.denylist if isinstance(pattern, re.Pattern))  # type: ignore[attr-defined]


def _places(value: str, line: str) -> Iterator[tuple[int, int]]:
    start = line.find(value)
    while start >= 0:
        yield start, start + len(value)
        start = line.find(value, start + len(value))


def _is_call(value: str, line: str) -> bool:
    """Whether the value is taken from somewhere: a call, an index, a type or an attribute, unless it is quoted."""
    at = line.find(value)
    if " " in value.strip():
        return True  # a sentence
    if at > 0 and line[at - 1] in "'\"`":
        return False
    if re.match(r"[A-Za-z_][\w.]*[(\[,;|<&?]|[^\w'\"]", value):
        return True
    is_random = len(value) >= 16 and (any(map(str.isdigit, value)) or _entropy(value) > _WORDS_ENTROPY)
    return value.replace(".", "").isidentifier() and not is_random


def _is_mixed(value: str) -> bool:
    """Whether it has digits and letters of both cases, as random bytes in base64 do and paths do not."""
    return (
        any(char.isdigit() for char in value)
        and any(char.islower() for char in value)
        and any(char.isupper() for char in value)
    )


def _entropy(value: str) -> float:
    """Shannon's entropy in bits for each character."""
    counts = (value.count(char) / len(value) for char in set(value))
    return -sum(share * log2(share) for share in counts)
