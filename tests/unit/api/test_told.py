"""What was told adds up to what is there, whatever the limits."""

from hypothesis import given
from hypothesis import strategies as st

from service.api.told import Told

tables = st.dictionaries(st.integers(0, 9), st.integers(0, 3))


def test_the_first_news_are_whole_even_of_nothing() -> None:
    news = Told[int, int]().tell({}, count_max=5)
    assert news is not None
    assert (news.is_whole, news.changed, news.gone) == (True, [], [])


def test_no_change_is_no_news() -> None:
    told = Told[int, int]()
    told.tell({1: 1}, count_max=5)
    assert told.tell({1: 1}, count_max=5) is None


def test_only_the_difference_is_told() -> None:
    told = Told[int, int]()
    told.tell({1: 1, 2: 2, 3: 3}, count_max=5)
    news = told.tell({1: 1, 2: 7, 4: 4}, count_max=5)
    assert news is not None
    assert (news.is_whole, news.changed, news.gone) == (False, [7, 4], [3])


def test_after_forgetting_the_news_are_whole_again() -> None:
    told = Told[int, int]()
    told.tell({1: 1, 2: 2}, count_max=5)
    told.forget()
    news = told.tell({2: 2}, count_max=5)
    assert news is not None
    assert (news.is_whole, news.changed, news.gone) == (True, [2], [])


@given(st.lists(tables, min_size=1, max_size=6), st.integers(1, 4))
def test_who_hears_all_news_knows_the_table_in_the_end(tables_seen, count_max) -> None:
    told = Told[int, tuple[int, int]]()
    heard: dict[int, tuple[int, int]] = {}
    last = {key: (key, value) for key, value in tables_seen[-1].items()}
    rest = [last] * 12  # of ten keys, even one at a time
    for table in [*({k: (k, v) for k, v in seen.items()} for seen in tables_seen), *rest]:
        news = told.tell(table, count_max=count_max)
        if news is None:
            continue
        assert len(news.changed) <= count_max
        assert len(news.gone) <= count_max
        if news.is_whole:
            heard.clear()
        for key in news.gone:
            del heard[key]
        heard |= dict(zip([key for key, _ in news.changed], news.changed, strict=True))
    assert heard == last
