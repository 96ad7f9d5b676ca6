"""Several connections at the same moment, for tests of races (with `transaction=True`)."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection, connections


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; each result is what it returned or raised.

    Each waits for the others' locks as long as it takes: a slow machine changes no result.
    """
    barrier = Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(position: int, call: Callable[[], object]) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = 0")
            barrier.wait(timeout=60)
            results[position] = call()
        except Exception as error:
            results[position] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def elsewhere(call: Callable[[], object]) -> object:
    """Run a call on a connection of its own, committed before this one goes on."""
    (result,) = at_once(call)
    if isinstance(result, Exception):
        raise result
    return result
