"""Which committed rows have a value in a column: a look that costs what it finds, not the table."""

from collections import defaultdict

from tests.simulation.standin.tables import LOOKUPS


class Lookups:
    def __init__(self):
        self._keys = {  # {table: {column: {value: keys}}}
            table: {column: defaultdict(set) for column in columns}
            for table, columns in LOOKUPS.items()
        }
        self._numbers = {table: {} for table in LOOKUPS}  # of each key, as rows came

    def put(self, table, key, before, row):
        """Note a row that is committed now, and as which it was until then, if it was there."""
        columns = self._keys.get(table)
        if columns is None:
            return
        if before is None:
            numbers = self._numbers[table]
            numbers[key] = len(numbers)
        for column, keys in columns.items():
            value = row[column]
            if before is not None:
                if before[column] == value:
                    continue
                keys[before[column]].discard(key)
            keys[value].add(key)

    def keys_of(self, table, column, value, also=()):
        """Return the keys of the rows with this value, and these others; in the table's order."""
        number = self._numbers[table].get
        keys = self._keys[table][column].get(value, ())
        if also:
            keys = dict.fromkeys((*keys, *also))
        return sorted(keys, key=lambda key: number(key, _LAST))


_LAST = float("inf")  # who is not committed yet stays in the order in which it was written
