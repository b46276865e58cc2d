"""What the files of every printable promise in their manifests, and that `check` holds them to it.

The builds are real ones of small banks; each is damaged by hand for each promise that it alone
makes. What holds for every file is broken in test_check.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from card_builds import lay_cards
from click.testing import CliRunner
from pikepdf import Array
from test_check import BROKEN as OF_ALL
from test_check import damaged, draws, verdicts

from pharmdocs.cli import main
from pharmdocs.geometry import mm
from pharmdocs.imposition.printer import Correction, Printer
from pharmdocs.preflight import NAMES
from pharmdocs.printers import keep

Damage = Callable[[pikepdf.Pdf], None]

SHIFTED = Correction(mm(1.2), mm(-0.8), 0.3, 1.001, 0.999)
HOME = Printer("home", "letter", turns="short-edge", behind=SHIFTED, both=SHIFTED, fronts=True)
LYING = replace(HOME, told="short-edge", turns="long-edge", landscape=True)
BY_HAND = replace(
    HOME, name="hand", told="manual", reverse=True, feed="printed side down, top edge first"
)

BUILDS = {
    "zine": ("zine", "--how-to"),
    "fold": ("booklet", "--edition", "fold"),
    "fold, bound at the right": ("booklet", "--edition", "fold", "--binding", "right"),
    "press booklet": ("booklet", "--edition", "press", "--ink", "black"),
    "press cards": ("flashcards", "--edition", "press", "--ink", "black"),
    "moved zine": ("zine", "--printer", "home"),
    "moved fold": ("booklet", "--edition", "fold", "--printer", "home"),
    "moved booklet": ("booklet", "--printer", "home"),
    "moved cards": ("flashcards", "--printer", "home"),
    "moved cards, by hand": ("flashcards", "--printer", "hand"),
    "moved fronts": ("flashcards", "--printer", "home", "--duplex", "none"),
    "run": ("checklist", "--bank", "interview", "--roster", "people.csv", "--volume", "2"),
    "run of forms": ("checklist", "--bank", "interview", "--roster", "people.csv", "--separate"),
    "moved run": (
        *("checklist", "--bank", "interview", "--roster", "people.csv", "--volume", "2"),
        *("--printer", "home"),
    ),
}
FILES = {"zine": "zine", "fold": "booklet-fold", "press booklet": "booklet-press"}
FILES |= {"press cards": "flashcards-press", "moved cards, by hand": "flashcards-fronts"}
FILES |= {"fold, bound at the right": "booklet-fold", "moved zine": "zine"}
FILES |= {"run of forms": "Ana-Silva", "run": "checklist-001", "moved run": "checklist-001"}
FILES |= {"moved fold": "booklet-fold", "moved booklet": "booklet"}
# What each of them is judged by besides what every file is.
REGISTERED = {name for name in BUILDS if "booklet" not in name and "run" not in name}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`made("fold")` is the finished file of one of BUILDS; those who damage it copy it."""
    root = tmp_path_factory.mktemp("promised")
    lay_cards(root)
    (root / "people.csv").write_text("name\nAna Silva\nBo Lindström\nUwe Ott\n", encoding="utf-8")
    found: dict[str, Path] = {}

    def build(name: str) -> Path:
        if name not in found:
            folder = root / name.replace(" ", "-").replace(",", "")
            command = ["build", *BUILDS[name], "--project", str(root), "-o", f"{folder}/"]
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("XDG_CONFIG_HOME", str(root / "config"))
                patch.chdir(root)
                for printer in (HOME, LYING, BY_HAND):
                    keep(printer)
                folder.mkdir()
                result = CliRunner().invoke(main, command, catch_exceptions=False)
            assert result.exit_code == 0, result.output
            found[name] = folder / f"{FILES.get(name, 'flashcards')}.pdf"
        return found[name]

    return build


@pytest.mark.parametrize("name", BUILDS)
def test_what_is_built_keeps_every_promise(name: str, made: Callable[[str], Path]) -> None:
    found = verdicts(made(name))
    assert [it for it in found.values() if it["state"] == "broken"] == []
    kept = {promise for promise, it in found.items() if it["state"] == "kept"}
    assert {"file", "pages", "words", "glyphs", "type size", "viewer"} <= kept
    assert {"coverage", "contrast", "safe area"} <= kept
    # A run is not tagged, and a checklist has no categories.
    assert ({"structure", "signs"} <= kept) is ("run" not in name)
    assert ("registration" in kept) is (name in REGISTERED)
    assert ("shop" in kept) is name.startswith("press")


