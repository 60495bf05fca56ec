"""Keys that are not believed are counted: by the id that they bear, and by where they come from.

A key is looked at before anything is counted: a good one is never refused for what others have
tried with its id or from its address, so nobody locks a holder out. Whether there is a key of that
id makes no difference.
"""

from collections.abc import Mapping

from service.actions.keys import parse_key
from service.api.cookies import cookie_of
from service.api.rates import RateClass, Rates
from service.domain.rate import Allowance
from service.domain.vocabulary import CredentialKind


def shown_by(headers: Mapping[str, str], cookies: Mapping[str, str], *, is_plain: bool) -> str:
    """Return what somebody has shown to be let in: by the header, else by the cookie of ops."""
    header = headers.get("authorization")
    if header is None:
        return cookie_of(cookies, is_plain=is_plain) or ""
    return header.partition(" ")[2]


async def count_failure(rates: Rates, shown: str, *, address: str) -> Allowance:
    """Count somebody who was not believed; return what is left to strangers of the address.

    By the address only keys count: behind that of a mobile network thousands of devices may bring
    access tokens that have ended together.

    Raises:
        RateLimitedError: too many were not, with this id or from this address.
    """
    left = await rates.check(RateClass.STRANGER, address)
    claim = parse_key(shown)
    if claim is not None:
        await rates.check(RateClass.FAILED_KEY, claim.credential_id)
        if claim.kind is CredentialKind.KEY:
            await rates.check(RateClass.FAILED_KEY_AT, address)
    return left
