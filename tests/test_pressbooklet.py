"""The booklet for a print shop, as a user builds it."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import icc
import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner, Result
from small_bank import lay

from pharmdocs.cli import main
from pharmdocs.geometry import PAPERS, Size, mm
from pharmdocs.imposition.trimmarks import ShopPage, trim_marks
from pharmdocs.pressbooklet import wanted
from pharmdocs.typesetting import fonts

PRESS = ("build", "booklet", "--edition", "press")
Shop = Callable[..., Path]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """`shop("--ink", "black")` is the folder of such a build, each made once."""
    root = tmp_path_factory.mktemp("shop")
    lay(root)
    (root / "shop.icc").write_bytes(icc.cmyk("Coated Test"))
    known: dict[tuple[str, ...], Path] = {}

    def build(*arguments: str) -> Path:
        if arguments not in known:
            folder = root / f"out{len(known)}"
            profile = () if "black" in arguments else ("--profile", str(root / "shop.icc"))
            place = ("--project", str(root), "-o", str(folder))
            result = run(*PRESS, *place, *profile, *arguments)
            assert result.exit_code == 0, result.output
            known[arguments] = folder
        return known[arguments]

    return build


def words(page: Any) -> dict[str, float]:
    """Where every word of a page begins, in points from its left edge; the first of each."""
    text = page.get_textpage()
    found: dict[str, float] = {}
    whole = text.get_text_range()
    for match in re.finditer(r"\S+", whole):
        found.setdefault(match[0], text.get_charbox(match.start())[0])
    return found


@pytest.mark.parametrize("paper", PAPERS)
def test_boxes_and_marks_are_those_of_the_paper(paper: str, shop: Shop) -> None:
    size = PAPERS[paper]
    with pikepdf.open(shop("--paper", paper) / "booklet-press.pdf") as document:
        for page in document.pages:
            media, bleed, trim = (
                [float(side) for side in page.obj[name]]
                for name in ("/MediaBox", "/BleedBox", "/TrimBox")
            )
            assert media == pytest.approx(
                [0, 0, size.width + mm(26), size.height + mm(26)], abs=0.01
            )
            assert bleed == pytest.approx(
                [mm(10), mm(10), media[2] - mm(10), media[3] - mm(10)], abs=0.01
            )
            assert trim == pytest.approx(
                [mm(13), mm(13), media[2] - mm(13), media[3] - mm(13)], abs=0.01
            )


def test_labels_and_folios_stand_at_the_outer_edge(shop: Shop) -> None:
    """Q01 is on a right-hand page when its number is odd; its id, labels and folio hang outside."""
    document = pypdfium2.PdfDocument(shop("--paper", "letter") / "booklet-press.pdf")
    seen = set()
    for number, page in enumerate(document, 1):
        found = words(page)
        if "Pitfall" not in found:
            continue
        right = number % 2 == 1
        # The text begins 27.9 or 62 mm from the trim; the labels right of it, or left.
        label = 27.9 + 126 + 6 if right else 20
        folio = found[str(number)]
        assert folio > mm(190) if right else folio == pytest.approx(mm(13 + 20), abs=2)
        assert found["Pitfall"] == pytest.approx(mm(13 + label), abs=2)
        seen.add(right)
    document.close()
    assert seen


def test_the_cover_s_art_reaches_the_corner_of_the_bleed(shop: Shop) -> None:
    """With one category there is one shape, at the top; on the spread one at each outer side."""
    document = pypdfium2.PdfDocument(shop("--paper", "letter") / "booklet-press.pdf")
    picture = document[0].render(scale=2, grayscale=True).to_pil()
    document.close()
    top = round(2 * mm(10)) + 1
    row = [picture.getpixel((x, top)) for x in range(picture.width)]
    assert min(value for value in row if isinstance(value, int)) < 160


def test_links_labels_and_bookmarks_lead_where_they_did(shop: Shop) -> None:
    with pikepdf.open(shop("--paper", "letter") / "booklet-press.pdf") as document:
        # One count from cover to cover, so that odd numbers lie at the right.
        assert [str(it) for it in document.Root.PageLabels.Nums[1].values()] == ["/D", "1"]
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert titles[0] == "Two Questions"
        names = pikepdf.NameTree(document.Root.Names.Dests)
        page, _, x, y = list(names["q02"])[:4]
        (number,) = (n for n, it in enumerate(document.pages, 1) if it.objgen == page.objgen)
        # At the head of the text's column, 63 pt below the trim.
        height = float(page.MediaBox[3])
        assert float(y) == pytest.approx(height - mm(13) - 63, abs=2)
        assert float(x) == pytest.approx(mm(13 + (27.9 if number % 2 else 62)), abs=2)
        links = [link for it in document.pages for link in it.get("/Annots", [])]
        assert links
        for link in links:
            assert mm(13) < float(link.Rect[0]) < mm(13 + 215.9)


def test_a_cover_of_its_own_is_a_spread_with_a_fold(shop: Shop) -> None:
    folder = shop("--cover", "separate")
    with pikepdf.open(folder / "booklet-press-cover.pdf") as document:
        (page,) = document.pages
        trim = [float(side) for side in page.obj.TrimBox]
        assert trim[2] - trim[0] == pytest.approx(2 * mm(215.9), abs=0.01)
        assert trim[3] - trim[1] == pytest.approx(mm(279.4), abs=0.01)
    document_ = pypdfium2.PdfDocument(folder / "booklet-press-cover.pdf")
    text = document_[0].get_textpage().get_text_bounded()
    document_.close()
    assert text.count("Two Questions") == 3  # front, back, slug
    body = pypdfium2.PdfDocument(folder / "booklet-press.pdf")
    picture = body[0].render(scale=1, grayscale=True).to_pil()
    body.close()
    # The body begins with a plain title page: nothing above the title but marks.
    high = picture.crop((round(mm(10)), round(mm(10)), round(mm(230)), round(mm(120))))
    assert high.getextrema() == (255, 255)


def test_fold_marks_are_dashed_and_outside_the_bleed() -> None:
    """A sheet of 200 x 100 mm, folded in the middle, 3 mm of bleed: 13 mm to its left edge."""
    page = ShopPage(Size(mm(200), mm(100)), mm(3), (mm(100),))
    drawn = trim_marks(page, ["a slug"], fonts.folder() / "PharmSans-Regular.ttf")
    with pikepdf.open(io.BytesIO(drawn)) as document:
        form: Any = next(iter(dict(document.pages[0].Resources.XObject).values()))
        dashed, at = False, (0.0, 0.0)
        folds: list[tuple[float, ...]] = []
        upright: list[tuple[float, ...]] = []
        for instruction in pikepdf.parse_content_stream(form, "d m l"):
            if str(instruction.operator) == "d":
                dashed = len(instruction.operands[0]) > 0
                continue
            point = tuple(float(it) / mm(1) for it in instruction.operands)
            if str(instruction.operator) == "l":
                line = (at[0], *sorted((at[1], point[1])))
                (folds if dashed else upright).append(line)
            at = (point[0], point[1])
    assert sorted(folds) == [
        pytest.approx((113, 4, 9), abs=0.01),
        pytest.approx((113, 117, 122), abs=0.01),
    ]
    # No target stands on the fold: those above and below are in the middle of the left half.
    assert not [line for line in upright if line[0] == pytest.approx(113, abs=3)]


@pytest.mark.parametrize(
    ("count", "cover", "said"),
    [
        (60, "included", "15 sheets of four pages, nested and folded once at the spine"),
        (58, "included", "2 blank pages before the last make it 60"),
        (61, "included", "none: 16 folded sheets are too thick"),
        (8, "separate", "a file of its own"),
    ],
)
def test_the_ticket_says_how_to_bind(count: int, cover: str, said: str) -> None:
    assert said in " ".join(wanted(count, cover).values())


def test_the_ticket_of_both_files(shop: Shop) -> None:
    ticket = (shop("--cover", "separate") / "booklet-press-ticket.txt").read_text("utf-8")
    assert re.findall(r"^booklet-press.*\.pdf$", ticket, re.M) == [
        "booklet-press.pdf",
        "booklet-press-cover.pdf",
    ]
    flat = re.sub(r"\s+", " ", ticket)
    assert "Title Two Questions, edition 1.0" in flat
    assert "Trim 215.9 x 279.4 mm (8.5 x 11 in)" in flat


def test_in_black_there_is_black(shop: Shop) -> None:
    with pikepdf.open(shop("--ink", "black") / "booklet-press.pdf") as document:
        drawn = {
            str(it.operator) for page in document.pages for it in pikepdf.parse_content_stream(page)
        }
        assert not drawn & {"rg", "RG", "k", "K", "sc"}
        assert "/OutputIntents" not in document.Root


def test_the_brief_booklet_goes_to_a_shop_too(shop: Shop) -> None:
    document = pypdfium2.PdfDocument(shop("--brief", "--ink", "black") / "booklet-brief-press.pdf")
    found = [words(page) for page in document]
    document.close()
    assert "Q01" in found[2]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--edition", "press"], 4, "got neither profile nor black"),
        (["--cover", "separate"], 2, "--cover: only an edition for a print shop has that"),
        (["--bleed", "3mm", "--copies", "2"], 2, "--copies and --bleed: only an edition for a"),
        (["--edition", "press", "--ink", "black", "--caliper", "0.1mm"], 2, "--caliper is about"),
        (
            ["--edition", "press", "--ink", "black", "--printer", "desk"],
            2,
            "--printer desk: a print shop",
        ),
        (["--edition", "press", "--ink", "black", "--bleed", "50mm"], 2, "is not what a shop"),
    ],
)
def test_bad_input_is_told_once(arguments: list[str], code: int, said: str, tmp_path: Path) -> None:
    lay(tmp_path)
    result = run("build", "booklet", "--project", str(tmp_path), *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("error:") == 1
    assert not (tmp_path / "output").exists()


@pytest.mark.system
def test_verapdf_finds_what_the_files_claim(
    verapdf: Callable[[str, Path], str], shop: Shop
) -> None:
    for name in ("booklet-press.pdf", "booklet-press-cover.pdf"):
        file = shop("--cover", "separate") / name
        verdict = "".join(f"PASS\t{standard}\t{file}\n" for standard in ("ua1", "2a"))
        assert verapdf("ua1,2a", file) == verdict
    file = shop("--ink", "black") / "booklet-press.pdf"
    assert verapdf("ua1", file) == f"PASS\tua1\t{file}\n"
