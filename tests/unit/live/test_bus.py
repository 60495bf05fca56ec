"""A publication is of its channel's kind, or it is refused."""

import pytest

from service.domain.ids import MarketId
from service.live.bus import DispatchWoken, UnreadableMessageError, decode_publication
from service.live.keys import Channel

VIENNA = MarketId("vienna")


@pytest.mark.parametrize("channel", [Channel.EVENTS, Channel.HINTS, Channel.CONTROL])
@pytest.mark.parametrize("payload", [b"\x01", b"{}", b"\x91\x94\xa1\xff\x01\xa1a\xc4\x00"])
def test_what_is_not_of_the_channel_is_refused(channel: Channel, payload: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        decode_publication(VIENNA, channel, payload)


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_says_of_which_market_it_speaks(channel: Channel) -> None:
    payload = PAYLOADS.get(channel, b"")
    assert decode_publication(VIENNA, channel, payload).market_id == VIENNA


def test_a_wake_up_needs_no_content() -> None:
    woken = decode_publication(VIENNA, Channel.WAKE_DISPATCH, b"")
    assert woken == DispatchWoken(market_id=VIENNA)


PAYLOADS = {
    Channel.EVENTS: b"\x90",
    Channel.HINTS: b"\x90",
    Channel.CONTROL: bytes(24),
}
