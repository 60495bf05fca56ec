"""When there is news of a search, and what the fact of it says."""

import pytest

from service.dispatch.search import SearchNews, is_news, tell
from service.domain.facts import FactType
from service.domain.policy import Policy
from tests.unit.domain.makers import NOW, make_job


@pytest.mark.parametrize(
    ("told_round", "search_round", "expected"),
    [
        (0, 0, False),
        (0, 1, True),  # the circle grows with each round
        (1, 1, False),
        (3, 5, True),  # a tick came late
        (5, 4, False),  # opened anew, by a clock behind
        (6, 7, False),  # the circle is as large as it gets
        (6, 12, True),  # and the rounds have doubled
        (12, 23, False),
        (12, 24, True),
    ],
)
def test_rounds_are_told_while_the_circle_grows_and_then_more_and_more_rarely(
    told_round, search_round, expected
):
    assert is_news(Policy(), told_round=told_round, search_round=search_round) is expected


def test_an_hour_of_searching_is_about_a_dozen_facts():
    told = [0]
    for search_round in range(360):
        if is_news(Policy(), told_round=told[-1], search_round=search_round):
            told.append(search_round)
    assert told == [0, 1, 2, 3, 4, 5, 6, 12, 24, 48, 96, 192]


def test_telling_moves_the_search_and_the_sequence_on():
    job = make_job()
    news = SearchNews(
        job_id=job.id,
        version=job.version,
        search_round=2,
        radius_m=4_500.0,
        candidates_count=3,
        pickup_s_best=120.0,
    )
    after, fact = tell(job, news, offers_count=2, declined_count=1, now=NOW)
    assert (after.search_round, after.version) == (2, job.version + 1)
    assert (fact.type, fact.sequence) == (FactType.JOB_SEARCH_UPDATED, after.last_sequence)
    search = fact.body.search
    assert (search.search_round, search.offers_count, search.declined_count) == (2, 2, 1)
