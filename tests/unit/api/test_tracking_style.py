"""The merchant's colour as a style: the policy of the page names it, the theme is its ground."""

import base64
import hashlib
import re
from pathlib import Path

from service.api.headers import page_policy
from service.api.html import NOTHING
from service.api.tracking_style import PAGE_LIGHT, RAISED_DARK, source_of, style_of
from service.settings import Settings

THEME = Path(__file__).parents[3] / "service" / "web" / "static" / "shared" / "theme.css"
SETTINGS = Settings(database_url="", redis_url="")


def test_who_chose_none_has_no_style_in_the_page():
    assert style_of(None) == NOTHING


def test_the_backgrounds_are_those_of_the_theme():
    theme = THEME.read_text("utf-8")
    light, dark = theme.split("prefers-color-scheme: dark", 1)
    assert re.search(r"--page: (#\w+);", light)[1] == PAGE_LIGHT
    assert re.search(r"--raised: (#\w+);", dark)[1] == RAISED_DARK


def test_the_policy_of_the_page_names_this_style_and_no_other():
    style = style_of("#ffcc00")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page_policy(SETTINGS, style=source_of(style))
    assert f"style-src 'self' 'sha256-{digest}';" in policy
    assert "style-src 'self';" in page_policy(SETTINGS)


def test_a_colour_that_nobody_could_read_is_changed_in_each_theme_as_it_takes():
    light, dark = style_of("#ffcc00").split("@media")
    assert "--accent:#ffcc00" not in light
    assert "--accent:#ffcc00" in dark
