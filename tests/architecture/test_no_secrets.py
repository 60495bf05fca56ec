"""No file that is kept here has a secret of the well-known kinds in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEFT_OUT = {".git", ".venv", ".tools", ".state", "node_modules", "__pycache__", "build", "dist"}
BYTES_MAX = 2_000_000
TEST_KEYS = {"tests/integration/webhooks/hooks.example.com.pem"}  # of a server that tests bring
SECRETS = {  # how they look, by a word of theirs that is quick to look for
    "PRIVATE KEY-----": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}",
    "AKIA": r"\bAKIA[0-9A-Z]{16}\b",  # AWS
    "ghp_": r"\bghp_[A-Za-z0-9]{36}",  # GitHub
    "github_pat_": r"\bgithub_pat_\w{40,}",
    "glpat-": r"\bglpat-[\w-]{20}",  # GitLab
    "xox": r"\bxox[abprs]-[\w-]{20,}",  # Slack
    "AIza": r"\bAIza[\w-]{35}",  # Google
    "k_live_": r"\b[rs]k_live_[A-Za-z0-9]{20,}",  # Stripe
    "pypi-AgEI": r"\bpypi-AgEI[\w-]{40,}",
    "npm_": r"\bnpm_[A-Za-z0-9]{36}\b",
    "eyJ": r"\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}",  # a token that is signed
    "hh_live_": r"\bhh_live_[a-z0-9]{8}_[\w-]{43}\b",  # ours
}


def has_secret(text):
    return any(word in text and re.search(SECRETS[word], text) for word in SECRETS)


def texts():
    """Yield all files but what is ignored, as text."""
    waiting = [ROOT]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name in LEFT_OUT or (path.name.startswith(".") and path.name.endswith("cache")):
                continue
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)
            elif path.is_file() and path.stat().st_size <= BYTES_MAX:
                yield path, path.read_text("utf-8", errors="ignore")


def test_no_file_has_a_secret():
    found = {f"{path.relative_to(ROOT)}" for path, text in texts() if has_secret(text)}
    assert found == TEST_KEYS


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a" * 36,
        "sk_live_" + "a1" * 12,
        "hh_live_" + "7k2m9x4q_" + "a" * 43,
        "-----BEGIN EC " + "PRIVATE KEY-----\n" + "M" * 64,
    ],
)
def test_a_secret_would_be_found(secret):
    assert has_secret(f'key = "{secret}"')
