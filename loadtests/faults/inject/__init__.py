"""The faults themselves: each begins when its block is entered, and is healed when it is left.

`FAULTS` has one for each of `kinds.KINDS`. What a fault saw itself do goes into its `Effect`.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial

from loadtests.faults.inject import (
    crowds,
    deploys,
    hostile,
    leaders,
    machine,
    network,
    postgres,
    processes,
    receivers,
    valkey,
)
from loadtests.faults.kinds import KINDS
from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.world import World

Fault = Callable[[World, Trial, Effect], AbstractAsyncContextManager[None]]

_OTHERS: Mapping[str, Fault] = {
    "kill_api": processes.killed,
    "freeze_api": processes.frozen,
    "kill_webhooks": processes.killed,
    "freeze_webhooks": processes.frozen,
    "kill_dispatch": processes.killed,
    "freeze_dispatch": leaders.frozen,
    "kill_relay": processes.killed,
    "freeze_relay": leaders.frozen,
    "kill_valkey": valkey.killed,
    "empty_valkey": valkey.emptied,
    "freeze_valkey": valkey.frozen,
    "flush_valkey": valkey.flushed,
    "flush_amid_rebuild": valkey.flushed_again,
    "delete_keys": valkey.robbed,
    "wrong_type_keys": valkey.mistaken,
    "kill_postgres": postgres.killed,
    "kill_backend": postgres.backend_killed,
    "terminate_backends": postgres.terminated,
    "stop_postgres_at_once": postgres.stopped_at_once,
    "freeze_postgres": postgres.frozen,
    "fill_disk": machine.disk_filled,
    "jump_clock": machine.clock_moved,
    "send_hostile_frames": hostile.attacked,
    "stall_sockets": hostile.stalled,
    "reset_everybody": crowds.reset,
    "post_poison": crowds.poisoned,
    "break_webhook_sink": receivers.behaving_badly,
    "press_processors": machine.pressed,
    "roll_processes": deploys.rolled,
    "deploy_version": deploys.deployed,
    "lead_twice": leaders.doubled,
}

FAULTS: Mapping[str, Fault] = {
    name: partial(network.changed, kind) if kind.weather is not None else _OTHERS[name]
    for name, kind in KINDS.items()
}
