"""The best so many rows by value, then row: a heap with the worst on top, sorted at the end."""

from matching.arrays import F64, I64
from matching.kernel import lean_kernel


@lean_kernel
def is_worse(values: F64, rows: I64, a: int, b: int) -> bool:
    """Return whether the entry a comes behind the entry b."""
    return values[a] > values[b] or (values[a] == values[b] and rows[a] > rows[b])


@lean_kernel
def swap(values: F64, rows: I64, a: int, b: int) -> None:
    """Exchange two entries."""
    values[a], values[b] = values[b], values[a]
    rows[a], rows[b] = rows[b], rows[a]


@lean_kernel
def sink(values: F64, rows: I64, count: int) -> None:
    """Let the top of a heap sink to its place."""
    i = 0
    while 2 * i + 1 < count:
        child = 2 * i + 1
        if child + 1 < count and is_worse(values, rows, child + 1, child):
            child += 1
        if not is_worse(values, rows, child, i):
            break
        swap(values, rows, i, child)
        i = child


@lean_kernel
def put(values: F64, rows: I64, count: int, value: float, row: int) -> int:
    """Put an entry into a heap, or for the top of a full one if it is better; return the size."""
    if count < values.shape[0]:
        values[count], rows[count] = value, row
        i = count
        while i > 0 and is_worse(values, rows, i, (i - 1) // 2):
            swap(values, rows, i, (i - 1) // 2)
            i = (i - 1) // 2
        return count + 1
    if value < values[0] or (value == values[0] and row < rows[0]):
        values[0], rows[0] = value, row
        sink(values, rows, count)
    return count


@lean_kernel
def sort_heap(values: F64, rows: I64, count: int) -> None:
    """Turn a heap into a list, the best first: heapsort."""
    for end in range(count - 1, 0, -1):
        swap(values, rows, 0, end)
        sink(values, rows, end)
