"""Faults in real processes: each promise is checked after a kill, a cut, a full disk, a jump.

A trial takes a kind of fault and a seed, puts the service under load, does the fault, heals it,
waits until all is quiet, and checks the invariants I1 to I17 over what clients saw (`history`) and
what Postgres has (`rows`). What a fault was to do and did not makes a trial void.

`kinds` names the faults, `plan` draws trials from a seed, `inject` does them, `lab` is the service
with a proxy on each connection, `world` its people, `checks` what must hold, `run` all of it.
"""
