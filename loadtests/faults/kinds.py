"""The catalogue of faults, F1 to F17 of the promises, as plain data; `inject` does them."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from loadtests.faults.weather import Weather

APIS = ("api", "api-2")
DISPATCHES = ("dispatch", "dispatch-2")
RELAYS = ("relay", "relay-2")
PROCESSES = (*RELAYS, *DISPATCHES, "webhooks", *APIS)
EVERYBODY = "all"  # every process at once
LEADER = "leader:"  # before relay or dispatch: whichever has the lease then

AT_ONCE = (0.0, 0.2)  # the span of what is not ours to heal

# An answer comes so soon with any server away; the promise says 5 s, and the machine is shared.
ANSWER_S_MAX = 6.0
# So soon all is whole again once the harm is over, with what a probe takes. Promised is less, on a
# machine that is not shared: 5 s after the end of a leader, and for the index.
WHOLE_S_MAX = 10.0
WHOLE_SOON_S_MAX = 6.0
# So long a client of ours waits by itself for a connection and then for the answer.
CLIENT_S_MAX = 21.0

Surroundings = Literal["plain", "small_disk", "faked_clock", "former_version"]


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of fault."""

    name: str
    family: int  # of the catalogue
    victims: tuple[str, ...] = ("",)  # one of them is drawn
    span_s: tuple[float, float] = AT_ONCE  # from the fault until we heal it, drawn between
    surroundings: Surroundings = "plain"
    weather: Weather | None = None  # of a fault of the network
    server: Literal["postgres", "valkey", "door"] | None = None  # on whose connections
    load_after_s: float = 2.0  # jobs are posted for so long after the fault, or amid a long one
    answer_s_max: float = ANSWER_S_MAX
    whole_s_max: float = WHOLE_S_MAX

    @property
    def is_at_once(self) -> bool:
        """Whether the harm is done at once, and what follows is the service healing itself."""
        return self.span_s == AT_ONCE


def _deck_of(kind: Kind) -> str:
    return f"F{kind.family}" if kind.server is None else f"F{kind.family}:{kind.server}"


def _away(span_s_max: float) -> tuple[float, float]:
    return (1.0, span_s_max)


_TALKERS = (LEADER + "relay", LEADER + "dispatch", *APIS, EVERYBODY)  # others have little to say
_CUT = Weather(is_cut=True)
_HOLE = Weather(loses_up=True, loses_down=True)
_MUTE = Weather(loses_down=True)
_SLOW = Weather(delay_s=0.05, jitter_s=0.15)


def _network(
    name: str,
    server: Literal["postgres", "valkey"],
    weather: Weather,
    *,
    span_s: tuple[float, float] = _away(5.0),
    answer_s_max: float = ANSWER_S_MAX,
) -> Kind:
    return Kind(
        name=name,
        family=9,
        victims=_TALKERS,
        span_s=span_s,
        weather=weather,
        server=server,
        answer_s_max=answer_s_max,
    )


def _door(name: str, weather: Weather, *, span_s: tuple[float, float]) -> Kind:
    return Kind(
        name=name,
        family=9,
        span_s=span_s,
        weather=weather,
        server="door",
        answer_s_max=CLIENT_S_MAX,
    )


