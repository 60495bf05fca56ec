"""A short sorted list of rows with the least keys, filled up with -1."""

from matching.arrays import F64, I64
from matching.kernel import lean_kernel


@lean_kernel
def keep_least(rows: I64, keys: F64, new_row: int, new_key: float) -> None:
    """Put the row into the list, unless the list is full of keys as small or smaller.

    An equal key goes behind, so rows that come in rising order leave the lower one in front.
    """
    i = rows.shape[0] - 1
    if i < 0 or (rows[i] >= 0 and keys[i] <= new_key):
        return
    while i > 0 and (rows[i - 1] < 0 or keys[i - 1] > new_key):
        rows[i], keys[i] = rows[i - 1], keys[i - 1]
        i -= 1
    rows[i], keys[i] = new_row, new_key
