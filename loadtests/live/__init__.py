"""The live path under load: real processes, real sockets, one question per scenario.

A scenario is a module with QUESTION, the sizes WHOLE, QUICK and LEAST, S_MAX, and
`run(size, setting)`, which returns an `outcome.Outcome`; `scenarios.SCENARIOS` and
`service.commands.bench_live` name it. It starts the service with `lab.open_lab`, and its clients in
processes of their own: couriers with `fleet.remote_fleet`, merchants with `posting.remote_shop`,
anything else with `remote.remote`. `lab.usage` before and after gives the processor time of each
process, `sampling.sampling` a profile of it. What must never be goes into `broken`; what the
issue asks for is a `Target`, met or not.
"""