def _moves(points: float, page: int = 0) -> Damage:
    """Everything on a page lies so far to the right."""

    def damage(document: pikepdf.Pdf) -> None:
        it = document.pages[page]
        it.contents_coalesce()
        shown, mark, stamp = it.Contents.read_bytes().partition(b"% pharmdocs: stamp")
        moved = b"q 1 0 0 1 %f 0 cm\n%b\nQ\n" % (points, shown)
        it.Contents = document.make_stream(moved + mark + stamp)

    return damage


def _swaps(one: int, other: int) -> Damage:
    def damage(document: pikepdf.Pdf) -> None:
        first, second = document.pages[one].obj, document.pages[other].obj
        for key in ("/Contents", "/Resources"):
            first[key], second[key] = second[key], first[key]

    return damage


def _loses_the_last_page(document: pikepdf.Pdf) -> None:
    del document.pages[-1]


def _forgets_the_bleed(document: pikepdf.Pdf) -> None:
    del document.pages[0].obj.BleedBox


def _turns_on_another_edge(document: pikepdf.Pdf) -> None:
    document.Root.ViewerPreferences.Duplex = pikepdf.Name.DuplexFlipLongEdge


def _widens_the_paper(document: pikepdf.Pdf) -> None:
    left, bottom, right, top = map(float, document.pages[0].mediabox)
    document.pages[0].MediaBox = Array([left, bottom, right + 9, top])


WORD = draws("BT 0 g FONT 9 Tf 200 300 Td TEXT Tj ET")
EDGE = "0 g 1 200 2 2 re f"
BROKEN: dict[tuple[str, str], tuple[Damage, str]] = {
    ("zine", "registration"): (_moves(3), "does not lie behind page 5"),
    ("zine", "words"): (WORD, "words, and not the"),
    ("zine", "pages"): (_loses_the_last_page, "page"),
    ("zine", "safe area"): (draws(EDGE), "from the paper's edge"),
    ("zine", "safe area of a panel"): (
        # Letter on its side: a fold a quarter of the way across, 198 pt.
        draws("BT 0 g FONT 9 Tf 190 300 Td TEXT Tj ET"),
        "outside the safe area",
    ),
    ("fold", "safe area at the fold"): (
        draws("BT 0 g FONT 9 Tf 390 300 Td TEXT Tj ET"),
        "outside the safe area",
    ),
    ("press booklet", "safe area"): (
        # The trim begins 36.9 pt from the paper's edge.
        draws("BT 0 g FONT 9 Tf 45 300 Td TEXT Tj ET", 3),
        "outside the safe area",
    ),
    ("press cards", "safe area"): (
        draws("BT 0 g FONT 9 Tf 40 100 Td TEXT Tj ET"),
        "outside the safe area",
    ),
    ("fold", "registration"): (_swaps(0, 2), "lies where page"),
    ("fold", "words"): (WORD, "words, and not the"),
    ("fold", "pages"): (_widens_the_paper, "page 1"),
    ("fold", "viewer"): (_turns_on_another_edge, "not DuplexFlipShortEdge"),
    ("fold", "safe area"): (draws(EDGE), "from the paper's edge"),
    ("fold", "type size"): (draws("BT 0 g FONT 4 Tf 200 300 Td TEXT Tj ET"), "type of 4.0 pt"),
    ("fold, bound at the right", "registration"): (_swaps(0, 1), "lies where page"),
    ("press booklet", "shop"): (_forgets_the_bleed, "a box is missing"),
    ("press booklet", "ink"): (
        draws("1 0 0 rg 90 90 9 9 re f"),
        "uses color, not black alone",
    ),
    ("press booklet", "words"): (WORD, "words, and not the"),
    ("press booklet", "pages"): (_loses_the_last_page, "page"),
    ("press cards", "registration"): (_swaps(0, 2), "shows Q02, not the front of Q01"),
    ("press cards", "shop"): (draws("1 0 0 rg 90 90 9 9 re f"), "is drawn in RGB"),
    ("press cards", "words"): (_swaps(0, 2), "words, and not the"),
    ("moved zine", "registration"): (_moves(3), "does not lie behind page 5"),
    ("moved fold", "registration"): (_moves(1, 1), "off the fold"),
    ("moved booklet", "safe area"): (_moves(90), "from the paper's edge"),
    ("moved cards", "registration"): (_moves(1, 1), "the marks lie 0.352 mm from"),
    ("moved cards", "safe area"): (_moves(20, 1), "outside the safe area"),
    ("moved cards, by hand", "registration"): (_moves(1), "lies on no slot of the stock"),
    ("run", "pages"): (_loses_the_last_page, "page"),
    ("run", "words"): (WORD, "words, and not the"),
    ("run of forms", "words"): (WORD, "words, and not the"),
    ("moved run", "safe area"): (_moves(90), "from the paper's edge"),
    ("moved fronts", "safe area"): (_moves(20), "outside the safe area"),
}


