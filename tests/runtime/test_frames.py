import resource

import pytest

from blk_portal.runtime.frames import RoomMiddleware, with_room

CALLS = 500


def called(number):
    return number


def many_calls(_request=None):
    """How often a loop of calls had to be given memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for number in range(CALLS):
        called(number)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def at_depth(depth, work):
    return work() if depth == 0 else at_depth(depth - 1, work)


@pytest.mark.parametrize("give", [with_room, lambda work: RoomMiddleware(work)(None)])
def test_a_loop_of_calls_takes_no_memory_at_any_depth(give):
    taken = [at_depth(depth, lambda: give(many_calls)) for depth in range(200)]

    assert max(taken) < CALLS / 2


def test_calls_within_the_room_take_none_at_any_depth_either():
    taken = [with_room(lambda depth=depth: at_depth(depth, many_calls)) for depth in range(200)]

    assert max(taken) < CALLS / 2


def test_arguments_answers_and_errors_pass():
    assert with_room(divmod, 7, 2) == (3, 1)
    assert with_room(sorted, [1, 2], reverse=True) == [2, 1]
    with pytest.raises(ZeroDivisionError):
        with_room(divmod, 7, 0)
