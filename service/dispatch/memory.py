"""What the ticks of one market leave to the next one; forgotten with the lease."""

from service.dispatch.hints import Hinter
from service.dispatch.rows import HeldJob


class Memory:
    """Bounded by what one tick looks at."""

    def __init__(self) -> None:
        self.held: tuple[HeldJob, ...] = ()  # by the last plan
        self.hinter = Hinter()
