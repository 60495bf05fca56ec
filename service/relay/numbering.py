"""PURE. The numbers of messages: per owner, without gap, in the order of the facts."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from service.live.bus import StreamMessage
from service.relay.project import Projected
from service.wire.courier_stream import encode


def count_by_owner(projected: Sequence[Projected]) -> dict[str, int]:
    """Return how many numbers each owner's stream needs."""
    return dict(Counter(one.owner for one in projected))


def number(projected: Sequence[Projected], last_seq_of: Mapping[str, int]) -> list[StreamMessage]:
    """Return the messages numbered and encoded.

    Args:
        projected: in order.
        last_seq_of: the last of the numbers taken for these messages, per owner.
    """
    counts = count_by_owner(projected)
    next_seq_of = {owner: last_seq_of[owner] - counts[owner] + 1 for owner in counts}
    numbered: list[StreamMessage] = []
    for one in projected:
        seq = next_seq_of[one.owner]
        next_seq_of[one.owner] = seq + 1
        message = encode(replace(one.message, seq=seq))
        numbered.append(StreamMessage(owner=one.owner, seq=seq, type=one.type, message=message))
    return numbered
