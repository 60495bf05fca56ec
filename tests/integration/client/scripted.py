"""What a server says by a script: its greeting, and events of the ops feed."""

from datetime import UTC, datetime

import msgspec

from service.domain.facts import FactType, MarketSnapshot
from service.domain.ids import MarketId
from service.wire.watcher_stream import OpsEvent, OpsEventBody, OpsSnapshot, WatchHello

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def encoded(message: msgspec.Struct) -> str:
    return msgspec.json.encode(message).decode()


def event(seq: int) -> str:
    body = OpsEventBody(
        id=f"evt_{seq}",
        type=FactType.MARKET_PAUSED,
        created_at=NOW,
        actor="ops",
        market_id="vienna",
        sequence=None,
        data=MarketSnapshot(id=MarketId("vienna"), is_paused=True),
    )
    return encoded(OpsEvent(seq=seq, event=body))


async def greet(socket, *, seq: int, recovered: bool, session_ms: int = 60_000):
    """Say hello, and answer the client's resume, which is returned."""
    hello = WatchHello(
        stream="ops",
        owner_id="vienna",
        epoch="a",
        seq=seq,
        server_time=NOW,
        time_scale=2.0,
        resume_within_ms=1_000,
        session_ms=session_ms,
    )
    await socket.send(encoded(hello))
    resume = msgspec.json.decode(await socket.recv())
    await socket.send(encoded(OpsSnapshot(epoch="a", seq=seq, recovered=recovered)))
    return resume
