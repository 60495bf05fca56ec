"""What a courier can carry and what a job weighs: three numbers that add up."""

from collections.abc import Mapping

from msgspec import Struct

from service.domain.vocabulary import SizeClass, Vehicle


class Load(Struct, frozen=True):
    weight_g: int
    volume_l: int
    jobs_count: int

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.weight_g + other.weight_g,
            self.volume_l + other.volume_l,
            self.jobs_count + other.jobs_count,
        )

    def __sub__(self, other: "Load") -> "Load":
        return Load(
            self.weight_g - other.weight_g,
            self.volume_l - other.volume_l,
            self.jobs_count - other.jobs_count,
        )

    def fits(self, capacity: "Load") -> bool:
        return (
            self.weight_g <= capacity.weight_g
            and self.volume_l <= capacity.volume_l
            and self.jobs_count <= capacity.jobs_count
        )

    def peak(self, other: "Load") -> "Load":
        """Return the larger of the two in each dimension."""
        return Load(
            max(self.weight_g, other.weight_g),
            max(self.volume_l, other.volume_l),
            max(self.jobs_count, other.jobs_count),
        )


NOTHING = Load(0, 0, 0)

VOLUME_L: Mapping[SizeClass, int] = {
    SizeClass.SMALL: 5,
    SizeClass.MEDIUM: 20,
    SizeClass.LARGE: 60,
    SizeClass.XLARGE: 250,
}

# The most a vehicle may declare; a courier may declare less.
VEHICLE_CAPACITY: Mapping[Vehicle, Load] = {
    Vehicle.FOOT: Load(10_000, 25, 4),
    Vehicle.BIKE: Load(16_000, 60, 6),
    Vehicle.SCOOTER: Load(25_000, 90, 8),
    Vehicle.CAR: Load(200_000, 500, 15),
    Vehicle.VAN: Load(900_000, 4_000, 15),
}


def load_of(size_class: SizeClass, weight_g: int) -> Load:
    """Return what one job takes of a courier's capacity."""
    return Load(weight_g, VOLUME_L[size_class], 1)


def vehicles_for(load: Load) -> tuple[Vehicle, ...]:
    """Return the vehicles that could carry it, smallest first."""
    return tuple(vehicle for vehicle, most in VEHICLE_CAPACITY.items() if load.fits(most))