_KINDS = (
    Kind(name="kill_api", family=1, victims=APIS),
    Kind(name="freeze_api", family=2, victims=APIS, span_s=_away(8.0), answer_s_max=CLIENT_S_MAX),
    Kind(name="kill_webhooks", family=1, victims=("webhooks",)),
    Kind(name="freeze_webhooks", family=2, victims=("webhooks",), span_s=_away(8.0)),
    Kind(
        name="kill_dispatch",
        family=3,
        victims=(LEADER + "dispatch", *DISPATCHES),
        whole_s_max=WHOLE_SOON_S_MAX,
    ),
    Kind(name="freeze_dispatch", family=3, victims=(LEADER + "dispatch",), span_s=(6.0, 9.0)),
    Kind(
        name="kill_relay",
        family=3,
        victims=(LEADER + "relay", *RELAYS),
        whole_s_max=WHOLE_SOON_S_MAX,
    ),
    Kind(name="freeze_relay", family=3, victims=(LEADER + "relay",), span_s=(6.0, 9.0)),
    Kind(name="kill_valkey", family=4, whole_s_max=WHOLE_SOON_S_MAX),
    Kind(name="empty_valkey", family=4, whole_s_max=WHOLE_SOON_S_MAX),
    Kind(name="freeze_valkey", family=5, span_s=_away(6.0)),
    Kind(name="flush_valkey", family=6, whole_s_max=WHOLE_SOON_S_MAX),
    Kind(name="flush_amid_rebuild", family=6, span_s=(1.0, 2.0)),
    Kind(name="delete_keys", family=6, whole_s_max=WHOLE_SOON_S_MAX),
    Kind(name="wrong_type_keys", family=6, whole_s_max=WHOLE_SOON_S_MAX),
    Kind(name="kill_postgres", family=7),
    Kind(name="kill_backend", family=7),
    Kind(name="terminate_backends", family=7),
    Kind(name="stop_postgres_at_once", family=7),
    Kind(name="freeze_postgres", family=8, span_s=_away(6.0)),
    _network("cut_postgres", "postgres", _CUT),
    _network("lose_postgres", "postgres", _HOLE),
    _network("lose_answers_of_postgres", "postgres", _MUTE),
    _network("slow_postgres", "postgres", _SLOW, answer_s_max=CLIENT_S_MAX),
    _network("lose_commits", "postgres", Weather(commits="lost"), span_s=(0.5, 2.0)),
    _network(
        "lose_answers_to_commits", "postgres", Weather(commits="unanswered"), span_s=(0.5, 2.0)
    ),
    _network("cut_valkey", "valkey", _CUT),
    _network("lose_valkey", "valkey", _HOLE),
    _network("slow_valkey", "valkey", _SLOW),
    _door("cut_door", _CUT, span_s=(0.3, 3.0)),
    _door("lose_door", _HOLE, span_s=_away(5.0)),
    _door("lose_answers_of_door", _MUTE, span_s=_away(5.0)),
    _door("hold_door", Weather(is_held=True), span_s=_away(5.0)),
    _door("thin_door", Weather(bytes_per_s=4_000.0), span_s=_away(4.0)),
    Kind(
        name="fill_disk",
        family=10,
        surroundings="small_disk",
        span_s=(2.0, 5.0),
        answer_s_max=CLIENT_S_MAX,
        whole_s_max=15.0,  # Postgres has ended, and recovers once its supervisor starts it again
    ),
    Kind(
        name="jump_clock",
        family=11,
        victims=("+3600", "-3600"),
        surroundings="faked_clock",
        span_s=(2.0, 4.0),
    ),
    Kind(name="send_hostile_frames", family=12, span_s=(2.0, 3.0)),
    Kind(name="stall_sockets", family=12, span_s=(2.0, 4.0)),
    Kind(name="reset_everybody", family=13, span_s=(0.5, 2.0), answer_s_max=CLIENT_S_MAX),
    Kind(name="post_poison", family=14),
    Kind(
        name="break_webhook_sink",
        family=14,
        victims=("refuses", "redirects", "resets", "stalls", "floods"),
        span_s=(1.0, 3.0),
    ),
    Kind(name="press_processors", family=15, span_s=(2.0, 5.0), answer_s_max=CLIENT_S_MAX),
    Kind(name="roll_processes", family=16, load_after_s=20.0, answer_s_max=CLIENT_S_MAX),
    Kind(
        name="deploy_version",
        family=16,
        victims=("forth", "forth and back"),
        surroundings="former_version",
        load_after_s=40.0,
        answer_s_max=CLIENT_S_MAX,
    ),
    Kind(name="lead_twice", family=17, victims=("dispatch", "relay"), span_s=(1.5, 3.0)),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
FAMILIES = tuple(sorted({kind.family for kind in _KINDS}))

# What takes turns: the families, that of the network once for each server behind it.
DECKS: Mapping[str, tuple[str, ...]] = {
    deck: tuple(kind.name for kind in _KINDS if _deck_of(kind) == deck)
    for deck in dict.fromkeys(map(_deck_of, _KINDS))
}
