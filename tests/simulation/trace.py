"""What happened in a run, line by line, and one hash of it: two runs of a seed must agree."""

import hashlib
from collections import deque

LINES_KEPT_COUNT = 400  # the last ones, to look at after a violation
STEPS_COUNT_MAX = 5_000  # that wait to be hashed


class Trace:
    def __init__(self):
        self._sha256, self._steps = hashlib.sha256(), []
        self.lines = deque(maxlen=LINES_KEPT_COUNT)
        self.now_s = lambda: 0.0  # of the loop, once there is one

    def step(self, host, at):
        """Note who ran, and as which of those who were ready."""
        self._steps.append(f"{host} {at}")
        if len(self._steps) >= STEPS_COUNT_MAX:
            self._digest()

    def say(self, who, what):
        line = f"{self.now_s():12.6f} {who:<12} {what}"
        self._steps.append(line)
        self.lines.append(line)

    def _digest(self):
        self._sha256.update("\n".join(self._steps).encode())
        self._steps.clear()

    @property
    def hash(self):
        self._digest()
        return self._sha256.hexdigest()[:16]
