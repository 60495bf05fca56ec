"""What one check of the machine found, and how it is put in a line."""

from typing import Literal

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found."""

    level: Literal["ok", "warn", "fail"]
    subject: str
    meaning: str
    advice: str = ""


def render(finding: Finding) -> str:
    """Return the finding as one line."""
    line = f"{finding.level:<4}  {finding.subject}: {finding.meaning}"
    return f"{line} -> {finding.advice}" if finding.advice else line
