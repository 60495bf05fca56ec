"""The merchant's colour on the page of a delivery: as a style that can be read in both themes."""

import base64
import hashlib

from service.api.html import NOTHING, Html
from service.domain.colour import accent_on

# In theme.css: what accents stand on, and are read worst.
PAGE_LIGHT, RAISED_DARK = "#eef1f5", "#18222d"


def style_of(color: str | None) -> Html:
    """Return the text of the page's style; nothing for a merchant who has chosen no colour."""
    if color is None:
        return NOTHING
    light, dark = accent_on(color, PAGE_LIGHT), accent_on(color, RAISED_DARK)
    return Html(
        f":root{{--accent:{light.color};--accent-ink:{light.ink};"
        "--accent-soft:var(--surface);--focus:var(--accent)}"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{dark.color};"
        f"--accent-ink:{dark.ink};--accent-soft:var(--surface)}}}}"
    )


def source_of(style: Html) -> str:
    """Return what a content security policy calls exactly this style (CSP 3, hash source)."""
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
