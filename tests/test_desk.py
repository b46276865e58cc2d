"""`pharmdocs serve`: what may be ordered, who may ask, a save is seen, an end leaves nothing."""

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import card_builds
import pytest
from card_builds import ROWS, lay_cards, write
from click.testing import CliRunner
from desks import Served, served

from pharmdocs.bank.model import SETTINGS
from pharmdocs.cli import main, options
from pharmdocs.desk.orders import PRINTABLES, Choice, Order, choices, order_of
from pharmdocs.editions import EDITIONS
from pharmdocs.flashcards import EDITIONS as CARD_EDITIONS
from pharmdocs.geometry import PAPERS
from pharmdocs.printables import PRINTABLES as BUILT
from pharmdocs.project import INKS

CARDS = "printable=flashcards"


def known(printable: str) -> tuple[Choice, ...]:
    return choices(printable, ["small", "mine"], {"5388": "5388 (letter)"})


def values(printable: str, key: str) -> set[str]:
    """What can be chosen, but for the usual."""
    (choice,) = (one for one in PRINTABLES[printable] if one.key == key)
    return {value for value, _ in choice.values if value}


def test_all_that_a_build_knows_can_be_chosen() -> None:
    assert set(PRINTABLES) == set(BUILT)
    for printable in PRINTABLES:
        assert values(printable, "paper") == set(PAPERS)
        assert values(printable, "ink") == set(INKS)
    assert values("booklet", "edition") == set(EDITIONS)
    assert values("flashcards", "edition") == set(CARD_EDITIONS)
    assert values("flashcards", "duplex") == set(options.DUPLEX)
    assert values("checklist", "setting") == set(SETTINGS)


def test_an_address_orders_what_it_says_and_the_rest_as_usual() -> None:
    order = order_of({"printable": "flashcards", "stock": "5388", "only": " q03 "}, known)
    assert order == Order(
        "flashcards",
        (
            ("bank", ""), ("paper", ""), ("ink", ""), ("stock", "5388"), ("duplex", ""),
            ("edition", "sheet"), ("print", ""), ("only", "q03"),
        ),
    )  # fmt: skip


WRONG = [
    ({"printable": "poster"}, "there is no poster to print"),
    ({"paper": "legal"}, "Paper: there is no legal"),
    ({"bank": "../../etc"}, "Bank: there is no ../../etc"),
    ({"printable": "flashcards", "stock": "none"}, "Stock: there is no none"),
    ({"only": "q" * 201}, "Only is longer than 200 letters"),
]


@pytest.mark.parametrize(("asked", "said"), WRONG)
def test_what_there_is_not_cannot_be_ordered(asked: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        order_of(asked, known)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Served]]:
    """A desk at work on the seven cards."""
    root, scratch = tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("scratch")
    lay_cards(root)
    with served(root, scratch) as found:
        yield root, found


STRANGERS = [
    ({"Host": "evil.example"}, 421),
    ({"Host": "evil.example:{port}"}, 421),
    ({"Host": "127.0.0.1"}, 421),
    ({"Host": "127.0.0.1:1"}, 421),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Sec_Fetch_Site": "cross-site"}, 403),
    ({"Sec_Fetch_Site": "same-site"}, 403),
]
PATHS = ["", "view?printable=flashcards", "desk.js", "events"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("headers", "status"), STRANGERS)
def test_another_site_is_refused(
    headers: dict[str, str], status: int, path: str, desk: tuple[Path, Served]
) -> None:
    told = {name: value.format(port=desk[1].port) for name, value in headers.items()}
    found, _, body = desk[1].ask(path, **told)
    assert found == status
    assert b"pharmdocs.toml" not in body
    assert len(body) < 100


GUESSES = ["/", "/view", "/{wrong}/", "/{half}/", "//{token}/", "/{token}x/", "/../{token}/"]


@pytest.mark.parametrize("path", GUESSES)
def test_without_the_token_there_is_nothing(path: str, desk: tuple[Path, Served]) -> None:
    token = desk[1].token
    assert len(token) >= 22
    asked = path.format(token=token, half=token[:11], wrong="A" * len(token))
    assert desk[1].ask(asked)[0] == 404


def test_its_own_page_is_answered_and_shown_nowhere_else(desk: tuple[Path, Served]) -> None:
    port = desk[1].port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        status, headers, body = desk[1].ask("", Host=host, Origin=f"http://{host}")
        assert (status, body[:15]) == (200, b"<!doctype html>")
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_it_listens_on_this_machine_alone(desk: tuple[Path, Served]) -> None:
    with socket.socket() as other:
        other.settimeout(2)
        # All of 127 is this machine; a socket for every address would answer here.
        assert other.connect_ex(("127.0.0.2", desk[1].port)) != 0


STRAY = [
    "file/{key}/pharmdocs.toml",
    "file/{key}/..%2F..%2Fpharmdocs.toml",
    "file/{key}/flashcards.manifest.json",
    "file/9-whole/flashcards.pdf",
    "png/{key}/flashcards.pdf/99",
    "text/{key}/other.pdf/0",
    "base.css",
    "page.html.j2",
    "..%2Fbase.css",
]


