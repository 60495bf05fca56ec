"""General solvers on a batch, each as its own documents say; one thread, seconds of processor time.

Only `solve` calls are timed: building a solver's model is not, as little as ours. The limit of
PyVRP is processor time; that of OR-Tools cannot be, so that a busy machine gives it less.
The solvers are there only for a bench, not where types are checked: their own objects are of any
type, and what leaves a function here is not.
"""

import importlib.util
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from loadtests.matching.batch import CAPACITY, OPEN_COST, SERVICE_S, Batch

_LATE_S = 100_000  # after every promise
_ORTOOLS = "ortools.constraint_solver.pywrapcp"


class Answer(NamedTuple):
    """What a solver found, and how long it took."""

    routes: list[list[int]] | None  # nodes of each courier; None: nothing feasible
    solve_s: float


def vroom_answer(batch: Batch, level: float) -> Answer:
    """Return the answer of VROOM at an exploration level."""
    vroom = import_module("vroom")
    jobs_count, solver = len(batch.ready_s), vroom.Input()
    solver.set_durations_matrix("car", batch.table_s.astype(np.uint32))
    solver.add_vehicle(
        [
            vroom.Vehicle(
                c + 1, start=2 * jobs_count + c, capacity=[CAPACITY], time_window=[0, _LATE_S]
            )
            for c in range(batch.couriers_count)
        ]
    )
    for j in range(jobs_count):
        pickup_s = vroom.TimeWindow(int(batch.ready_s[j]), _LATE_S)
        dropoff_s = vroom.TimeWindow(0, int(batch.due_s[j]) - SERVICE_S)
        solver.add_shipment(
            vroom.ShipmentStep(j + 1, j, default_service=SERVICE_S, time_windows=[pickup_s]),
            vroom.ShipmentStep(
                j + 1, jobs_count + j, default_service=SERVICE_S, time_windows=[dropoff_s]
            ),
            amount=vroom.Amount([int(batch.size[j])]),
        )
    start_s = time.process_time()
    solution = solver.solve(exploration_level=int(level), nb_threads=1)
    solve_s = time.process_time() - start_s
    routes: list[list[int]] = [[] for _ in range(batch.couriers_count)]
    steps = solution.routes
    for vehicle, kind, node in zip(
        steps["vehicle_id"], steps["type"], steps["location_index"], strict=True
    ):
        if kind in ("pickup", "delivery"):
            routes[int(vehicle) - 1].append(int(node))
    return Answer(routes, solve_s)


def pyvrp_answer(batch: Batch, limit_s: float) -> Answer:
    """Return the answer of PyVRP after so many seconds; couriers end at a depot that is nowhere."""
    pyvrp = import_module("pyvrp")
    jobs_count, nodes_count = len(batch.ready_s), len(batch.table_s)
    table_s = np.zeros((nodes_count + 1, nodes_count + 1), np.int64)
    table_s[:nodes_count, :nodes_count] = batch.table_s
    depots = [pyvrp.Depot(2 * jobs_count + c) for c in range(batch.couriers_count)]
    vehicles = [
        pyvrp.VehicleType(1, [CAPACITY], c, batch.couriers_count, tw_early=0, tw_late=_LATE_S)
        for c in range(batch.couriers_count)
    ]
    shipments = [
        pyvrp.Shipment(
            pickup_location=j,
            delivery_location=jobs_count + j,
            pickup_tw_early=int(batch.ready_s[j]),
            pickup_tw_late=_LATE_S,
            pickup_service_duration=SERVICE_S,
            delivery_tw_early=0,
            delivery_tw_late=int(batch.due_s[j]) - SERVICE_S,
            delivery_service_duration=SERVICE_S,
            amount=[int(batch.size[j])],
            prize=OPEN_COST,
            required=False,
        )
        for j in range(jobs_count)
    ]
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in range(nodes_count + 1)],
        [],
        [*depots, pyvrp.Depot(nodes_count)],
        vehicles,
        [table_s],
        [table_s],
        [],
        shipments,
    )
    start_s = time.process_time()

    def is_over(_best_cost: float) -> bool:
        return time.process_time() - start_s >= limit_s

    found = pyvrp.solve(data, is_over, seed=1, collect_stats=False, display=False)
    solve_s = time.process_time() - start_s
    if not found.best.is_feasible():
        return Answer(None, solve_s)
    routes: list[list[int]] = [[] for _ in range(batch.couriers_count)]
    for route in found.best.routes():
        stops = [stop for stop in route if stop.is_pickup() or stop.is_delivery()]
        nodes = [stop.idx + (0 if stop.is_pickup() else jobs_count) for stop in stops]
        routes[route.vehicle_type()] = nodes
    return Answer(routes, solve_s)


