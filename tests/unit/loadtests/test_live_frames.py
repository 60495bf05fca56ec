"""The frames of the load tests' client, against the library that the server uses."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame as ReferenceFrame
from websockets.frames import Opcode
from websockets.streams import StreamReader

from loadtests.live.frames import CLOSE, TEXT, FrameReader, masked

payloads = st.binary(max_size=300) | st.integers(0, 70_000).map(bytes)


@given(payload=payloads.filter(lambda payload: len(payload) <= 65_535))
def test_a_server_reads_what_was_masked(payload):
    stream = StreamReader()
    stream.feed_data(masked(payload))
    parsing = ReferenceFrame.parse(stream.read_exact, mask=True)
    try:
        while True:
            next(parsing)
    except StopIteration as end:
        frame = end.value
    assert (frame.opcode, bytes(frame.data), frame.fin) == (Opcode.TEXT, payload, True)


@given(
    payloads=st.lists(payloads, max_size=6),
    cuts=st.lists(st.integers(1, 400), min_size=1, max_size=50),
)
def test_frames_are_read_however_they_are_cut(payloads, cuts):
    sent = b"".join(
        ReferenceFrame(Opcode.TEXT, payload).serialize(mask=False) for payload in payloads
    )
    reader, found = FrameReader(), list[bytes]()
    for size in cuts:
        piece, sent = sent[:size], sent[size:]
        found += [payload for opcode, payload in reader.feed(piece) if opcode == TEXT]
    found += [payload for _, payload in reader.feed(sent)]
    assert found == payloads


def test_a_close_frame_bears_its_code():
    frame = ReferenceFrame(Opcode.CLOSE, (4408).to_bytes(2, "big")).serialize(mask=False)
    ((opcode, payload),) = FrameReader().feed(frame)
    assert (opcode, int.from_bytes(payload, "big")) == (CLOSE, 4408)
