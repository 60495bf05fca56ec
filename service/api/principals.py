"""Whose key it is, remembered for a few seconds to spare Postgres a question per request.

The price: a revoked key opens the door for that long. Only good keys are remembered, by digest.
"""

import hashlib
from collections import OrderedDict

from service.actions.authenticate import Principal, authenticate
from service.clock import monotonic_s
from service.runtime import Runtime

REMEMBERED_S = 5.0
REMEMBERED_COUNT_MAX = 10_000


class Principals:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    async def find(self, key_text: str) -> Principal:
        """Return the principal of this key.

        Raises:
            UnauthenticatedError: not a key, unknown or revoked; the answer does not say which.
            UnavailableError: Postgres is away.
        """
        digest = hashlib.sha256(key_text.encode()).digest()
        now_s = monotonic_s()
        until_s, principal = self._known.get(digest, (0.0, None))
        if principal is None or until_s <= now_s:
            principal = await authenticate(self._runtime, key_text=key_text)
            self._known[digest] = (now_s + REMEMBERED_S, principal)
            self._known.move_to_end(digest)
            if len(self._known) > REMEMBERED_COUNT_MAX:
                self._known.popitem(last=False)
        return principal
