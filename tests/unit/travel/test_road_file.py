import msgspec
import numpy as np
import pytest

from service.travel.road_file import read_road_file
from service.travel.source import Profile
from tests.unit.travel.road_makers import PORTLAND, at, line, needs_portland, write_roads


def ways_of(path, profile):
    """Return the set of directed edges, by the row and column of the grid's corners."""
    roads = read_road_file(path)
    name = {}
    for node, (lat_deg, lng_deg) in enumerate(roads.node_deg.tolist()):
        name[node] = next(
            (row, column)
            for row in range(5)
            for column in range(5)
            if abs(at(row, column).lat_deg - lat_deg) + abs(at(row, column).lng_deg - lng_deg)
            < 1e-9
        )
    edges = roads.edges[profile]
    return {(name[a], name[b]) for a, b in np.stack((edges.tail, edges.head), 1).tolist()}


def test_equal_places_are_one_node(tmp_path):
    path = write_roads(tmp_path / "roads", line(at(0, 0), at(0, 1)), line(at(0, 1), at(0, 2)))
    assert len(read_road_file(path).node_deg) == 3


def test_a_street_goes_both_ways(tmp_path):
    path = write_roads(tmp_path / "roads", line(at(0, 0), at(0, 1)))
    assert ways_of(path, Profile.CAR) == {((0, 0), (0, 1)), ((0, 1), (0, 0))}


@pytest.mark.parametrize(("one_way", "expected"), [(1, ((0, 0), (0, 1))), (-1, ((0, 1), (0, 0)))])
def test_a_one_way_street_goes_one_way_but_for_who_walks(tmp_path, one_way, expected):
    path = write_roads(tmp_path / "roads", line(at(0, 0), at(0, 1), o=one_way))
    assert ways_of(path, Profile.CAR) == ways_of(path, Profile.BIKE) == {expected}
    assert len(ways_of(path, Profile.FOOT)) == 2


def test_cars_use_no_paths_and_nobody_else_the_motorway(tmp_path):
    path = write_roads(
        tmp_path / "roads",
        line(at(0, 0), at(0, 1), k=0, v=90),
        line(at(1, 0), at(1, 1), k=5, v=8),
    )
    motorway, footway = ((0, 0), (0, 1)), ((1, 0), (1, 1))
    assert motorway in ways_of(path, Profile.CAR)
    assert footway not in ways_of(path, Profile.CAR)
    for profile in (Profile.FOOT, Profile.BIKE):
        assert footway in ways_of(path, profile)
        assert motorway not in ways_of(path, profile)


def test_of_two_roads_between_the_same_corners_the_faster_one_counts(tmp_path):
    slow, fast = line(at(0, 0), at(0, 1), v=20), line(at(0, 1), at(0, 0), v=40)
    edges = read_road_file(write_roads(tmp_path / "roads", slow, fast)).edges[Profile.CAR]
    assert len(edges.seconds) == 2
    assert edges.seconds == pytest.approx(edges.metres / (40 / 3.6))


def test_a_stretch_is_as_long_as_on_the_globe(tmp_path):
    edges = read_road_file(write_roads(tmp_path / "roads", line(at(0, 0), at(1, 0)))).edges
    assert edges[Profile.FOOT].metres == pytest.approx(222.39, abs=0.05)
    assert edges[Profile.FOOT].seconds == pytest.approx(222.39 / 1.4, abs=0.05)


@pytest.mark.parametrize(
    ("properties", "coordinates"),
    [
        ({"k": 4, "v": 0}, [[0, 0], [0, 1]]),
        ({"k": 4}, [[0, 0], [0, 1]]),
        ({"k": 4, "v": 9}, [[0, 0]]),
        ({"k": 4, "v": 9}, [[0, 91], [0, 1]]),
        ({"k": 4, "v": 9, "o": 2}, [[0, 0], [0, 1]]),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(tmp_path, properties, coordinates):
    feature = {"properties": properties, "geometry": {"coordinates": coordinates}}
    with pytest.raises(msgspec.ValidationError):
        read_road_file(write_roads(tmp_path / "roads", feature))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"features": []}'])
def test_a_file_of_another_form_is_refused(tmp_path, text):
    path = tmp_path / "roads"
    path.write_text(text)
    with pytest.raises(msgspec.DecodeError):
        read_road_file(path)


@needs_portland
def test_portland_is_as_large_as_its_description_says():
    roads = read_road_file(PORTLAND)
    car = roads.edges[Profile.CAR]
    assert len(car.tail) == pytest.approx(16_370, abs=5)
    assert len({*car.tail.tolist(), *car.head.tolist()}) == pytest.approx(7_841, abs=5)
