"""Sends bytes that are hardly HTTP, one connection for each, and looks at what comes back."""

import asyncio
from collections.abc import Sequence
from random import Random

from loadtests.hostile.bytes_kinds import Sent, Wait, draw_bytes
from loadtests.hostile.exchange import HEAD_BYTES_MAX, NoAnswerError, read_answer
from loadtests.hostile.tally import Tally
from loadtests.hostile.verdicts import Asker, form_faults

END_S_MAX = 12.0  # a request has five seconds to arrive


async def send_bytes(address: str, askers: Sequence[Asker], *, seed: int, count: int) -> Tally:
    """Open so many connections, one after the other, and send something on each."""
    random, tally = Random(seed), Tally()
    for _ in range(count):
        asker = random.choice(askers)
        lines = "\r\n".join(f"{name}: {text}" for name, text in asker.headers.items())
        sent = draw_bytes(random, lines.encode())
        try:
            await _send(address, sent, tally)
        except NoAnswerError as error:
            tally.tried(sent.kind, "nothing")
            tally.surprised(f"{error}: {sent.kind}: {sent.data[:300]!r}")
    return tally


async def _send(address: str, sent: Sent, tally: Tally) -> None:
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=HEAD_BYTES_MAX)
    try:
        writer.write(sent.data)
        if sent.wait is Wait.NOTHING:
            tally.tried(sent.kind, "left")
            return
        async with asyncio.timeout(END_S_MAX):
            answer = await read_answer(reader)
    except TimeoutError:
        raise NoAnswerError(f"neither an answer nor an end in {END_S_MAX:g} s") from None
    except (OSError, asyncio.IncompleteReadError):
        tally.tried(sent.kind, "closed")
    else:
        tally.tried(sent.kind, str(answer.status))
        for fault in form_faults(answer):
            tally.surprised(f"{fault}: {sent.kind}: {sent.data[:300]!r}: {answer.body[:200]!r}")
    finally:
        writer.transport.abort()
