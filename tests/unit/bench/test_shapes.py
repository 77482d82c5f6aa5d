"""What is done, and what the command line changes of it."""

from tests.bench.shapes import SHAPES, Crowd, Silence, Talk, adjusted


def test_a_crowd_knows_its_people_and_how_much_they_hear() -> None:
    crowd = Crowd(rooms=100, members=4)

    assert crowd.people == 400
    assert crowd.deliveries(200) == 800


def test_every_shape_is_measured_at_least_seven_times_after_the_first() -> None:
    rounds = {name: shape.rounds for name, shape in SHAPES.items() if not isinstance(shape, Silence)}

    assert {name: count for name, count in rounds.items() if count < 8} == {"exact": 2}


def test_the_command_line_changes_what_it_names_and_nothing_else() -> None:
    shape = adjusted(SHAPES["room"], rates=[50], rounds=None, seconds=0.5)

    assert isinstance(shape, Talk)
    assert (shape.rates, shape.rounds, shape.seconds) == ((50,), SHAPES["room"].rounds, 0.5)


def test_what_a_shape_does_not_have_is_not_changed() -> None:
    assert adjusted(SHAPES["connect"], rates=[50], rounds=None, seconds=3) == SHAPES["connect"]
