"""What the ticks of one market leave to the next one; forgotten with the lease."""

from service.dispatch.hints import Hinter
from service.dispatch.rows import HeldJob
from service.live.records import Decoded, decode_job, decode_roster_entry
from service.settings import Settings


class Memory:
    """Bounded by what one tick looks at."""

    def __init__(self, settings: Settings) -> None:
        self.held: tuple[HeldJob, ...] = ()  # by the last plan
        self.hinter = Hinter()
        self.decode_job = Decoded(decode_job, count_max=4 * settings.tick_jobs_count_max)
        self.decode_entry = Decoded(
            decode_roster_entry, count_max=2 * settings.tick_couriers_count_max
        )
