"""Plays a transcript: the client's link at one end, and the server's session at the other.

The format is told in `tests/transcripts/README.md`.
"""

import json
from pathlib import Path

import msgspec

from service.client.link import NEVER_MS, Deliver, FetchTicket, HangUp, Link, Transmit
from service.wire.courier_stream import decode_server_message
from service.wire.incoming import MalformedMessageError, read_client_message
from service.wire.session import Close, CourierSession, Do, Send
from service.wire.watcher_stream import decode_merchant_message, decode_ops_message

FOLDER = Path(__file__).parents[2] / "transcripts"
DECODERS = {
    "courier": decode_server_message,
    "merchant": decode_merchant_message,
    "ops": decode_ops_message,
}


def plain(message):
    """Return a message as another program would read it."""
    return json.loads(msgspec.json.encode(message))


def read_stories():
    """Return every transcript by its name, with the names of messages replaced by the messages."""
    return {path.stem: resolved(json.loads(path.read_text())) for path in FOLDER.glob("*.json")}


def resolved(story):
    messages = story["messages"]
    for step in story["steps"]:
        for kind in ("server", "client", "app"):
            if isinstance(step.get(kind), str):
                step[kind] = messages[step[kind]]
    return story


class ServerEnd:
    """The server's session; what it refuses or closes, the story has to tell next."""

    def __init__(self):
        self.session = None
        self.owed = []  # steps that the story must still bring

    def opened(self):
        self.session = CourierSession()

    def heard(self, frame, now_ms, following):
        try:
            message = read_client_message(json.dumps(frame))
        except MalformedMessageError:
            self.owed.append({"closed": 4400})
            return
        for effect in self.session.receive(message, now_s=now_ms / 1_000.0):
            match effect:
                case Send():
                    self.owed.append({"server": plain(effect.message)})
                case Close():
                    self.owed.append({"closed": int(effect.code)})
                case Do():
                    self.carried_out(effect.message, following.get("server", {}))

    def carried_out(self, message, answer):
        if answer.get("type") == "refused" and answer.get("ref") == message.ref:
            assert all(
                isinstance(effect, Send)
                for effect in self.session.refuse(answer["code"], answer["detail"], message)
            )
        else:
            self.owed += [
                {"server": plain(effect.message)} for effect in self.session.succeed(message)
            ]

    def told(self, step):
        """Check a step of the story against what the session asked for."""
        if self.owed:
            assert step == self.owed.pop(0)


class Stage:
    """Plays one story from its first step to the last."""

    def __init__(self, story):
        self.steps = story["steps"]
        self.now_ms = 0.0
        self.chance = story.get("chance", 0.5)
        self.link = Link(decode=DECODERS[story["stream"]], jitter=lambda: self.chance)
        self.server = ServerEnd() if story["stream"] == "courier" else None
        self.effects = []  # that no step has told of yet

    def play(self):
        for number, step in enumerate(self.steps):
            kind = next(iter(step))
            following = next((s for s in self.steps[number + 1 :] if "at_ms" not in s), {})
            try:
                getattr(self, f"step_{kind}")(step[kind], step, following)
            except AssertionError as error:
                raise AssertionError(f"step {number}: {step}") from error
        assert self.effects == []
        assert self.server is None or self.server.owed == []

    def put(self, effects):
        self.effects.extend(effects)

    def take(self):
        assert self.effects, "nothing happened"
        return self.effects.pop(0)

    def quiet(self):
        assert self.effects == [], "something happened that the story does not tell"

    def to_server(self, frame, following):
        if self.server is not None:
            self.server.heard(frame, self.now_ms, following)

    def from_server(self, step):
        if self.server is not None:
            self.server.told(step)

    # ------------------------------------------------------------------ what happens
    def step_at_ms(self, at_ms, *_):
        self.quiet()
        while self.link.wakes_at_ms <= at_ms:
            self.put(self.link.tick(now_ms=self.link.wakes_at_ms))
        self.now_ms = float(at_ms)

    def step_chance(self, chance, *_):
        self.chance = chance

    def step_opened(self, *_):
        self.quiet()
        self.link.opened(now_ms=self.now_ms)
        if self.server is not None:
            self.server.opened()

    def step_server(self, message, step, _):
        self.quiet()
        self.from_server(step)
        effects = self.link.received(json.dumps(message).encode(), now_ms=self.now_ms)
        if step.get("may_deliver"):
            effects = [effect for effect in effects if not isinstance(effect, Deliver)]
        self.put(effects)

    def step_server_text(self, text, *_):
        self.quiet()
        self.put(self.link.received(text.encode(), now_ms=self.now_ms))

    def step_closed(self, code, step, _):
        self.quiet()
        if self.server is not None and code is None:
            self.server.owed.clear()  # lost with the socket
        self.from_server(step)
        self.link.closed(code, now_ms=self.now_ms)

    def step_cut(self, cut, *_):
        self.quiet()
        self.link.cut(silent_ms=cut["silent_ms"], now_ms=self.now_ms)

    def step_ticket(self, ticket, *_):
        self.quiet()
        self.put(self.link.renew(ticket))

    def step_app(self, message, step, following):
        self.quiet()
        for _ in range(step.get("times", 1)):
            expected = (Transmit(message),) if step.get("sent", True) else ()
            assert self.link.send(message) == expected
            if expected:
                self.to_server(message, following)

    # ------------------------------------------------------------------ what the client does
    def step_client(self, frame, _, following):
        effect = self.take()
        assert isinstance(effect, Transmit)
        assert plain(effect.message) == frame
        self.to_server(frame, following)

    def step_delivered(self, fields, *_):
        effect = self.take()
        assert isinstance(effect, Deliver)
        assert fields.items() <= plain(effect.message).items()

    def step_fetches_ticket(self, *_):
        assert self.take() == FetchTicket()

    def step_hangs_up(self, code, *_):
        assert self.take() == HangUp(code)

    def step_then(self, what, step, _):
        self.quiet()
        if what == "stay_away":
            assert self.link.dials_at_ms == NEVER_MS
            return
        after_ms = self.link.dials_at_ms - self.now_ms
        low_ms, high_ms = step["after_ms"]
        assert low_ms - 1.0 <= after_ms <= high_ms + 1.0, f"dials after {after_ms} ms"
        self.now_ms += after_ms
