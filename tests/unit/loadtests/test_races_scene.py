"""What meets what in the races is the seed's."""

from loadtests.races.scene import ATTEMPTS_COUNT, COURIERS_COUNT, Move, draw_scenes

SCENES = draw_scenes(3, 1, count=300)


def test_the_same_seed_draws_the_same_scenes():
    assert draw_scenes(3, 1, count=300) == SCENES
    assert draw_scenes(3, 2, count=300) != SCENES
    assert draw_scenes(4, 1, count=300) != SCENES


def test_a_shorter_round_is_the_beginning_of_a_longer_one():
    assert draw_scenes(3, 1, count=20) == SCENES[:20]


def test_in_every_scene_somebody_accepts():
    accepting = {Move.ACCEPT, Move.ACCEPT_TOGETHER, Move.TRIP}
    for scene in SCENES:
        assert len(scene.attempts) == ATTEMPTS_COUNT
        assert scene.attempts[0].move in accepting


def test_an_attempt_is_about_somebody_and_something_that_is_there():
    for scene in SCENES:
        for attempt in scene.attempts:
            assert 0 <= attempt.job < scene.jobs_count + scene.has_load
            assert 0 <= attempt.courier < COURIERS_COUNT


def test_everything_meets():
    assert {attempt.move for scene in SCENES for attempt in scene.attempts} == set(Move)
    assert {scene.jobs_count for scene in SCENES} == {1, 2, 3}
    for trait in ("has_load", "offer_ms", "search_ms"):
        assert {bool(getattr(scene, trait)) for scene in SCENES} == {True, False}
