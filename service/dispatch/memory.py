"""What the ticks of one market leave to the next one; forgotten with the lease."""

from service.dispatch.faults import Fault
from service.dispatch.hints import Hinter
from service.dispatch.quarantine import Quarantine
from service.dispatch.rows import HeldJob
from service.live.records import Decoded, decode_job, decode_roster_entry


class Memory:
    """Bounded by what two ticks look at."""

    def __init__(self) -> None:
        self.held: tuple[HeldJob, ...] = ()  # by the last plan
        self.faults = Quarantine[Fault]()
        self.hinter = Hinter()
        self.decode_job = Decoded(decode_job)
        self.decode_entry = Decoded(decode_roster_entry)
