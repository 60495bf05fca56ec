"""Which commands there are and when, and sequences of them."""

from collections import Counter
from functools import partial

from msgspec import Struct

from tests.simulation.choices import Seeded
from tests.simulation.invariants import check
from tests.simulation.marketplace import NUMBERS, Marketplace
from tests.simulation.rows import DONE

STEPS_COUNT = 60  # of a sequence


class Command(Struct, frozen=True):
    do: object  # with the marketplace and the choices
    is_possible: object  # in the marketplace: there is something to choose
    weight: int = 1


def _always(_):
    return True


def _has_jobs_in_hand(market):
    return bool(market.holders)


def _has_open_offers(market):
    return bool(market.open_offers)


def _has_what_an_offer_needs(market):
    return bool(market.couriers_without_offer() and market.free_jobs())


def _duty(what, weight=1):
    return Command(partial(Marketplace.change_duty, what=what), _always, weight)


def _next(what, weight=1):
    do = partial(Marketplace.work_on_first_stop, what=what)
    return Command(do, Marketplace.couriers_with_stops, weight)


def _any(what):
    do = partial(Marketplace.work_on_any_stop, what=what)
    return Command(do, Marketplace.couriers_with_stops)


COMMANDS = {
    "post": Command(Marketplace.post, lambda market: len(market.jobs) < len(NUMBERS), 3),
    "cancel": Command(Marketplace.cancel, lambda market: bool(market.jobs)),
    "reassign": Command(Marketplace.reassign, _has_jobs_in_hand),
    "fail_job": Command(Marketplace.fail_job, _has_jobs_in_hand),
    "retry": Command(Marketplace.retry, _has_jobs_in_hand, 2),
    "offer": Command(Marketplace.offer, _has_what_an_offer_needs, 6),
    "accept": Command(Marketplace.accept, _has_open_offers, 8),
    "accept_whatever": Command(Marketplace.accept_whatever, lambda market: bool(market.offers)),
    "acknowledge": Command(Marketplace.acknowledge, _has_open_offers, 3),
    "decline": Command(Marketplace.decline, _has_open_offers),
    "take_back": Command(Marketplace.take_back, _has_open_offers),
    "pass_time": Command(Marketplace.pass_time, _always, 2),
    "sweep": Command(Marketplace.sweep, _has_open_offers, 3),
    "begin_shift": Command(
        Marketplace.begin_shift, lambda market: bool(market.couriers_off_duty()), 6
    ),
    "go_online": _duty("go_online", 2),
    "pause": _duty("pause"),
    "go_offline": _duty("go_offline"),
    "proceed": Command(Marketplace.proceed, Marketplace.couriers_with_stops, 12),
    "arrive": _next("arrive", 2),
    "complete": _next("complete", 2),
    "fail_stop": _next("fail_stop", 2),
    "arrive_anywhere": _any("arrive"),
    "complete_anywhere": _any("complete"),
    "fail_anywhere": _any("fail_stop"),
}
NEEDED = {  # in each deck
    *("post", "offer", "accept", "begin_shift"),  # nothing begins without
    "pass_time",  # which is always possible: some other decks come to an end
}


def draw_deck(choices):
    """Return the commands of a sequence, each as often as it weighs.

    In every other sequence some are left out: what seldom comes of all together may come of few.
    """
    names = list(COMMANDS)
    if choices.one_of((False, True)):
        names = [name for name in names if name in NEEDED or choices.one_of((True, False))]
    return [name for name in names for _ in range(COMMANDS[name].weight)]


class Play:
    """A marketplace from its beginning, and what came of the commands."""

    def __init__(self):
        self.market, self.came = Marketplace(), Counter()

    def go_on(self, deck, choices):
        """Do one of the commands that are possible."""
        self.do(choices.one_that(deck, self.can), choices)

    def can(self, name):
        return COMMANDS[name].is_possible(self.market)

    def do(self, name, choices):
        market = self.market
        market.said, market.at = DONE, ""
        COMMANDS[name].do(market, choices)
        self.came[name, market.at, market.said] += 1
        check(market)


def play(seed):
    """Play the sequence of the seed; return what came of it.

    Raises:
        AssertionError: it is not as the oracle says. What else is raised is as bad.
    """
    played, choices = Play(), Seeded(seed)
    deck = draw_deck(choices)
    for _ in range(STEPS_COUNT):
        played.go_on(deck, choices)
    return played
