"""OSRM and Valhalla over a real socket: what is asked, what is understood, what is refused."""

import json

import numpy as np
import pytest

from service.domain.geo import Point
from service.travel.opening import open_source
from service.travel.source import Profile, SourceError
from tests.integration.travel.peers import (
    answer_as_osrm,
    answer_as_valhalla,
    listening,
    metres_between,
    seconds_between,
    settings_for,
    table_by,
)

HERE, THERE, AWAY = Point(48.21, 16.36), Point(48.22, 16.38), Point(48.19, 16.41)
ORIGINS, DESTINATIONS = [HERE, THERE], [AWAY, HERE, THERE]

each_server = pytest.mark.parametrize(
    ("travel", "answer"), [("osrm", answer_as_osrm), ("valhalla", answer_as_valhalla)]
)


@each_server
async def test_the_table_is_that_of_the_server(travel, answer):
    async with listening(answer) as (_, url), open_source(settings_for(travel, url)) as source:
        table = await source.table(Profile.BIKE, ORIGINS, DESTINATIONS)
    assert source.name == travel
    expected_s = table_by(seconds_between, ORIGINS, DESTINATIONS)
    expected_m = table_by(metres_between, ORIGINS, DESTINATIONS)
    assert table.seconds == pytest.approx(np.array(expected_s), abs=0.1)
    assert table.metres == pytest.approx(np.array(expected_m), abs=0.5)


async def test_osrm_is_asked_for_the_profile_on_its_own_server():
    async with (
        listening(answer_as_osrm) as (cars, url),
        listening(answer_as_osrm) as (bikes, bike_url),
        open_source(settings_for("osrm", url, travel_bike_url=f"{bike_url}/")) as source,
    ):
        for profile in Profile:
            await source.table(profile, [HERE], [THERE])
    assert [target.split("/")[3] for target in cars.asked] == ["foot", "driving"]
    assert [target.split("/")[3] for target in bikes.asked] == ["bike"]


async def test_valhalla_is_told_the_costing_and_kilometres():
    questions = []

    def answer(target, body):
        questions.append(json.loads(body))
        return answer_as_valhalla(target, body)

    async with listening(answer) as (_, url), open_source(settings_for("valhalla", url)) as source:
        for profile in Profile:
            await source.table(profile, [HERE], [THERE])
    assert [question["costing"] for question in questions] == ["pedestrian", "bicycle", "auto"]
    assert {question["units"] for question in questions} == {"kilometers"}


async def test_null_and_nonsense_of_osrm_are_no_way():
    def spoil(told):
        table = json.loads(told)
        table["durations"][0][0] = None
        table["distances"][0][1] = -1.0
        return json.dumps(table).encode()

    await check_first_ways_are_unknown("osrm", answer_as_osrm, spoil)


async def test_null_and_nonsense_of_valhalla_are_no_way():
    def spoil(told):
        table = json.loads(told)
        table["sources_to_targets"][0][0]["time"] = None
        table["sources_to_targets"][0][1]["distance"] = -1.0
        return json.dumps(table).encode()

    await check_first_ways_are_unknown("valhalla", answer_as_valhalla, spoil)


async def check_first_ways_are_unknown(travel, answer, spoil):
    async with listening(answer) as (peer, url), open_source(settings_for(travel, url)) as source:
        peer.spoil = spoil
        table = await source.table(Profile.CAR, ORIGINS, DESTINATIONS)
    expected = [[True, True, False], [False, False, False]]
    assert np.isnan(table.seconds).tolist() == np.isnan(table.metres).tolist() == expected


SPOILED = {
    "no JSON": lambda _: b"<html>",
    "not a number": lambda told: told.replace(b"[[", b"[[NaN, ", 1),
    "bytes that are no text": lambda _: b'"\xff"',
    "nested without end": lambda _: b"[" * 100_000,
    "a row too few": lambda told: rows_changed(told, lambda rows: rows[:-1]),
    "rows of unlike lengths": lambda told: rows_changed(told, lambda rows: [rows[0][1:], rows[1]]),
    "nothing": lambda _: b"{}",
    "text for numbers": lambda told: rows_changed(told, lambda _: [["far"] * 3] * 2),
    "too much of it": lambda told: told + b" " * 100_000,
}


def rows_changed(told, change):
    table = json.loads(told)
    name = "durations" if "durations" in table else "sources_to_targets"
    return json.dumps(table | {name: change(table[name])}).encode()


@each_server
@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
async def test_an_answer_of_another_form_is_refused(travel, answer, spoil):
    async with listening(answer) as (peer, url):
        settings = settings_for(travel, url, travel_answer_bytes_max=50_000)
        peer.spoil = spoil
        async with open_source(settings) as source:
            with pytest.raises(SourceError):
                await source.table(Profile.CAR, ORIGINS, DESTINATIONS)


@each_server
@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 503])
async def test_a_refusal_is_no_answer(travel, answer, status):
    async with listening(answer) as (peer, url), open_source(settings_for(travel, url)) as source:
        peer.status = status
        with pytest.raises(SourceError):
            await source.table(Profile.CAR, ORIGINS, DESTINATIONS)


async def test_osrm_says_itself_when_it_has_no_table():
    async with (
        listening(lambda _target, _body: b'{"code": "TooBig"}') as (_, url),
        open_source(settings_for("osrm", url)) as source,
    ):
        with pytest.raises(SourceError, match="TooBig"):
            await source.table(Profile.CAR, ORIGINS, DESTINATIONS)


@each_server
async def test_a_server_that_keeps_silent_is_given_up(travel, answer):
    async with listening(answer) as (peer, url):
        settings = settings_for(travel, url, travel_timeout_s=0.05)
        peer.gate.clear()
        async with open_source(settings) as source:
            with pytest.raises(SourceError, match="Timeout"):
                await source.table(Profile.CAR, ORIGINS, DESTINATIONS)


@each_server
async def test_a_server_that_is_away_is_no_answer(travel, answer):
    async with listening(answer) as (_, url):
        pass
    async with open_source(settings_for(travel, url)) as source:
        with pytest.raises(SourceError):
            await source.table(Profile.CAR, ORIGINS, DESTINATIONS)


async def test_no_source_is_opened_where_lines_are_enough():
    async with open_source(settings_for("straight")) as source:
        assert source is None
