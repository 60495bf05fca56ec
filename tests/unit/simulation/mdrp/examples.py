"""The example of the format's description: two restaurants, two couriers, four orders."""

from pathlib import Path

from service.simulation.mdrp.instance import Constants, Instance, MealOrder, Shift
from service.simulation.mdrp.solution import START, Assignment, Delivery, Solution, Step

ORDERS = """\
order\tx\ty\tplacement_time\trestaurant\tready_time
o1\t1000\t450\t5\tr1\t20
o2\t1000\t800\t8\tr1\t22
o3\t2000\t950\t45\tr2\t55
o4\t1500\t950\t50\tr2\t130
"""
COURIERS = """\
courier\tx\ty\ton_time\toff_time
c1\t0\t0\t0\t120
c2\t2000\t0\t0\t60
"""
RESTAURANTS = """\
restaurant\tx\ty
r1\t1000\t0
r2\t1000\t950
"""
PARAMETERS = """\
meters_per_minute\tpickup service minutes\tdropoff service minutes\ttarget click-to-door\t\
maximum click-to-door\tpay per order\tguaranteed pay per hour
100\t4\t4\t40\t90\t10\t15
"""
CONSTANTS = Constants(
    metres_per_minute=100.0,
    pickup_service_minutes=4,
    dropoff_service_minutes=4,
    target_minutes=40,
    maximum_minutes=90,
    pay_per_order=10.0,
    pay_per_hour=15.0,
)
INSTANCE = Instance(
    name="example",
    restaurants={"r1": (1000.0, 0.0), "r2": (1000.0, 950.0)},
    orders={
        order.id: order
        for order in (
            MealOrder(
                id="o1", x_m=1000.0, y_m=450.0, placed_minute=5, restaurant="r1", ready_minute=20
            ),
            MealOrder(
                id="o2", x_m=1000.0, y_m=800.0, placed_minute=8, restaurant="r1", ready_minute=22
            ),
            MealOrder(
                id="o3", x_m=2000.0, y_m=950.0, placed_minute=45, restaurant="r2", ready_minute=55
            ),
            MealOrder(
                id="o4", x_m=1500.0, y_m=950.0, placed_minute=50, restaurant="r2", ready_minute=130
            ),
        )
    },
    shifts={
        "c1": Shift(id="c1", x_m=0.0, y_m=0.0, on_minute=0, off_minute=120),
        "c2": Shift(id="c2", x_m=2000.0, y_m=0.0, on_minute=0, off_minute=60),
    },
    constants=CONSTANTS,
)
FIRST = Assignment(assigned_minute=8, pickup_minute=22, courier="c1", orders=("o1", "o2"))
SECOND = Assignment(assigned_minute=45, pickup_minute=55, courier="c1", orders=("o3",))
STEPS = (
    Step(departure_minute=8, origin=START, destination="r1"),
    Step(departure_minute=24, origin="r1", destination="o1"),
    Step(departure_minute=33, origin="o1", destination="o2"),
    Step(departure_minute=41, origin="o2", destination="r2"),
    Step(departure_minute=57, origin="r2", destination="o3"),
)
SOLUTION = Solution(
    assignments=(FIRST, SECOND),
    deliveries=(
        Delivery(order="o1", pickup_minute=22, dropoff_minute=31, courier="c1"),
        Delivery(order="o2", pickup_minute=22, dropoff_minute=39, courier="c1"),
        Delivery(order="o3", pickup_minute=55, dropoff_minute=69, courier="c1"),
    ),
    steps={"c1": STEPS, "c2": (Step(departure_minute=10, origin=START, destination="r2"),)},
)


def write_instance(folder: Path) -> Path:
    """Write the example's tables and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("orders", ORDERS),
        ("couriers", COURIERS),
        ("restaurants", RESTAURANTS),
        ("instance_parameters", PARAMETERS),
    ):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder
