"""One page on several screens: loaded once, and asked again only what a screen can change."""

from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Path(__file__).with_suffix(".js").read_text()


def faults_on(someone, screens: dict[str, dict[str, int]]) -> Iterator[str]:
    """What is wrong with the page that somebody has open, on each of the named screens."""
    someone.page.evaluate(Axe().axe_script + SCRIPT)
    for name, size in screens.items():
        someone.page.set_viewport_size(size)
        for fault in someone.page.evaluate("faultsHere()"):
            yield f"({name}) {fault}"
