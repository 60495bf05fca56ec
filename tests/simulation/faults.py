"""What goes wrong in a run, drawn from its seed: when, where and for how long."""

import asyncio


class Plan:
    """The shares of what is lost, repeated and slow; a calm world has none."""

    def __init__(self, rng, *, is_calm):
        self.is_calm = is_calm
        draw = (lambda most: 0.0) if is_calm else (lambda most: rng.uniform(0.0, most))  # noqa: ARG005  # calm
        self.lost_share, self.repeated_share = draw(0.1), draw(0.1)
        self.bus_lost_share, self.bus_repeated_share = draw(0.3), draw(0.1)
        self.slow_share, self.lost_commits_share = draw(0.1), draw(0.03)
        self.pause_s = rng.uniform(2.0, 25.0)  # between two faults


class Faults:
    """Does what the plan says until the world closes; then all is well again."""

    def __init__(self, world, plan):
        self._world, self._plan, self._rng = world, plan, world.rng("faults")
        self.counts = {}
        world.ways.slow_share = plan.slow_share
        world.ways.lost_commits_share = plan.lost_commits_share
        world.live.lost_share = plan.bus_lost_share
        world.live.repeated_share = plan.bus_repeated_share
        world.live.slow_share = plan.slow_share

    async def run(self):
        if self._plan.is_calm:
            return
        kinds = (
            *(self._kill, self._kill, self._freeze, self._freeze, self._lose_database),
            *(self._lose_live, self._jump, self._jump, self._sleep, self._cut, self._cut),
            *(self._silence, self._forget),
        )
        async with asyncio.TaskGroup() as group:
            while not self._world.is_closing:
                await asyncio.sleep(self._rng.expovariate(1.0 / self._plan.pause_s))
                fault = self._rng.choice(kinds)
                name = f"fault{fault.__name__}"
                self.counts[name] = self.counts.get(name, 0) + 1
                group.create_task(fault())

    def heal(self):
        """Stop whatever share of messages goes wrong; what has begun ends by itself."""
        world = self._world
        world.ways.slow_share = world.ways.lost_commits_share = 0.0
        world.live.lost_share = world.live.repeated_share = world.live.slow_share = 0.0
        self._plan.lost_share = self._plan.repeated_share = 0.0

    def _say(self, what):
        self._world.trace.say("fault", what)

    async def _kill(self):
        host = self._rng.choice(self._world.hosts)
        if not host.is_up:
            return
        host.kill()
        await asyncio.sleep(self._rng.uniform(0.2, 12.0))
        host.start()

    async def _freeze(self):
        leaders = [host for host in self._world.hosts if host.is_up and host.is_leading]
        host = self._rng.choice(leaders or self._world.hosts)
        if self._rng.random() < 0.4:
            host = self._rng.choice(self._world.hosts)
        name = host.name
        if not host.is_up or self._world.loop.is_frozen(name):
            return
        host.freeze()
        await asyncio.sleep(self._rng.choice((0.3, 2.0, 7.0, 15.0)) * self._rng.uniform(0.5, 1.5))
        host.thaw(name)

    async def _lose_database(self):
        self._say("the database is away")
        self._world.ways.is_away = True
        for host in self._world.hosts:
            host.pool.cut()
        await asyncio.sleep(self._rng.uniform(0.2, 8.0))
        self._world.ways.is_away = False
        self._say("the database is back")

    async def _lose_live(self):
        self._say("Redis is away")
        self._world.live.is_away = True
        await asyncio.sleep(self._rng.uniform(0.2, 10.0))
        if self._rng.random() < 0.5:
            self._world.live.flush()
        self._world.live.is_away = False
        self._say("Redis is back")

    async def _jump(self):
        host = self._rng.choice(self._world.hosts)
        offset_s = self._rng.choice((-3_600.0, -30.0, 30.0, 3_600.0))
        self._say(f"the clock of {host.machine} jumps by {offset_s} s")
        self._world.time.offset_s_of[host.machine] = offset_s
        await asyncio.sleep(self._rng.uniform(5.0, 60.0))
        self._world.time.offset_s_of.pop(host.machine, None)

    async def _sleep(self):
        host = self._rng.choice(self._world.hosts)
        name, slept_s = host.name, self._rng.choice((7.0, 20.0, 60.0))
        if not host.is_up or self._world.loop.is_frozen(name):
            return
        self._say(f"{host.machine} sleeps for {slept_s} s")
        host.freeze()
        await asyncio.sleep(slept_s)
        host.wake(name, slept_s=slept_s)

    def _some_phone(self):
        return self._rng.choice(self._world.phones)

    async def _cut(self):
        phone = self._some_phone()
        if phone.line is not None:
            self._say(f"a socket of {phone.courier_id} is cut")
            phone.line.cut()

    async def _silence(self):
        phone = self._some_phone()
        if phone.line is not None:
            self._say(f"a socket of {phone.courier_id} falls silent")
            phone.line.fall_silent()

    async def _forget(self):
        phone = self._some_phone()
        self._say(f"the app of {phone.courier_id} is killed")
        phone.forget()
