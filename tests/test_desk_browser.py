"""The desk in a real browser: what is written is seen, with the mouse, with keys, by ear."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_bank
from chromium import Tab, tab
from desks import Served, served
from small_bank import lay

pytestmark = pytest.mark.system

LOADED = (
    "[...document.querySelectorAll('#view img:not([hidden])')].slice(0, 2)"
    ".every(face => face.naturalWidth > 0)"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Served]]:
    root = tmp_path_factory.mktemp("desk")
    lay(root)
    with served(root, tmp_path_factory.mktemp("scratch")) as found:
        yield root, found


@pytest.fixture(scope="module")
def page(desk: tuple[Path, Served]) -> Iterator[Tab]:
    with tab() as found:
        yield found


def question(root: Path, text: str) -> None:
    """Write the second question with another reason."""
    path = root / "content" / "small" / "q02.md"
    told = small_bank.question(2, 1).replace("They want a routine.", text)
    path.write_text(told, encoding="utf-8")


def show(page: Tab, desk: tuple[Path, Served], asked: str = "") -> None:
    page.go(f"{desk[1].address}?{asked}")
    page.until("document.querySelectorAll('#view figure').length > 0")
    page.until(LOADED)


def text_of(page: Tab, selector: str) -> str:
    """What is read on the first page below an element, by the link under it."""
    link = f"document.querySelector('{selector} figcaption a').href"
    return str(page.run(f"fetch({link}).then(answer => answer.text())"))


def test_what_is_written_is_seen(page: Tab, desk: tuple[Path, Served]) -> None:
    """Changed, broken with the last good pages in place, mended: and nobody loads it anew."""
    root, _ = desk
    show(page, desk)
    page.run("window.same = true")
    question(root, "They want another routine altogether.")
    page.until("document.querySelector('#changed')?.textContent.includes('Q02')")
    assert "another routine altogether" in text_of(page, ".changed")
    page.until("document.querySelector('#changed').textContent === 'Changed last: Q02'")
    assert "another routine altogether" in text_of(page, ".changed")
    page.until(LOADED)
    count = page.run("document.querySelectorAll('#view figure').length")
    path = root / "content" / "small" / "q02.md"
    broken = path.read_text("utf-8").replace("difficulty: easy", "difficulty: eazy")
    path.write_text(broken, "utf-8")
    page.until("document.querySelector('.problems')")
    line = 1 + broken.splitlines().index("difficulty: eazy")
    assert page.run("document.querySelector('.problems code').textContent") == (
        f"content/small/q02.md:{line}"
    )
    assert page.run("document.getElementById('said').textContent") == "1 thing to mend"
    assert page.run("document.querySelectorAll('#view figure').length") == count
    page.until(LOADED)
    question(root, "They want a routine.")
    page.until("!document.querySelector('.problems')")
    page.until("document.querySelector('#changed')?.textContent === 'Changed last: Q02'")
    assert "They want a routine." in text_of(page, ".changed")
    assert page.run("window.same") is True


def test_a_click_turns_a_sheet_over(page: Tab, desk: tuple[Path, Served]) -> None:
    show(page, desk, "printable=flashcards")
    shown = "document.querySelector('#sheet-1 img:not([hidden])').alt"
    assert page.run(shown) == "Sheet 1 of 1, front: Q01, Q02"
    page.click("#sheet-1")
    assert page.run(shown) == "Sheet 1 of 1, back: Q01, Q02"
    page.until("document.querySelector('#sheet-1 img:not([hidden])').naturalWidth > 0")
    page.click("#sheet-1")
    assert page.run(shown) == "Sheet 1 of 1, front: Q01, Q02"


def test_a_sheet_stays_turned_when_it_is_built_anew(page: Tab, desk: tuple[Path, Served]) -> None:
    root, _ = desk
    show(page, desk, "printable=flashcards")
    page.click("#sheet-1")
    before = page.run("document.querySelector('#sheet-1 img').src")
    path = root / "content" / "small" / "q02.md"
    path.write_text(path.read_text("utf-8").replace("Look twice", "Look three times"), "utf-8")
    page.until(f"(document.querySelector('#sheet-1 img')?.src ?? '{before}') !== '{before}'")
    assert page.run("document.querySelector('#sheet-1').getAttribute('aria-pressed')") == "true"
    assert page.run("document.activeElement.id") == "sheet-1"
    assert page.run("document.querySelector('#sheet-1 img:not([hidden])').alt").startswith(
        "Sheet 1 of 1, back"
    )


def test_an_option_shows_at_once(page: Tab, desk: tuple[Path, Served]) -> None:
    """Letter is 8.5 in wide, 816 pixels of a browser; A4 is 210 mm, 794."""
    show(page, desk, "printable=booklet&paper=letter")
    assert page.run("document.querySelector('#view img').getAttribute('width')") == "816"
    page.run(
        "(() => { const paper = document.querySelector('select[name=paper]'); paper.value = 'a4';"
        " paper.dispatchEvent(new Event('change', {bubbles: true})) })()"
    )
    page.until("location.search.includes('paper=a4') && document.readyState === 'complete'")
    page.until("document.querySelector('#view img')?.getAttribute('width') === '794'")
    assert page.run("document.querySelector('select[name=paper]').value") == "a4"


def test_everything_can_be_done_with_keys(page: Tab, desk: tuple[Path, Served]) -> None:
    show(page, desk, "printable=flashcards")
    page.press("Tab", 9)
    assert page.run("document.activeElement.textContent") == "Skip to the pages"
    page.press("Enter", 13, "\r")
    assert page.run("location.hash") == "#view"
    found: list[str] = []
    while "turn" not in found and len(found) < 10:
        page.press("Tab", 9)
        found.append(page.run("document.activeElement.className || document.activeElement.id"))
    assert found[0] == "download"
    page.press("Enter", 13, "\r")
    assert page.run("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_everything_has_a_name_that_is_read_aloud(page: Tab, desk: tuple[Path, Served]) -> None:
    show(page, desk, "printable=flashcards")
    assert {"Bank", "Paper", "Ink", "Stock", "Turned", "Edition", "Print"} == set(
        page.named("combobox")
    )
    assert page.named("textbox") == ["Only"]
    assert "Sheet 1 of 1: turn it over" in page.named("button")
    assert "Sheet 1 of 1, front: Q01, Q02" in page.named("image")
    assert "Download flashcards.pdf" in page.named("link")
    for role in ("link", "button", "image", "heading", "radio"):
        assert all(page.named(role)), role
    assert page.run("document.querySelector('#said').getAttribute('role')") == "status"
    assert page.run("document.documentElement.lang") == "en"


def test_a_page_of_another_site_learns_nothing(page: Tab, desk: tuple[Path, Served]) -> None:
    """It knows the address, and may neither read nor frame nor show what is there."""
    asked = f"fetch('{desk[1].address}view').then(() => 'read', () => 'refused')"
    shown = (
        "new Promise(done => { const it = new Image(); it.onload = () => done('shown');"
        f" it.onerror = () => done('refused'); it.src = '{desk[1].address}ADDRESS' }})"
    )
    show(page, desk)
    drawn = page.run("document.querySelector('#view img').getAttribute('src')")
    assert page.run(asked) == "read"
    assert page.run(shown.replace("ADDRESS", drawn)) == "shown"
    page.go("data:text/html,<title>other</title>")
    assert page.run(asked) == "refused"
    assert page.run(shown.replace("ADDRESS", drawn)) == "refused"
