"""The page in a real browser: on a telephone, without scripts, by keyboard, for a screen reader."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from broadcaster.network.listening import Listening
from broadcaster.site.server import application
from tests.kit import until
from tests.site.conftest import ADDRESS, SHOWN, Web

playwright = pytest.importorskip("playwright.sync_api", reason="the page in a browser: no playwright here")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="the page in a browser: no chromium here")
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def address(shared: Web) -> Iterator[str]:
    listening = Listening(application(shared.site), "127.0.0.1", 0, None)
    listening.start()
    yield f"http://127.0.0.1:{listening.port}"
    listening.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """A page on a telephone that runs no scripts; what it asked for, and what it complained of, must be ours
    and nothing."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, device_scale_factor=2)
    page, asked, said = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}, "a foreign host was asked"
    assert said == []


def focused(page: Any) -> str:
    """What the keyboard is at."""
    found: str = page.evaluate("(e => e.getAttribute('href') || e.id || e.tagName)(document.activeElement)")
    return found


def test_by_keyboard_from_the_front_page_to_an_item(phone: Any, address: str) -> None:
    phone.goto(f"{address}/")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the telephone"
    order = []
    for _tab in range(6 + len(SHOWN)):
        phone.keyboard.press("Tab")
        order.append(focused(phone))

    assert order[:6] == [
        *(
            "#noi-dung",
            "index.html",
            "index.html",
            "chu-de/index.html",
            "index.html#theo-thang",
            "podcast.xml",
        )
    ]
    assert sorted(order[6:]) == sorted(f"bai/{code}.html" for code in SHOWN)
    phone.goto(f"{address}/")
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.getBoundingClientRect().left >= 0"), "the skip link is seen"
    phone.keyboard.press("Enter")
    phone.keyboard.press("Tab")
    first = focused(phone)
    assert first.startswith("bai/"), "past the heading"
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"**/{first}")
    assert phone.locator("h1").count() == 1


def test_an_item_is_heard_and_its_code_is_read(phone: Any, address: str, shared: Web) -> None:
    phone.goto(f"{address}/bai/hop.html")

    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for role, name in (("banner", ""), ("navigation", "Các trang chính"), ("main", ""), ("contentinfo", "")):
        assert phone.get_by_role(role, **({"name": name} if name else {})).count() == 1, role
    sound = phone.locator("audio")
    assert sound.get_attribute("aria-label") == "Nghe: Họp <ấp> & lấy ý kiến"
    assert sound.evaluate("a => a.controls")
    sound.evaluate("a => { a.preload = 'metadata'; a.load() }")
    until(lambda: sound.evaluate("a => a.readyState >= 1"), what="its length is known")
    assert sound.evaluate("a => a.duration") > 1
    code = phone.get_by_role("img", name="Mã QR dẫn tới bài này")
    with Image.open(io.BytesIO(code.screenshot())) as picture:
        (read,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert read.text == f"{ADDRESS}/bai/hop.html"
    smallest = phone.evaluate("Math.min(...[...document.querySelectorAll('nav a')].map(a => a.offsetHeight))")
    assert smallest >= 40, "pixels that a thumb can hit"


@pytest.mark.parametrize(("name", "scheme"), [("index.html", "light"), ("bai/tiem.html", "dark")])
def test_a_checker_of_access_finds_nothing(chromium: Any, address: str, name: str, scheme: str) -> None:
    context = chromium.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}/{name}")

    found = axe.Axe().run(page)

    context.close()
    assert found.violations_count == 0, found.generate_report()
