"""What a network may do to connections: as plain data, and as words for the record."""

from typing import Literal

from msgspec import Struct


class Weather(Struct, frozen=True, kw_only=True):
    """What happens to the connections of a proxy; by default nothing does."""

    is_cut: bool = False  # those there are reset, new ones are turned away
    loses_up: bool = False  # bytes to the server vanish
    loses_down: bool = False  # bytes to the client vanish
    is_held: bool = False  # nothing moves, and later all of it does
    delay_s: float = 0.0  # of each chunk, each way
    jitter_s: float = 0.0  # on top of it, at most
    bytes_per_s: float | None = None
    commits: Literal["pass", "lost", "unanswered"] = "pass"  # lost: before they reach the server


class Tally(Struct, kw_only=True):
    """What a proxy has done so far."""

    connections_count: int = 0
    cut_count: int = 0  # connections reset or turned away
    lost_bytes: int = 0
    held_count: int = 0  # chunks that had to wait for better weather
    delayed_count: int = 0  # chunks
    commits_count: int = 0  # lost, or not answered

    def minus(self, before: "Tally") -> "Tally":
        """Return what was done since then."""
        return Tally(
            **{name: getattr(self, name) - getattr(before, name) for name in self.__struct_fields__}
        )

    def plus(self, other: "Tally") -> "Tally":
        """Return what two proxies have done together."""
        return Tally(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__}
        )


FAIR = Weather()