def ortools_answer(batch: Batch, limit_s: float) -> Answer:
    """Return the answer of the routing library of OR-Tools with guided local search."""
    enums = import_module("ortools.constraint_solver.routing_enums_pb2")
    model, manager = _ortools_model(batch)
    options = import_module(_ORTOOLS).DefaultRoutingSearchParameters()
    strategies = enums.FirstSolutionStrategy
    options.first_solution_strategy = strategies.PARALLEL_CHEAPEST_INSERTION
    heuristics = enums.LocalSearchMetaheuristic
    options.local_search_metaheuristic = heuristics.GUIDED_LOCAL_SEARCH
    options.time_limit.FromMilliseconds(int(limit_s * 1_000))
    start_s = time.process_time()
    solution = model.SolveWithParameters(options)
    solve_s = time.process_time() - start_s
    if solution is None:
        return Answer(None, solve_s)
    routes: list[list[int]] = []
    for courier in range(batch.couriers_count):
        index, route = model.Start(courier), list[int]()
        while not model.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = solution.Value(model.NextVar(index))
        routes.append(route[1:])
    return Answer(routes, solve_s)


def _ortools_model(batch: Batch) -> tuple[Any, Any]:
    pywrapcp = import_module(_ORTOOLS)
    jobs_count, couriers_count = len(batch.ready_s), batch.couriers_count
    nodes_count = len(batch.table_s)
    way_s = np.zeros((nodes_count + 1, nodes_count + 1), np.int64)
    way_s[:nodes_count, :nodes_count] = batch.table_s
    spent_s = way_s.copy()
    spent_s[: 2 * jobs_count] += SERVICE_S
    starts = [2 * jobs_count + c for c in range(couriers_count)]
    manager = pywrapcp.RoutingIndexManager(
        nodes_count + 1, couriers_count, starts, [nodes_count] * couriers_count
    )
    model = pywrapcp.RoutingModel(manager)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(way_s.tolist()))
    clock = model.RegisterTransitMatrix(spent_s.tolist())
    model.AddDimension(clock, _LATE_S, 2 * _LATE_S, False, "time")  # noqa: FBT003 # theirs
    load = np.zeros(nodes_count + 1, np.int64)
    load[:jobs_count], load[jobs_count : 2 * jobs_count] = batch.size, -batch.size
    change = model.RegisterUnaryTransitVector(load.tolist())
    model.AddDimension(change, 0, CAPACITY, True, "load")  # noqa: FBT003 # theirs
    when = model.GetDimensionOrDie("time")
    for j in range(jobs_count):
        pickup, dropoff = manager.NodeToIndex(j), manager.NodeToIndex(jobs_count + j)
        model.AddPickupAndDelivery(pickup, dropoff)
        model.solver().Add(model.VehicleVar(pickup) == model.VehicleVar(dropoff))
        model.solver().Add(when.CumulVar(pickup) <= when.CumulVar(dropoff))
        when.CumulVar(pickup).SetMin(int(batch.ready_s[j]))
        when.CumulVar(dropoff).SetMax(int(batch.due_s[j]) - SERVICE_S)
        model.AddDisjunction([pickup], OPEN_COST // 2)
        model.AddDisjunction([dropoff], OPEN_COST // 2)
    return model, manager


class Rival(NamedTuple):
    """A solver with its one setting: a level, or a limit in seconds."""

    name: str
    package: str
    answer: Callable[[Batch, float], Answer]
    setting: float

    @property
    def is_installed(self) -> bool:
        """Whether its package is there."""
        return importlib.util.find_spec(self.package) is not None


def _vroom(level: int) -> Rival:
    return Rival(f"VROOM level {level}", "vroom", vroom_answer, level)


def _pyvrp(limit_s: int) -> Rival:
    return Rival(f"PyVRP {limit_s} s", "pyvrp", pyvrp_answer, limit_s)


def _ortools(limit_s: int) -> Rival:
    return Rival(f"OR-Tools {limit_s} s", "ortools", ortools_answer, limit_s)


RIVALS: Mapping[int, tuple[Rival, ...]] = {
    20: (_vroom(1), _pyvrp(1)),
    50: (_vroom(1), _vroom(5), _pyvrp(1), _pyvrp(5), _ortools(1), _ortools(5)),
    200: (_vroom(1), _vroom(5), _pyvrp(2), _pyvrp(10), _ortools(2), _ortools(10)),
    1_000: (_vroom(0), _vroom(1), _pyvrp(10), _pyvrp(30)),
}