@pytest.mark.parametrize(("name", "promise"), BROKEN)
def test_a_broken_promise_is_told(
    name: str, promise: str, made: Callable[[str], Path], tmp_path: Path
) -> None:
    damage, reason = BROKEN[name, promise]
    source = made(name)
    if "by hand" in name or "run" in name:
        for file in source.parent.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        path = tmp_path / source.name
        with pikepdf.open(path, allow_overwriting_input=True) as document:
            damage(document)
            document.save(path)
    else:
        path = damaged(source, tmp_path, damage)
    found = verdicts(path)[promise.removesuffix(" of a panel").removesuffix(" at the fold")]
    assert found["state"] == "broken"
    assert any(reason in it["what"] for it in found["problems"]), found["problems"]


def test_each_promise_has_a_file_that_is_made_to_break_it() -> None:
    """Two have a test of their own in test_check: fonts that are not embedded, and forms."""
    told = [*(promise for _, promise in BROKEN), *OF_ALL]
    names = {name for name in NAMES for promise in told if promise.startswith(name)}
    assert names | {"fonts", "form"} == set(NAMES)


def _ruins(document: pikepdf.Pdf) -> None:
    """Breaks at once all that the pages of any printable promise; new things are on the second."""
    draws("BT 0.9 g FONT 4 Tf 2 200 Td TEXT Tj ET 0 g 50 50 500 700 re f", 2)(document)
    for name in ("pictures", "links", "viewer", "glyphs"):
        _, damage, *_ = OF_ALL[name]
        damage(document)
    for page in (document.pages[0], *document.pages[2:]):
        rest = [it for it in pikepdf.parse_content_stream(page) if str(it.operator) != "TJ"]
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(rest))
    _widens_the_paper(document)
    del document.Root.StructTreeRoot


@pytest.mark.parametrize("name", ["zine", "fold", "press booklet", "press cards"])
def test_every_promise_is_judged_of_every_printable(
    name: str, made: Callable[[str], Path], tmp_path: Path
) -> None:
    found = verdicts(damaged(made(name), tmp_path, _ruins))
    kept = {promise for promise, it in found.items() if it["state"] != "broken"}
    # All faces are embedded, there is no form, and nothing is drawn in color.
    due = {"fonts", "form", "ink"}
    due |= set() if name.startswith("press") else {"shop"}
    assert kept == due | ({"registration"} if name == "press booklet" else set())


@pytest.mark.parametrize("name", ["moved cards", "moved fold", "moved zine"])
def test_a_correction_that_was_lost_is_told(
    name: str, made: Callable[[str], Path], tmp_path: Path
) -> None:
    """The file as for any printer, under the promise of the one it was built for."""

    def damage(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            page.contents_coalesce()
            head, _, rest = page.Contents.read_bytes().partition(b" cm\n")
            assert head.startswith(b"q ")
            page.Contents = document.make_stream(b"q\n" + rest)

    found = verdicts(damaged(made(name), tmp_path, damage))
    assert found["registration"]["state"] == "broken"


@pytest.mark.parametrize(
    ("printable", "template", "shown"),
    [
        (("flashcards",), "flashcards/face.html.j2", "{{ card.category | sign }}"),
        (("zine",), "zine/question.html.j2", '<p class="sign">{{ item.category | sign }}</p>'),
    ],
)
def test_a_template_that_leaves_a_category_to_its_color_is_refused(
    printable: tuple[str, ...], template: str, shown: str, project: Path
) -> None:
    """The bank says which signs are due, and not what a template makes of it."""
    ours = (Path(__file__).parent.parent / "templates" / template).read_text(encoding="utf-8")
    assert shown in ours
    own = project / "templates" / template
    own.parent.mkdir(parents=True)
    own.write_text(ours.replace(shown, ""), encoding="utf-8")
    result = CliRunner().invoke(main, ["build", *printable], catch_exceptions=False)
    assert result.exit_code == 6
    assert "the sign ▲ of a category stands" in result.stderr
