"""How often each may ask, by class of caller; counted in Redis, or here at half the rate.

Those who ask at the same time are counted in one round trip.
"""

import itertools
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from service.api.batched import Batched
from service.api.uploads import UPLOAD_KIB_PER_DAY_MAX
from service.clock import monotonic_s
from service.domain.errors import RateLimitedError, UnavailableError
from service.domain.rate import Allowance, Limit, Taken, allowance, halved, take
from service.live.rates import Asked, take_tokens
from service.runtime import Runtime
from service.settings import Settings

LOCAL_BUCKETS_COUNT_MAX = 10_000
BURST_S = 4.0
DAY_S = 86_400.0
AWAY_S = 1.0  # for so long Redis is not asked after it has not answered; then one request tries


class RateClass(StrEnum):
    MERCHANT = "merchant"
    COURIER = "courier"
    OPS = "ops"
    UPLOAD = "upload"  # of a courier, in KiB
    RECIPIENT = "recipient"  # by the hash of the token
    COURIER_SOCKET = "courier_socket"  # connections of a courier
    WATCHER_SOCKET = "watcher_socket"  # of a merchant, or of an operator
    STRANGER = "stranger"  # by address: who has not said who it is, or not truly
    FAILED_KEY = "failed_key"  # not believed, by the id that it bears
    FAILED_KEY_AT = "failed_key_at"  # by address
    DEVICE = "device"  # log-ins of a courier's devices
    TEST_EVENT = "test_event"  # of an endpoint
    LOG_IN_AT = "log_in_at"  # failed log-ins from an address
    LOG_IN_AS = "log_in_as"  # failed log-ins to an account, from wherever


class _Question(NamedTuple):
    number: int  # each counts, also two of the same caller
    asked: Asked


class Rates:
    def __init__(self, runtime: Runtime) -> None:
        self._redis = runtime.redis
        self._limits = limits_of(runtime.settings)
        self._numbers = itertools.count()
        self._questions = Batched[_Question, Taken](self._read)
        self._local: OrderedDict[str, float] = OrderedDict()  # name -> when it is full, monotonic
        self._away_until_s = 0.0

    async def check(self, class_: RateClass, who: str, *, count: int = 1) -> Allowance:
        """Take a token of the caller's, or so many, and return what is left.

        Raises:
            RateLimitedError: there is none, or not as many.
        """
        left = await self._take(class_, who, count=count)
        if not left.is_allowed:
            raise RateLimitedError("too many requests", allowance=left)
        return left

    async def give_back(self, class_: RateClass, who: str) -> None:
        """Give back what `check` took: it was not to count."""
        await self._take(class_, who, count=-1)

    async def run(self) -> None:
        """Take the tokens that are asked for; never returns."""
        await self._questions.run()

    async def _take(self, class_: RateClass, who: str, *, count: int) -> Allowance:
        asked = Asked(name=f"{class_}:{who}", limit=self._limits[class_], count=count)
        now_s = monotonic_s()
        if now_s < self._away_until_s:
            return self._take_here(asked, now_s=now_s)
        if self._away_until_s > 0.0:
            self._away_until_s = now_s + AWAY_S  # others need not wait for the answer
        try:
            taken = await self._questions.ask(_Question(next(self._numbers), asked))
        except UnavailableError:
            taken = None
        if taken is None:
            self._away_until_s = now_s + AWAY_S
            return self._take_here(asked, now_s=now_s)
        self._away_until_s = 0.0
        return allowance(taken, asked.limit, count=count)

    async def _read(self, questions: Sequence[_Question]) -> dict[_Question, Taken]:
        taken = await take_tokens(self._redis, [question.asked for question in questions])
        return dict(zip(questions, taken, strict=True))

    def _take_here(self, asked: Asked, *, now_s: float) -> Allowance:
        limit = halved(asked.limit)
        full_in_s = max(0.0, self._local.pop(asked.name, 0.0) - now_s)
        taken = take(full_in_s, limit, count=asked.count)
        self._local[asked.name] = now_s + taken.full_in_s
        if len(self._local) > LOCAL_BUCKETS_COUNT_MAX:
            self._local.popitem(last=False)
        return allowance(taken, limit, count=asked.count)


def limits_of(settings: Settings) -> Mapping[RateClass, Limit]:
    """Return the limit of each class."""
    return {
        RateClass.MERCHANT: _limit(settings.merchant_requests_per_s_max),
        RateClass.COURIER: _limit(settings.courier_requests_per_s_max),
        RateClass.OPS: _limit(settings.ops_requests_per_s_max),
        # As much as a day's at once, so that who has been in tunnels all day may send it.
        RateClass.UPLOAD: Limit(
            rate_per_s=UPLOAD_KIB_PER_DAY_MAX / DAY_S, burst_count=UPLOAD_KIB_PER_DAY_MAX
        ),
        # A page is opened by a few people of a household, who all begin at once.
        RateClass.RECIPIENT: Limit(
            rate_per_s=settings.recipient_requests_per_s_max,
            burst_count=max(1, int(60.0 * settings.recipient_requests_per_s_max)),
        ),
        # By who it is and not by address: behind one are thousands, who come back together.
        RateClass.COURIER_SOCKET: _limit_by_minute(settings.courier_sockets_per_min_max),
        RateClass.WATCHER_SOCKET: _limit_by_minute(settings.watcher_sockets_per_min_max),
        # Behind one address of a mobile network are thousands of couriers, whose tokens may all
        # have ended together: this guards the database, not the secrets of 256 bits.
        RateClass.STRANGER: _limit(settings.stranger_requests_per_s_max),
        RateClass.FAILED_KEY: _limit_by_minute(settings.failed_keys_per_min_max),
        RateClass.FAILED_KEY_AT: _limit_by_minute(settings.failed_keys_per_min_max),
        RateClass.DEVICE: Limit(rate_per_s=10.0 / 60.0, burst_count=10),
        RateClass.TEST_EVENT: Limit(rate_per_s=10.0 / 60.0, burst_count=10),
        RateClass.LOG_IN_AT: Limit(rate_per_s=5.0 / 60.0, burst_count=5),
        # Wider, so that nobody can lock another out from one address.
        RateClass.LOG_IN_AS: Limit(rate_per_s=30.0 / 60.0, burst_count=30),
    }


def _limit_by_minute(per_min_max: float) -> Limit:
    """Return the limit that allows a minute's worth at once."""
    return Limit(rate_per_s=per_min_max / 60.0, burst_count=max(1, int(per_min_max)))


def _limit(rate_per_s: float) -> Limit:
    return Limit(rate_per_s=rate_per_s, burst_count=max(1, int(BURST_S * rate_per_s)))
