"""Bounded values that may come from a stranger."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

# No control characters: they forge log lines and break exports; 0x00 is refused by Postgres.
# "No more characters" is spelled so that JavaScript and Python read it alike: Python's `$` would
# let a last line break pass.
_END = r"(?![\s\S])"
PRINTABLE = r"^[^\x00-\x1f\x7f]*" + _END

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=PRINTABLE)]
Address = Annotated[str, Meta(min_length=1, max_length=200, pattern=PRINTABLE)]
Instructions = Annotated[
    str, Meta(min_length=1, max_length=280, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*" + _END)
]
SafePlace = Annotated[str, Meta(min_length=1, max_length=100, pattern=PRINTABLE)]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}" + _END, description="E.164")]
Reference = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
Code = Annotated[str, Meta(pattern=r"^[0-9]{4,6}" + _END, description="what is to be said")]
Color = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}" + _END)]
Note = Annotated[str, Meta(max_length=200, pattern=PRINTABLE)]
Ticket = Annotated[str, Meta(min_length=1, max_length=128)]
Instant = Annotated[datetime, Meta(tz=True)]
WeightG = Annotated[int, Meta(ge=1, le=1_000_000)]
ItemsCount = Annotated[int, Meta(ge=1, le=1_000)]
FEE_CENTS_MAX = 10_000_000
FeeCents = Annotated[int, Meta(ge=0, le=FEE_CENTS_MAX)]
Sequence = Annotated[int, Meta(ge=0, le=2**53 - 1)]  # exact in JavaScript
