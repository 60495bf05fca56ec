"""Locks on rows and on the keys of unique indexes: who comes first is served first.

`update` excludes everybody, `share` only `update`. Nobody waits longer than the lock timeout, and
those who wait for one another are found out after a second, as in Postgres.
"""

import asyncio
from collections import deque

DEADLOCK_S = 1.0  # Postgres' deadlock_timeout
LOCK_TIMEOUT_S = 1.2  # as the service's settings ask for


class LockTimeoutError(Exception):
    """The lock was not to be had in time."""


class DeadlockError(Exception):
    """Two or more wait for one another."""


class _Waiter:
    def __init__(self, transaction, key, mode):
        self.transaction, self.key, self.mode = transaction, key, mode
        self.future = asyncio.get_running_loop().create_future()
        self.error = None  # of the transaction, if it ended while this waited

    def fail(self, error):
        if not self.future.done():
            self.future.set_exception(error)


class Locks:
    def __init__(self):
        self._held = {}  # {key: {transaction: mode}}
        self._keys_of = {}  # {transaction: keys}
        self._queues = {}  # {key: those who wait}
        self._waiting = {}  # {transaction: its waiter}
        self.waits_count = 0
        self.deadlocks = []  # what each ring of those who waited for one another wanted

    def try_lock(self, transaction, key, mode):
        """Take the lock if nobody is in the way; return whether it was taken."""
        held = self._held.setdefault(key, {})
        if held.get(transaction) in ("update", mode):
            return True
        if not self._is_free(held, transaction, mode):
            return False
        if mode == "update" and self._queues.get(key):
            return False  # others were first; who shares with those who hold it need not wait
        self._grant(transaction, key, mode)
        return True

    async def lock(self, transaction, key, mode):
        """Take the lock, waiting for whoever holds it or asked before.

        Raises:
            LockTimeoutError, DeadlockError: it was not to be had.
        """
        if self.try_lock(transaction, key, mode):
            return
        self.waits_count += 1
        waiter = _Waiter(transaction, key, mode)
        self._queues.setdefault(key, deque()).append(waiter)
        self._waiting[transaction] = waiter
        loop = asyncio.get_running_loop()
        timers = (
            loop.call_later(DEADLOCK_S, self._look_for_ring, waiter),
            loop.call_later(LOCK_TIMEOUT_S, waiter.fail, LockTimeoutError(str(key))),
        )
        try:
            await waiter.future
            if waiter.error is not None:  # the lock came first, and the end before it was looked at
                raise waiter.error
        finally:
            for timer in timers:
                timer.cancel()
            self._waiting.pop(transaction, None)
            self._leave(waiter)

    def release(self, transaction, error):
        """Let go of all that the transaction holds; what it waits for fails with this error."""
        waiter = self._waiting.pop(transaction, None)
        if waiter is not None:
            waiter.error = error
            waiter.fail(error)
            self._leave(waiter)
        for key in self._keys_of.pop(transaction, ()):
            del self._held[key][transaction]
            self._serve(key)

    def _leave(self, waiter):
        """Wait no longer; those behind may be next."""
        if waiter in self._queues.get(waiter.key, ()):
            self._queues[waiter.key].remove(waiter)
            self._serve(waiter.key)

    def is_waiting(self, transaction):
        waiter = self._waiting.get(transaction)
        return waiter is not None and not waiter.future.done()

    def holders(self, key):
        return tuple(self._held.get(key, ()))

    def _is_free(self, held, transaction, mode):
        others = [one for other, one in held.items() if other is not transaction]
        return not others or (mode == "share" and "update" not in others)

    def _grant(self, transaction, key, mode):
        self._held.setdefault(key, {})[transaction] = mode
        self._keys_of.setdefault(transaction, {})[key] = None

    def _serve(self, key):
        queue, held = self._queues.get(key), self._held.setdefault(key, {})
        while queue and self._is_free(held, queue[0].transaction, queue[0].mode):
            waiter = queue.popleft()
            if not waiter.future.done():
                self._grant(waiter.transaction, key, waiter.mode)
                waiter.future.set_result(None)
        if not queue:
            self._queues.pop(key, None)
            if not held:
                del self._held[key]

    def _look_for_ring(self, waiter):
        """Fail the waiter if whom it waits for waits for it, at whatever distance."""
        ring, frontier = {}, [waiter]
        while frontier:
            one = frontier.pop()
            ahead = [other.transaction for other in self._queues.get(one.key, ())]
            before = ahead[: ahead.index(one.transaction)] if one.transaction in ahead else []
            for other in (*self.holders(one.key), *before):
                if other is waiter.transaction and one is not waiter:
                    self.deadlocks.append(sorted(map(str, {waiter.key, one.key})))
                    waiter.fail(DeadlockError(str(waiter.key)))
                    return
                if self.is_waiting(other) and other not in ring and other is not one.transaction:
                    ring[other] = True
                    frontier.append(self._waiting[other])
