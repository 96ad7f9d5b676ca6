from pathlib import Path

import pytest

from blk_portal.runtime import supervisor as module
from blk_portal.runtime.servers import ServerError
from blk_portal.runtime.supervisor import GaveUp, Supervisor


class Fake:
    """A service that lives and dies as the test says."""

    def __init__(self, name: str, story: list[str], log: Path):
        self.name = self.label = name
        self.story = story
        self.log = log
        self.exit_code = None
        self.refuses = False

    def start(self) -> None:
        if self.refuses:
            raise ServerError("no")
        self.exit_code = None
        self.story.append(f"start {self.name}")

    def poll(self) -> int | None:
        return self.exit_code

    def stop(self) -> None:
        self.story.append(f"stop {self.name}")


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def story():
    return []


@pytest.fixture
def supervisor(clock):
    return Supervisor(say=lambda line: None)


def test_the_web_stops_first_and_postgresql_last(supervisor, story, tmp_path):
    for name in ("postgresql", "valkey", "web", "worker", "beat"):
        supervisor.start(Fake(name, story, tmp_path / "log"))
    story.clear()

    supervisor.stop()

    assert story == [f"stop {name}" for name in ("web", "beat", "worker", "valkey", "postgresql")]


def test_a_dead_service_returns_after_a_pause(supervisor, story, clock, tmp_path):
    web = Fake("web", story, tmp_path / "log")
    supervisor.start(web)
    web.exit_code = 1
    supervisor.look_after_all()
    supervisor.look_after_all()
    assert story == ["start web", "stop web"]

    clock.now += 1.1
    supervisor.look_after_all()

    assert story[-1] == "start web"


@pytest.mark.parametrize("refuses", [False, True])
def test_a_service_that_cannot_live_ends_everything(supervisor, story, clock, tmp_path, refuses):
    (tmp_path / "log").write_text("Kunci salah\n")
    web = Fake("web", story, tmp_path / "log")
    supervisor.start(web)
    web.refuses = refuses

    def die_again_and_again():
        for _ in range(20):
            web.exit_code = 1
            supervisor.look_after_all()
            clock.now += module.LONGEST_PAUSE

    with pytest.raises(GaveUp, match="Kunci salah"):
        die_again_and_again()

    assert story.count("stop web") == module.DEATHS_ALLOWED
