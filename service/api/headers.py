"""Headers of every answer: a page gets no more rights than it needs.

There are no trusted types: the map's library writes HTML of its own, so a policy for it would let
through whatever it is given, and scripts come from nowhere but here by `script-src` already.
"""

from collections.abc import Mapping

from service.settings import Settings


def page_policy(settings: Settings, *, has_forms: bool = False, style: str = "") -> str:
    """Return the content security policy of a page; no script stands in the page itself.

    Only a map may come from elsewhere, where the settings say so. `style` names by its digest the
    one style that may stand in the page.
    """
    forms = "'self'" if has_forms else "'none'"
    elsewhere = "".join(f" {origin}" for origin in settings.map_origins.split())
    styles = f"'self' {style}".strip()
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; worker-src 'self'; "
        f"img-src 'self' data: blob:{elsewhere}; connect-src 'self'{elsewhere}; "
        f"manifest-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
    )


HSTS_S = 31_536_000  # a year


def headers_of_answers(*, is_plain: bool) -> Mapping[str, str]:
    """Return what every answer bears; whose cookies want TLS is reached over TLS alone.

    Only for this host: what is beside it may be somebody else's.
    """
    if is_plain:
        return SECURITY_HEADERS
    return {**SECURITY_HEADERS, "Strict-Transport-Security": f"max-age={HSTS_S}"}


SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
