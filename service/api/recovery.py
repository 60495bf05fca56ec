"""Where a client that asks to resume goes on, or that it has to begin anew."""

from msgspec import Struct

from service.runtime import Runtime
from service.store import streams
from service.store.connection import Connection
from service.wire.stream_cursor import can_recover


class Recovery(Struct, frozen=True, kw_only=True):
    seq: int  # of the last event there is
    after_seq: int  # of the last event that the client has or is shown in a snapshot
    is_recovered: bool


async def read_end(conn: Connection, *, owner: str) -> int:
    """Return the number of the owner's last event; 0 before the first."""
    found = await streams.read_stream(conn, owner=owner)
    return 0 if found is None else found.last_seq


async def read_recovery(
    conn: Connection,
    runtime: Runtime,
    *,
    owner: str,
    asked_epoch: str | None,
    after_seq: int | None,
) -> Recovery:
    """Return how to go on; read it before the state that a snapshot shows, never after."""
    found = await streams.read_stream(conn, owner=owner)
    return recover(
        runtime,
        seq=0 if found is None else found.last_seq,
        first_kept_seq=1 if found is None else found.first_kept_seq,
        asked_epoch=asked_epoch,
        after_seq=after_seq,
    )


def recover(
    runtime: Runtime,
    *,
    seq: int,
    first_kept_seq: int,
    asked_epoch: str | None,
    after_seq: int | None,
) -> Recovery:
    """Return how to go on in a stream that has come to `seq`, its events kept from then on."""
    is_kept = can_recover(
        epoch=str(runtime.epoch),
        asked_epoch=asked_epoch,
        after_seq=after_seq,
        seq=seq,
        first_kept_seq=first_kept_seq,
    )
    count_max = runtime.settings.resume_events_count_max
    if is_kept and after_seq is not None and seq - after_seq <= count_max:
        return Recovery(seq=seq, after_seq=after_seq, is_recovered=True)
    return Recovery(seq=seq, after_seq=seq, is_recovered=False)
