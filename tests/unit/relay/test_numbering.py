"""Numbers run on from what an owner had before, without gap, in the order of the messages."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from service.domain.lifecycle import CourierStatus
from service.relay.numbering import count_by_owner, number
from service.relay.project import Projected
from service.wire.courier_stream import Notice, decode_server_message


def notice(owner):
    message = Notice(seq=0, notice="status_changed", status=CourierStatus.ONLINE)
    return Projected(owner=owner, type="notice", message=message)


@given(st.lists(st.sampled_from("abc")), st.integers(0, 99))
def test_each_owner_counts_on_without_gap(owners, seq_before):
    projected = [notice(owner) for owner in owners]
    counts = count_by_owner(projected)
    last_seq_of = {owner: seq_before + counts[owner] for owner in counts}
    numbered = number(projected, last_seq_of)
    assert [one.owner for one in numbered] == owners
    for owner in counts:
        seqs = [one.seq for one in numbered if one.owner == owner]
        assert seqs == list(range(seq_before + 1, last_seq_of[owner] + 1))


def test_the_number_stands_in_the_message_too():
    (numbered,) = number([notice("a")], {"a": 8})
    assert decode_server_message(numbered.message).seq == numbered.seq == 8
    assert msgspec.json.decode(numbered.message)["type"] == numbered.type
