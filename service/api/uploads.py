"""Pictures on their way up: so many at once, few of one courier, and none for ever.

They are held in memory until they are written, so their number is what bounds it: 64 MiB. What one
courier sends in a day is bounded as well: a stop keeps six pictures, and each may be replaced.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from service.domain.errors import OverloadedError
from service.domain.ids import CourierId

UPLOADS_COUNT_MAX = 64
UPLOADS_OF_COURIER_COUNT_MAX = 2  # one that was lost in a tunnel, and the one after it
UPLOAD_KIB_PER_DAY_MAX = 262_144  # of one courier: 60 stops with two of the largest, twice
UPLOAD_S_MAX = 90.0  # a bad network has 100 kbit/s; then the connection is cut


class Uploads:
    def __init__(self) -> None:
        self._count_of: Counter[CourierId] = Counter()

    @contextmanager
    def place(self, courier_id: CourierId) -> Generator[None]:
        """Hold a place while a picture comes and is written.

        Raises:
            OverloadedError: there is none.
        """
        is_full = self._count_of.total() >= UPLOADS_COUNT_MAX
        if is_full or self._count_of[courier_id] >= UPLOADS_OF_COURIER_COUNT_MAX:
            raise OverloadedError("too many pictures at once")
        self._count_of[courier_id] += 1
        try:
            yield
        finally:
            self._count_of[courier_id] -= 1
            self._count_of = +self._count_of  # without those that are zero
