"""Stands in for Postgres, READ COMMITTED: transactions, row locks, unique indexes, commit order.

What it honours: a statement sees what was committed when it began, and its own transaction's
writes; a locked or written row is read again after the wait, in its newest version, while the rest
of that statement still sees its beginning; a unique key that another transaction is about to take
or to give up, or whose row it has changed, is waited for; a transaction number is taken by the
first lock or write, and facts are read below the oldest that still runs; identities are never given
back. What it does not: the planner, foreign keys and their locks, several statements of one
transaction at once.
"""

from bisect import insort
from datetime import UTC, datetime, timedelta

from tests.simulation.standin.locks import Locks
from tests.simulation.standin.lookups import Lookups
from tests.simulation.standin.tables import CHECKS, INDEXES, KEYS, key_of, overlaps

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class UniqueError(Exception):
    """A unique index has the key already."""


class CheckError(Exception):
    """A row is not as its table wants it."""


class AbortedError(Exception):
    """The transaction is over: its connection was lost, or it was idle for too long."""


class Database:
    """`now_s` is the server's own clock, in seconds since `START`."""

    def __init__(self, now_s):
        self._now_s = now_s
        self.committed = {table: {} for table in KEYS}
        self.taken = {  # {(table, index): {key: primary key}}, of what is committed
            (table, index): {} for table, indexes in INDEXES.items() for index in indexes
        }
        self.lookups = Lookups()
        self.locks = Locks()
        self.transactions = set()  # those that run
        self._next_xid, self._identities = 1, {"fact": 0, "tick": 0}
        self.facts_in_order = []  # (xid, id) of those that are committed
        self.refused = []  # checks that failed: the rules above should have seen to it
        self.on_commit = []  # called with the rows that changed, {(table, key): (before, after)}

    def now(self):
        return START + timedelta(seconds=self._now_s())

    def market_now(self):
        (row,) = self.committed["deployment"].values()
        elapsed = self.now() - row["anchor_real_at"]
        return row["anchor_market_at"] + elapsed * row["time_scale"]

    def having(self, table, column, value):
        """Return the committed rows with this value in a column that is looked up, in order."""
        rows = self.committed[table]
        return [rows[key] for key in self.lookups.keys_of(table, column, value)]

    def begin(self):
        return Transaction(self)

    def take_xid(self):
        xid, self._next_xid = self._next_xid, self._next_xid + 1
        return xid

    @property
    def xmin(self):
        """The oldest transaction that still runs; what has a lower number is over."""
        running = [one.xid for one in self.transactions if one.xid is not None]
        return min(running, default=self._next_xid)

    def next_identity(self, table):
        self._identities[table] += 1
        return self._identities[table]

    def apply(self, changed):
        """Make these changes visible at once: {(table, key): (before, row)}."""
        for (table, key), (before, _) in changed.items():
            for index, of in INDEXES.get(table, {}).items():
                taken = self.taken[table, index]
                if before is not None and taken.get(of(before)) == key:
                    del taken[of(before)]
        for (table, key), (before, row) in changed.items():
            self.committed[table][key] = row
            self.lookups.put(table, key, before, row)
            for index, of in INDEXES.get(table, {}).items():
                if of(row) is not None:
                    self.taken[table, index][of(row)] = key
            if table == "fact":
                insort(self.facts_in_order, (row["xid"], row["id"]))


