"""What docs and README say of speed is what was measured; drawn and counted as with a pencil."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import make_chart
import make_figures
import pytest
from make_chart import Axis, apart, chart, described, ticks

ROOT = Path(__file__).resolve().parent.parent

USES = [{"wall": wall, "cpu": 2 * wall, "memory": 90 + wall} for wall in (2.0, 9.0, 1.0)]
FOUND: dict[str, Any] = {
    "machine": {
        "date": "2026-11-28T03:40:00+00:00", "whole": True, "system": "Linux", "cores": 2,
        "processor": "Abacus", "load": [0.04, 0, 0], "versions": {"Python": "3.11", "typst": "9"},
    },
    "runs": {
        "1,000 cards anew": {"uses": USES, "bytes": 1_234_567},
        "in a process that stays": {"uses": [{"wall": 120, "cpu": 0, "memory": 0}], "bytes": None},
    },
    "ratios": [
        {"name": "anew", "beside": "naive", "target": 0.5, "held": {"wall": 0.5}, "told": {}},
        {"name": "help", "beside": "", "target": 2, "held": {"wall": 1.9, "cpu": 2.01}, "told": {}},
        {"name": "most", "beside": "", "target": 400, "held": {"MB": 93.4}, "told": {}},
        {"name": "anew", "beside": "Typst", "target": None, "held": {}, "told": {"wall": 0.04}},
    ],
    "points": {"pharmdocs": {"100": 1.0, "10000": 100.0}, "Typst": {"100": 0.5}},
}  # fmt: skip

BLOCK = """\
28 November 2026, Linux, Abacus, 2 cores, load 0.0 before it began; Python 3.11, typst 9.

| What | Beside | Target | Measured |
|---|---|--:|--:|
| anew | naive | 0.50 | 0.50 |
| help |  | 2 | **2.01** |
| most |  | 400 MB | 93 MB |
| anew | Typst |  | 0.040 |

Bold: the target is missed. Where there is none, it is told for comparison.

Medians, with the least and the most:

| | Seconds by the clock | Of the processors | MB, biggest process | MB, file |
|---|--:|--:|--:|--:|
| 1,000 cards anew | 2.00 (1.00–9.00) | 4.00 | 99 | 1.23 |
| in a process that stays | 120 |  |  |  |

The chart’s points, seconds by the clock:

| Cards | 100 | 10,000 |
|---|--:|--:|
| pharmdocs | 1.00 | 100 |
| Typst | 0.50 |  |
"""


def test_the_docs_tell_what_was_measured() -> None:
    page = make_figures.PAGE.read_text(encoding="utf-8")
    assert make_figures.put(page, make_figures.block(make_figures.measured())) == page


def test_the_chart_shows_what_was_measured() -> None:
    drawn = make_chart.PICTURE.read_text(encoding="utf-8")
    assert drawn == chart(make_figures.measured()["points"])


def test_the_tables() -> None:
    assert make_figures.block(FOUND) == BLOCK


def test_of_two_results_the_later_one_counts() -> None:
    later = {
        "machine": {"cores": 8},
        "runs": {"1,000 cards anew": {"uses": [], "bytes": 1}},
        "ratios": [{**FOUND["ratios"][0], "held": {"wall": 0.3}}],
        "points": {"Typst": {"100": 0.4}},
    }
    found = make_figures.together([FOUND, later])
    assert found["machine"] == {"cores": 8}
    assert [run["bytes"] for run in found["runs"].values()] == [1, None]
    assert [row["held"] for row in found["ratios"]][0::3] == [{"wall": 0.3}, {}]
    assert found["points"] == {**FOUND["points"], "Typst": {"100": 0.4}}


def test_the_newest_whole_run_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a part or a quick one says is no figure, however new it is."""
    part = {**FOUND, "machine": {**FOUND["machine"], "whole": False, "cores": 8}}
    older = {**FOUND, "machine": {**FOUND["machine"], "cores": 1}}
    for day, found in ((1, older), (2, FOUND), (3, part)):
        told = tmp_path / "results" / f"2026-11-0{day}.json"
        told.parent.mkdir(exist_ok=True)
        told.write_text(json.dumps(found), encoding="utf-8")
    page, kept = tmp_path / "page.md", tmp_path / "kept.json"
    page.write_text(f"a\n{make_figures.BEGIN}old\n{make_figures.END}z\n", encoding="utf-8")
    for name, place in (("RESULTS", told.parent), ("PAGE", page), ("MEASURED", kept)):
        monkeypatch.setattr(make_figures, name, place)
    make_figures.main([])
    written = page.read_text(encoding="utf-8")
    assert written == f"a\n{make_figures.BEGIN}\n{BLOCK}\n{make_figures.END}z\n"
    assert json.loads(kept.read_text(encoding="utf-8"))["machine"]["cores"] == 2


def test_the_benchmarks_write_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    measure, report = map(importlib.import_module, ("measure", "report"))
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    uses = [measure.Use(**use) for use in USES]
    file = tmp_path / "file.pdf"
    file.write_bytes(b"x" * 1_234_567)
    made = report.Report()
    made.add("1,000 cards anew", uses, file)
    made.judge("anew", "naive", {"wall": 0.5, "cpu": 0.7}, 0.5, told=("cpu",))
    made.tell("anew", "Typst", {"wall": 0.04})
    made.point("pharmdocs", 100, uses)
    path = made.write({**report.machine(), "date": "2026-11-28T03:40:00+00:00"})
    lines = make_figures.block(json.loads(path.read_text(encoding="utf-8"))).splitlines()
    for row in ("anew | naive | 0.50 | 0.50", "anew | Typst |  | 0.040", "pharmdocs | 2.00"):
        assert f"| {row} |" in lines
    assert "| 1,000 cards anew | 2.00 (1.00–9.00) | 4.00 | 99 | 1.23 |" in lines


def test_ten_is_halfway_from_one_to_a_hundred() -> None:
    assert Axis(1, 100, 400, 0).at(10) == pytest.approx(200)


def test_the_axis_goes_from_one_round_number_to_another() -> None:
    assert ticks(0.13, 9) == pytest.approx([0.1, 0.2, 0.5, 1, 2, 5, 10])
    assert ticks(1, 1) == pytest.approx([1, 2])


def test_labels_stand_apart_and_keep_their_order() -> None:
    assert apart([100, 300, 100], 20, 400) == pytest.approx([90, 300, 110])
    assert apart([395, 400], 20, 400) == pytest.approx([380, 400], abs=0.1)


def test_a_line_runs_from_corner_to_corner() -> None:
    """From 1 s for 100 cards to 100 s for 10,000: the lower left and the upper right."""
    (line,) = re.findall(
        r'stroke-width="2.5" d="([^"]+)"', chart({"pharmdocs": {"100": 1.0, "10000": 100.0}})
    )
    assert line == "M58.00 408.00L590.00 58.00"


def test_the_chart_says_in_words_where_its_lines_end() -> None:
    assert described(FOUND["points"]).endswith("At 10,000 cards: pharmdocs 100 s, Typst 0.50 s.")


def test_every_letter_that_is_used_is_drawn_once() -> None:
    picture = chart(FOUND["points"])
    drawn = re.findall(r'<path id="([^"]+)"', picture)
    assert len(drawn) == len(set(drawn))
    assert set(re.findall(r'href="#([^"]+)"', picture)) == set(drawn)
    # The title is bold, the label of another than us is not.
    assert {f"B{ord('S')}", f"R{ord('T')}"} <= set(drawn)
