"""One synthetic city for the tests that only look at it."""

import pytest

from service.simulation.city.city import City, build_city


@pytest.fixture(scope="session")
def city() -> City:
    return build_city(7)
