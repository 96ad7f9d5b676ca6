"""Several connections at the same moment, for tests of races (with `transaction=True`)."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connections


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; each result is what it returned or raised."""
    barrier = Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(position: int, call: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            results[position] = call()
        except Exception as error:
            results[position] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def elsewhere(call: Callable[[], object]) -> object:
    """Run a call on a connection of its own, committed before this one goes on."""
    (result,) = at_once(call)
    if isinstance(result, Exception):
        raise result
    return result