class Transaction:
    """What one connection does between BEGIN and its end; `execute` of a statement uses it."""

    def __init__(self, database):
        self.database, self.xid, self.error = database, None, None
        self._written = {}  # {table: {key: row}}
        database.transactions.add(self)

    # ------------------------------------------------------------------ reading
    def rows(self, table):
        """Return {key: row} as this transaction sees the table now."""
        written = self._written.get(table)
        committed = self.database.committed[table]
        return {**committed, **written} if written else committed

    def get(self, table, key):
        row = self._written.get(table, {}).get(key)
        return self.database.committed[table].get(key) if row is None else row

    def where(self, table, predicate):
        """Return the rows for which the predicate holds."""
        return [row for row in self.rows(table).values() if predicate(row)]

    def having(self, table, column, value):
        """Return the rows with this value in a column that is looked up, in the table's order."""
        written = self._written.get(table)
        if not written:
            return self.database.having(table, column, value)
        keys = self.database.lookups.keys_of(table, column, value, also=written)
        rows = (self.get(table, key) for key in keys)
        return [row for row in rows if row[column] == value]

    # ------------------------------------------------------------------ locking and writing
    async def lock(self, table, key, mode="update"):
        """Hold a row; return its newest version, None if there is none."""
        await self.database.locks.lock(self, ("row", table, key), mode)
        row = self.get(table, key)
        if row is not None:
            self.number()
        return row

    def try_lock(self, table, key, mode="update"):
        """Hold a row if nobody is in the way; return whether it is held."""
        is_held = self.database.locks.try_lock(self, ("row", table, key), mode)
        if is_held:
            self.number()
        return is_held

    async def insert(self, table, row):
        """Add a row.

        Raises:
            UniqueError, CheckError: it cannot be added.
        """
        self.number()
        key = key_of(table, row)
        if await self.lock(table, key) is not None:
            raise UniqueError(f"{table}_pkey {key}")
        await self._put(table, key, None, row)

    async def update(self, table, key, **changes):
        """Change columns of a row that exists; return it as it is then."""
        before = await self.lock(table, key)
        row = {**before, **changes}
        await self._put(table, key, before, row)
        return row

    async def upsert(self, table, row, kept):
        """Insert the row, or update the one that is there, which keeps these columns."""
        key = key_of(table, row)
        before = await self.lock(table, key)
        if before is not None:
            row = {**row, **{column: before[column] for column in kept}}
        await self._put(table, key, before, row)

    async def _put(self, table, key, before, row):
        self.number()
        for index, of in INDEXES.get(table, {}).items():
            old, new = None if before is None else of(before), of(row)
            if old == new:
                self._keep(index, old)
                continue
            if old is not None:
                await self.claim(index, old)
            if new is not None:
                await self._take(table, index, new, key)
        for name, holds in CHECKS.get(table, {}).items():
            if not holds(row):
                self.database.refused.append(f"{name}: {row}")
                raise CheckError(name)
        if table == "assignment":
            self._check_overlap(key, row)
        self._written.setdefault(table, {})[key] = row

    def _keep(self, index, entry):
        """Have others wait for a key that stays: whoever changes a row may be rolled back."""
        if entry is not None:
            self.database.locks.try_lock(self, ("index", index, entry), "update")

    async def _take(self, table, index, entry, key):
        """Take a key of a unique index; who else is about to take or give it up is waited for."""
        if self._is_taken(table, index, entry, key) and not self.is_contested(index, entry):
            raise UniqueError(f"{index} {entry}")
        await self.claim(index, entry)
        if self._is_taken(table, index, entry, key):
            raise UniqueError(f"{index} {entry}")

    def is_contested(self, index, entry):
        """Return whether another transaction is about to take or give up this key."""
        holders = self.database.locks.holders(("index", index, entry))
        return any(holder is not self for holder in holders)

    def _is_taken(self, table, index, entry, key):
        of = INDEXES[table][index]
        for other, row in self._written.get(table, {}).items():
            if other != key and of(row) == entry:
                return True
        other = self.database.taken[table, index].get(entry)
        if other is None or other == key:
            return False
        mine = self._written.get(table, {}).get(other)
        return mine is None or of(mine) == entry

    def _check_overlap(self, key, row):
        for one in self.having("assignment", "job_id", row["job_id"]):
            if one["id"] != key and overlaps(one, row):
                self.database.refused.append(f"assignment_no_overlap: {row}")
                raise CheckError("assignment_no_overlap")

    async def claim(self, index, entry):
        """Wait for whoever is about to take or give up this key of a unique index."""
        await self.database.locks.lock(self, ("index", index, entry), "update")

    def number(self):
        """Take a transaction number, as whatever locks or writes does."""
        if self.xid is None:
            self.xid = self.database.take_xid()

    # ------------------------------------------------------------------ the end
    def commit(self):
        """Make all of it visible at once.

        Raises:
            AbortedError: it is over already.
        """
        self.check()
        database = self.database
        changed = {
            (table, key): (database.committed[table].get(key), row)
            for table, rows in self._written.items()
            for key, row in rows.items()
        }
        if changed:
            database.apply(changed)
        self._end(AbortedError("it is committed"))
        if changed:
            for told in database.on_commit:
                told(changed)

    def abort(self, why="it was rolled back"):
        """Undo all of it; a statement that is waiting fails."""
        if self.error is None:
            self._end(AbortedError(why))

    def check(self):
        if self.error is not None:
            raise self.error

    def _end(self, error):
        self.error, self._written = error, {}
        self.database.transactions.discard(self)
        self.database.locks.release(self, error)
