"""A real browser and a real server: what the people of the portal meet."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
]  # fmt: skip
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
TABLET = {"width": 768, "height": 1024}
PASSWORD = "kunci-contoh-untuk-uji"
# A page may be slow where other tests run beside it; how slow is no test's business.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser(server):
    """Ended before the server and its database: an open page holds a connection to both."""
    if CHROMIUM is None:
        reason = "no Chromium on this machine; install Debian's package `chromium`"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        # Playwright's loop lives in this thread; Django's guard takes it for an async caller.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(django_db_setup):
    """The portal on a free port, which serves the collected static files as in production."""
    thread = LiveServerThread("localhost", lambda application: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


class Person:
    """Somebody at a browser: knows the server, comes in, and notes every complaint."""

    def __init__(self, browser, base_url: str, *, viewport=DESK, javascript: bool = True) -> None:
        self.base_url = base_url
        self.context = browser.new_context(
            viewport=viewport, locale="id-ID", java_script_enabled=javascript
        )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._see)

    def _see(self, response) -> None:
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            self.complaints.append(f"{response.status} {response.url}")

    def _hear(self, message) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def visit(self, path: str):
        return self.page.goto(self.base_url + path)

    def come_in(self, user) -> "Person":
        """Start at the own home, with a session as the form gives it."""
        client = Client()
        client.force_login(user)
        session = client.cookies[portal.SESSION_COOKIE_NAME].value
        cookie = {"name": portal.SESSION_COOKIE_NAME, "value": session, "url": self.base_url}
        self.context.add_cookies([cookie])
        self.visit("/beranda/")
        return self

    def log_in(self, user) -> "Person":
        """By the form, where the way in itself is what is looked at."""
        self.visit("/akun/login/")
        self.page.fill("[name=login]", user.username)
        self.page.fill("[name=password]", PASSWORD)
        self.press("main form button[type=submit]")
        return self

    def press(self, selector: str) -> None:
        """Press what leads to another page, and wait until that page is there."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def text(self) -> str:
        return self.page.inner_text("main")

    def barriers(self) -> list[str]:
        """What axe finds on the page that keeps people out, and where."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{rule['id']}: {node['target'][0]} {node['html'][:160]}"
            for rule in found
            for node in rule["nodes"]
        ]

    def overflow(self) -> int:
        """How many pixels the page is wider than the screen."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.fixture
def person(browser, server, transactional_db, cheap_passwords):
    """Open a browser for somebody: person(user, viewport=PHONE, javascript=False)."""
    people: list[Person] = []

    def open_for(user=None, **options) -> Person:
        someone = Person(browser, server, **options)
        people.append(someone)
        return someone.come_in(user) if user else someone

    yield open_for
    complaints = [complaint for someone in people for complaint in someone.complaints]
    for someone in people:
        someone.context.close()
    assert complaints == []