def test_the_very_file_is_given_and_no_other(desk: tuple[Path, Served], tmp_path: Path) -> None:
    root, here = desk
    with here.looking(CARDS) as page:
        shown = page.until("Download flashcards.pdf")
        found = re.search(r"file/([^/]+)/flashcards\.pdf", shown)
        assert found
        status, headers, data = here.ask(found[0])
        assert (status, headers["content-disposition"]) == (
            200, 'attachment; filename="flashcards.pdf"',
        )  # fmt: skip
        again = ["build", "flashcards", "--project", str(root), "-o", str(tmp_path)]
        assert CliRunner().invoke(main, again).exit_code == 0
        assert data == (tmp_path / "flashcards.pdf").read_bytes()
        for path in STRAY:
            assert here.ask(path.format(key=found[1]))[0] == 404, path
        status, headers, picture = here.ask(f"png/{found[1]}/flashcards.pdf/0")
        assert (status, picture[:8]) == (200, b"\x89PNG\r\n\x1a\n")
        assert b"askc2" in here.ask(f"text/{found[1]}/flashcards.pdf/2")[2]
        assert here.ask("view?printable=poster")[0] == 400
        assert here.ask(f"events?{CARDS}&seen=x")[0] == 400


def test_a_save_is_shown_and_a_mistake_is_told(desk: tuple[Path, Served]) -> None:
    """First the card alone, then the whole; broken, the last good pages stay; then it is mended."""
    root, here = desk
    asked = f"{CARDS}&stock=avery-5371"
    with here.looking(asked) as page:
        page.until("Download flashcards.pdf")
        write(root, ROWS.replace("askc3", "another"))
        draft = page.until("Draft of C3", "without your last change")
        # The card as it will be cut, and not yet on its sheet: a front and its back.
        assert "Draft, card 1" in draft
        key = re.findall(r"png/([^/]+-draft)/", draft)[0]
        pages = [here.ask(f"text/{key}/flashcards.pdf/{number}") for number in range(3)]
        assert b"another" in pages[0][2]
        assert b"tellc3" in pages[1][2]
        assert pages[2][0] == 404
        whole = page.until("Changed last: C3", without="Draft")
        key = re.findall(r"file/([^/]+)/", whole)[0]
        write(root, ROWS.replace("safety", "saftey", 1))
        broken = page.until("1 thing to mend", "Below are the last good pages")
        assert "<code>content/small/cards.csv:2</code> `category` cannot be `saftey`" in broken
        assert f"file/{key}/flashcards.pdf" in broken
        assert here.ask(f"file/{key}/flashcards.pdf")[0] == 200
        write(root, ROWS)
        page.until("Download flashcards.pdf", without="to mend")
    write(root, ROWS)


def test_settings_that_cannot_be_read_are_one_more_thing_to_mend(desk: tuple[Path, Served]) -> None:
    root, here = desk
    settings = root / "pharmdocs.toml"
    before = settings.read_text(encoding="utf-8")
    with here.looking(CARDS) as page:
        page.until("Download flashcards.pdf")
        try:
            settings.write_text("papre = 'a4'\n", encoding="utf-8")
            page.until("<code>pharmdocs.toml:1</code>")
            assert here.ask("")[0] == 200
        finally:
            settings.write_text(before, encoding="utf-8")
        page.until("Download flashcards.pdf", without="to mend")


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def ended(group: int) -> bool:
    until = time.monotonic() + 15
    while alive(group) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(group)


ENDS = [
    signal.SIGINT,
    pytest.param(signal.SIGTERM, marks=pytest.mark.system),
    pytest.param(signal.SIGKILL, marks=pytest.mark.system),
]


@pytest.mark.parametrize("number", ENDS)
def test_an_end_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    """In the middle of a build, with a page open; no process stays, and no file of ours."""
    root, scratch = tmp_path / "project", tmp_path / "scratch"
    root.mkdir()
    scratch.mkdir()
    lay_cards(root)
    before = sorted(root.rglob("*"))
    with served(root, scratch) as here, here.looking(CARDS) as page:
        while b"step" not in page.answer.readline():
            pass
        here.process.send_signal(number)
        code = here.process.wait(20)
        assert ended(here.process.pid)
    assert code == (-9 if number == signal.SIGKILL else 0)
    assert sorted(root.rglob("*")) == before
    if number != signal.SIGKILL:
        assert list(scratch.iterdir()) == []


def test_a_port_that_is_taken_is_named(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "--port", str(port)])
    assert result.exit_code == 6
    assert result.stderr == (
        f"error: port {port} cannot be had (Address already in use)\n"
        "    fix: name another: --port N, or none\n"
    )


def test_without_the_extra_it_says_how_to_get_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "uvicorn", None)
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 4
    assert "pip install 'pharmdocs[serve]'" in result.stderr


def test_the_file_of_the_project_is_left_alone(desk: tuple[Path, Served]) -> None:
    """What is shown lies elsewhere: the last file that was asked for stays what it is."""
    assert (desk[0] / "output" / "flashcards.pdf").read_bytes() == card_builds.OLD
