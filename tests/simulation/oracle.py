"""What the vocabulary says of jobs, couriers and money, in few lines that share none with the code.

Written from the words of the vocabulary and the promises. Each command answers whether it is to be
done; what is refused changes nothing. Stops are (job, "pickup") and (job, "dropoff").
"""

from collections import Counter
from types import SimpleNamespace

ENDS = {"delivered", "canceled", "failed"}
BEFORE_CUSTODY = {"assigned", "enroute_to_pickup", "arrived_at_pickup"}
DEPARTED = {"assigned": "enroute_to_pickup", "picked_up": "enroute_to_dropoff"}


class Oracle:
    def __init__(self):
        self.jobs, self.couriers, self.accounts = {}, {}, Counter()

    def post(self, job, *, load, fee, pay):
        self.jobs[job] = SimpleNamespace(
            status="open", attempt=1, courier=None, load=load, fee=fee, pay=pay
        )

    def enroll(self, courier, *, capacity):
        self.couriers[courier] = SimpleNamespace(
            status="offline", route=[], at_stop=False, capacity=capacity
        )

    def in_hand(self, courier):
        return [job for job, one in self.jobs.items() if one.courier == courier]

    def peak(self, route, jobs):
        """Return the most that is on board at once, in each dimension."""
        aboard = [job for job in jobs if (job, "pickup") not in route]
        peak = load = sum_of(self.jobs[job].load for job in aboard)
        for job, kind in route:
            sign = 1 if kind == "pickup" else -1
            load = tuple(a + sign * b for a, b in zip(load, self.jobs[job].load, strict=True))
            peak = tuple(map(max, peak, load))
        return peak

    def fits(self, one, route, jobs):
        return all(a <= b for a, b in zip(self.peak(route, jobs), one.capacity, strict=True))

    # ------------------------------------------------------------------ couriers
    def go_online(self, courier):
        self.couriers[courier].status = "busy" if self.in_hand(courier) else "online"
        return True

    def pause(self, courier):
        if self.couriers[courier].status == "offline":
            return False
        self.couriers[courier].status = "paused"
        return True

    def go_offline(self, courier):
        self.couriers[courier].status = "ending" if self.in_hand(courier) else "offline"
        return True

    # ------------------------------------------------------------------ the life of a job
    def take(self, courier, jobs, route):
        one = self.couriers[courier]
        if one.at_stop:  # whoever stands at a stop finishes it first
            route = [one.route[0], *(stop for stop in route if stop != one.route[0])]
        in_hand = [*self.in_hand(courier), *jobs]
        fits = self.fits(one, route, in_hand) and len(in_hand) <= one.capacity[2]
        if one.status in ("offline", "ending") or not fits:
            return False
        one.status = "paused" if one.status == "paused" else "busy"
        for job in jobs:
            self.jobs[job].status, self.jobs[job].courier = "assigned", courier
        self._go_on(courier, route)
        return True

    def arrive(self, job, kind):
        one = self.couriers.get(self.jobs[job].courier)
        if one is None or one.route[:1] != [(job, kind)]:
            return False
        one.at_stop, self.jobs[job].status = True, f"arrived_at_{kind}"
        return True

    def complete(self, job, kind):
        one = self.couriers.get(self.jobs[job].courier)
        if one is None or one.route[:1] != [(job, kind)] or not one.at_stop:
            return False
        if kind == "pickup":
            self.jobs[job].status = "picked_up"
            self._go_on(self.jobs[job].courier, one.route[1:])
            return True
        fee, pay = self.jobs[job].fee, self.jobs[job].pay
        self.accounts.update(merchant=-fee, market=fee - pay)
        self.accounts[self.jobs[job].courier] += pay
        return self._leave(job, "delivered")

    def fail_stop(self, job, kind):
        one = self.couriers.get(self.jobs[job].courier)
        if one is None or one.route[:1] != [(job, kind)]:
            return False
        if kind == "dropoff":  # the parcel stays with the courier until ops decide
            self.jobs[job].status = "undeliverable"
            self._go_on(self.jobs[job].courier, self._relieve(one, job))
            return True
        return self._leave(job, "canceled") if self.jobs[job].attempt >= 3 else self.reassign(job)

    def _relieve(self, one, kept):
        """Return the route without the last pickups that there is no room for any more."""
        route, courier = one.route[1:], self.jobs[kept].courier
        while not self.fits(one, route, self.in_hand(courier)):
            last = [job for job, kind in route if kind == "pickup"][-1]
            self.jobs[last].status, self.jobs[last].courier = "open", None
            self.jobs[last].attempt += 1
            route = [stop for stop in route if stop[0] != last]
        return route

    def retry(self, job):
        if self.jobs[job].status != "undeliverable":
            return False
        self.jobs[job].status = "enroute_to_dropoff"
        courier = self.jobs[job].courier
        self._go_on(courier, [*self.couriers[courier].route, (job, "dropoff")], stays=True)
        return True

    def reassign(self, job):
        if self.jobs[job].status not in BEFORE_CUSTODY:
            return False
        self.jobs[job].attempt += 1
        return self._leave(job, "open")

    def cancel(self, job):
        if self.jobs[job].status == "open":
            self.jobs[job].status = "canceled"
            return True
        return self.jobs[job].status in BEFORE_CUSTODY and self._leave(job, "canceled")

    def fail_job(self, job):
        is_aboard = self.jobs[job].status not in BEFORE_CUSTODY | ENDS | {"open"}
        return is_aboard and self._leave(job, "failed")

    def _leave(self, job, status):
        courier = self.jobs[job].courier
        self.jobs[job].status, self.jobs[job].courier = status, None
        one = self.couriers[courier]
        stays = one.at_stop and one.route[0][0] != job
        if not self.in_hand(courier):
            one.status = {"busy": "online", "ending": "offline"}.get(one.status, one.status)
        self._go_on(courier, [stop for stop in one.route if stop[0] != job], stays=stays)
        return True

    def _go_on(self, courier, route, *, stays=False):
        """Set out for the first stop of the route, unless the courier stands at it."""
        one = self.couriers[courier]
        stays = one.at_stop and (stays or route[:1] == one.route[:1])
        one.route, one.at_stop = route, stays
        if route and not stays:
            first = self.jobs[route[0][0]]
            first.status = DEPARTED.get(first.status, first.status)


def sum_of(loads):
    return tuple(map(sum, zip((0, 0, 0), *loads, strict=True)))
