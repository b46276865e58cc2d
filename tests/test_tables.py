"""Tables of many columns: set closer while that is enough, else refused by file and line."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
import small_bank

from pharmdocs.booklet import build_booklet
from pharmdocs.build import Request
from pharmdocs.editions import Booklet, Shop
from pharmdocs.errors import LayoutError
from pharmdocs.geometry import Box, Size
from pharmdocs.pressbooklet import build_press_booklet
from pharmdocs.project import find_project
from pharmdocs.typesetting.boxes import Table
from pharmdocs.typesetting.findings import _too_wide
from pharmdocs.typesetting.typeset import Job

MM = 72 / 25.4
# At 9 pt with the usual gaps this is 25 mm too wide, and would end 3 mm from the paper's edge.
CLOSE = ["dose123"] * 6 + ["re-do274", "dihydrochloride555555"]
CARDS = "id,front,back,category,tags\nc1,What is *this* **word** for?,For *that*.,safety,\n"


def table(cells: list[str], rows: int = 1) -> str:
    row = f"| {' | '.join(cells)} |\n"
    return f"{row}|{'---|' * len(cells)}\n{row * rows}"


def bank(root: Path, prose: str) -> Request:
    small_bank.lay(root)
    file = root / "content/small/q01.md"
    text = file.read_text(encoding="utf-8")
    assert text.splitlines()[15] == "## Why they ask"
    file.write_text(text.replace("They want a routine.", prose), encoding="utf-8")
    (root / "content/small/cards.csv").write_text(CARDS, encoding="utf-8")
    return Request(find_project(root))


def right_edges(path: Path, word: str) -> list[float]:
    """Where each of these words ends, in millimeters from the left edge of the paper."""
    edges = []
    for page in pypdfium2.PdfDocument(path):
        text = page.get_textpage()
        finder = text.search(word, match_case=True)
        while found := finder.get_next():
            edges.append(text.get_charbox(found[0] + found[1] - 1)[2] / MM)
    return edges


def test_many_columns_move_together_and_emphasis_in_their_heads_is_set(tmp_path: Path) -> None:
    emphasised = table(["*Name*", "**Form** and *strength*", "***Count***"])
    made = build_booklet(bank(tmp_path, f"{table(CLOSE)}\n{emphasised}"))
    edges = right_edges(made.path, "dihydrochloride555555")
    assert len(edges) == 2
    # The text of a letter page ends 188 mm from its left edge: 20 mm of margin, and 168 mm.
    assert max(edges) < 188.1
    assert len(right_edges(made.path, "strength")) == 2
    assert len(right_edges(made.path, "What is this word for?")) == 1


def test_a_table_that_is_too_wide_is_told_once_by_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(LayoutError) as caught:
        build_booklet(bank(tmp_path, table([*CLOSE, "rehydration"], rows=90)))
    (problem,) = caught.value.problems
    assert problem.where is not None
    assert (problem.where.file, problem.where.line) == ("content/small/q01.md", 16)
    assert "a table of 9 columns is" in problem.what
    assert problem.what.endswith("too wide, the widest in it “dihydrochloride555555”")
    assert "leave a column out" in problem.fix


def test_a_table_whose_widest_part_is_a_picture_is_told_so() -> None:
    wide = Table(Box(0, 0, Size(90, 9)), 9.0, 8, "", "q01.md:16", goes_on=False)
    page: Any = SimpleNamespace(tables=(wide,))
    (problem,) = _too_wide(page, 1)
    assert problem.what.endswith("too wide, the widest in it a picture")


def test_a_card_too_wide_for_its_table_is_told_by_its_row(tmp_path: Path) -> None:
    request = bank(tmp_path, "x")
    with (tmp_path / "content/small/cards.csv").open("a", encoding="utf-8") as file:
        file.write(f"c2,{'W' * 60},{'W' * 60},safety,\n")
    with pytest.raises(LayoutError) as caught:
        build_booklet(request)
    assert [str(problem.where) for problem in caught.value.problems] == [
        "content/small/cards.csv:3"
    ]


def test_thousands_of_cards_are_tables_of_a_thousand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One table of all took 0.2 MB a card, and more than a child may have for 20,000."""
    request = bank(tmp_path, "x")
    rows = "".join(f"c{number},a,b,safety,\n" for number in range(2_500))
    text = f"{CARDS.splitlines()[0]}\n{rows}"
    (tmp_path / "content/small/cards.csv").write_text(text, encoding="utf-8")
    sections: list[str] = []

    def caught(job: Job, *_: object) -> None:
        sections.extend(job.html.split('<template class="section"'))
        raise InterruptedError

    monkeypatch.setattr("pharmdocs.bookletpages.set_sections", caught)
    with pytest.raises(InterruptedError):
        build_booklet(request)
    found = [re.findall(r'<tr id="c(\d+)"', section) for section in sections]
    assert [len(ids) for ids in found if ids] == [1_000, 1_000, 500]
    assert [int(id_) for ids in found for id_ in ids] == list(range(2_500))
    # Every piece is of its category, and of the pages that are counted.
    assert all(
        section.count("</section>") == section.count("<section")
        and '<div class="main">' in section
        and "cat-safety" in section
        for section, ids in zip(sections, found, strict=True)
        if ids
    )


def test_a_table_in_the_outer_margin_is_not_too_wide(tmp_path: Path) -> None:
    """Where pages face each other, plain cards hang left of the text, or else right of it."""
    request = replace(bank(tmp_path, "They ask."), ink="black")
    folder = tmp_path / "content/small"
    with (folder / "bank.toml").open("a", encoding="utf-8") as file:
        file.write('\n[categories.more]\nname = "More"\nshape = "circle"\ncolor = "#0b5c6b"\n')
    cards = CARDS + CARDS.splitlines()[1].replace("c1", "c2").replace("safety", "more") + "\n"
    (folder / "cards.csv").write_text(cards, encoding="utf-8")
    made = build_press_booklet(request, Booklet("press"), Shop())
    # Once on a left-hand page, once on a right-hand one.
    assert len(right_edges(made.paths[0], "What is this word for?")) == 2
