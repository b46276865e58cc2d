"""What lies in the tray: a sheet and the cards that it becomes.

The bundled library is stocks.toml beside this module; a user's own stocks are the [stocks.NAME]
tables of pharmdocs.toml, read just as strictly. A Stock that exists is sound: every slot lies on
the sheet and none on another.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pharmdocs.errors import Location, Problem, SelectionError, SetupError, closest
from pharmdocs.geometry import PAPERS, TOLERANCE, Box, Size, mm, parse_length, to_mm
from pharmdocs.strict import SETTINGS, Table, Value, misspelt, read_text, read_toml

# What is printed on when nobody names a stock.
DEFAULTS = {"letter": "index-3x5-letter", "a4": "a7-a4"}

NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
_LIBRARY = Path(__file__).with_name("stocks.toml")
# On the box stands the number alone.
_MAKERS = ("avery-", "zweckform-")
# What a stock need not say.
USUAL: dict[str, str | list[str]] = {"gap": ["0mm", "0mm"], "safe": "3mm", "tolerance": "0.01mm"}
# A business card has 45 to 50 cm², an A7 card 66: smaller cards get the smaller type.
_ROOMY = mm(100) * mm(60)


@dataclass(frozen=True)
class Stock:
    """A sheet as it is fed, and its grid of cards; all lengths in points, seen from the front.

    `cut` is "perforated" (or punched) or "hand"; `paper` is "letter", "a4", or "" for a sheet of
    its own size. `trim` is what is printed, `nominal` what the maker writes on the box. `safe`
    keeps ink inside the trim, `floor` is the smallest body type. `also` are other names under
    which the same sheet is sold.
    """

    name: str
    sheet: Size
    trim: Size
    columns: int
    rows: int
    left: float
    top: float
    gap: Size
    cut: str
    paper: str
    safe: float
    floor: float
    nominal: str
    source: str
    confidence: str
    also: tuple[str, ...]
    note: str = ""

    def slots(self) -> tuple[Box, ...]:
        """Where the cards lie, row by row from the top left."""
        across, down = self.trim.width + self.gap.width, self.trim.height + self.gap.height
        return tuple(
            Box(self.left + column * across, self.top + row * down, self.trim)
            for row in range(self.rows)
            for column in range(self.columns)
        )

    @property
    def per_sheet(self) -> int:
        """How many cards a sheet holds."""
        return self.columns * self.rows


def read_stocks(own: Path | None, label: str) -> dict[str, Stock]:
    """Every stock by its name: the bundled ones, then the user's, which win.

    Args:
        own: the user's pharmdocs.toml; only its [stocks] are read. It need not exist.
        label: the name of that file in messages.

    Raises:
        SetupError: stocks that cannot be printed on; all their problems at once.
    """
    problems: list[Problem] = []
    bundled = read_toml(read_text(_LIBRARY, _LIBRARY.name, problems), _LIBRARY.name, problems)
    stocks = _stocks(bundled)
    if own is not None and own.exists():
        table = read_toml(read_text(own, label, problems), label, problems).of_format(SETTINGS)
        # The other keys of the file are the project's to judge; this one would hide a stock.
        for word in misspelt([key for key in table.values if key != "stocks"], ["stocks"]):
            table.complain(table.line_of(word), f"unknown key `{word}`", "did you mean `stocks`?")
        stocks |= _stocks(table.table("stocks"))
    if problems:
        raise SetupError(*sorted(problems, key=lambda problem: problem.where or Location("")))
    return stocks


def find_stock(name: str, stocks: dict[str, Stock]) -> Stock:
    """The stock of that name, or one that is also sold under it ("avery-8388", "8388").

    Raises:
        SelectionError: there is none, with the closest names.
    """
    known = {_plain(other): stock for stock in stocks.values() for other in stock.also} | stocks
    wanted = _plain(name)
    for whole in (wanted, *(maker + wanted for maker in _MAKERS)):
        if whole in known:
            return known[whole]
    near = get_close_matches(wanted, known)
    fix = closest(wanted, near) if near else "see them all with: pharmdocs stocks"
    raise SelectionError(Problem(None, f"there is no stock `{name}`", fix))


class Entry(Table):
    """A stock as somebody wrote it: a table that also reads lengths, which `strict` cannot."""

    def length(self, key: str) -> float | None:
        """Points, 0 or more; None for a missing or bad one."""
        found = self._get(key, "")
        return self._points(key, found.content, found.line) if found else None

    def size(self, key: str, least: float = 0.0) -> Size | None:
        """A width and a height in brackets; None for a missing or bad one."""
        form = f'{key} = ["63mm", "88mm"]'
        found = self._get(key, None, f"write {form}, width and height")
        if found is None:
            return None
        if not isinstance(found.content, list) or len(found.content) != 2:
            what = f"`{key}` must be two lengths, across and down"
            self.complain(found.line, what, f"write them in brackets: {form}")
            return None
        across, down = (self._points(key, item, found.line) for item in found.content)
        if across is None or down is None:
            return None
        if min(across, down) < least:
            self.complain(found.line, f"`{key}` has no width or no height", f"write {form}")
            return None
        return Size(across, down)

    def sheet(self) -> Size | None:
        """A paper by its name, or a size."""
        content = self.values["sheet"].content if "sheet" in self.values else None
        if isinstance(content, str) and not re.match(r"\s*[\d.-]", content):
            return PAPERS.get(self.choice("sheet", PAPERS))
        return self.size("sheet", least=TOLERANCE)

    def count(self, key: str) -> int | None:
        """A number of columns or rows; None for a bad one."""
        before = len(self.problems)
        found = self.number(key, 1, 99)
        return found if key in self.values and len(self.problems) == before else None

    def _points(self, key: str, content: object, line: int) -> float | None:
        text = str(content).strip()
        points = None
        with suppress(ValueError):
            points = parse_length(text)
        if points is None and re.fullmatch(r"\d+(\.\d+)?", text):
            what = f"`{key}` is {text} without a unit"
            fix = f'say what is meant: "{text}mm", "{text}in" or "{text}pt"'
        elif points is None:
            what = f"`{key}` is `{text}`, which is not a length"
            fix = 'write a number and its unit: "63mm", "2.5in" or "9pt"'
        elif points < 0:
            what = f"`{key}` is {text}, less than nothing"
            fix = "cards cannot lie on each other: 0mm or more" if key == "gap" else "0mm or more"
        elif points > mm(1000):
            what, fix = f"`{key}` is {text}, longer than any sheet here", "at most 1000mm"
        else:
            return points
        self.complain(line, what, fix)
        return None


def _stocks(tables: Table) -> dict[str, Stock]:
    """The stocks of a table of tables; what is unsound is noted and left out."""
    found: dict[str, Stock] = {}
    for name in tables.values:
        table = tables.table(name)
        if not re.fullmatch(NAME, name):
            fix = "name it with small letters, figures and hyphens: my-cards-a4"
            table.complain(table.line, f"`{name}` cannot be typed as --stock", fix)
        usual = {key: Value(value, table.line) for key, value in USUAL.items()}
        entry = Entry(table.file, table.line, usual | table.values, table.problems, table.name)
        found |= {} if table.spoilt else read_stock(name, entry)
    return found


def read_stock(name: str, entry: Entry) -> dict[str, Stock]:
    """The stock of an entry under its name; nothing when it has a problem."""
    before = len(entry.problems)
    sheet, trim, gap = entry.sheet(), entry.size("trim", least=TOLERANCE), entry.size("gap")
    columns, rows = entry.count("columns"), entry.count("rows")
    margins = {side: entry.length(side) for side in ("left", "right", "top", "bottom")}
    slack, safe, floor = (entry.length(key) for key in ("tolerance", "safe", "floor"))
    words = {key: entry.text(key, "") for key in ("nominal", "source", "note")}
    cut = entry.choice("cut", ("perforated", "hand"), "hand")
    confidence = entry.choice("confidence", ("high", "medium", "low"), "")
    also = entry.texts("also_sold_as", ())
    left = top = 0.0
    if sheet and trim and gap and slack is not None:
        across = _Axis("columns", "left", "right", sheet.width, trim.width, gap.width)
        left = across.begin(entry, columns, margins, slack) if columns else 0.0
        down = _Axis("rows", "top", "bottom", sheet.height, trim.height, gap.height)
        top = down.begin(entry, rows, margins, slack) if rows else 0.0
    if trim and floor is None:
        floor = 8.0 if trim.width * trim.height >= _ROOMY else 7.0
    _check_type(entry, trim, safe, floor)
    entry.close()
    sound = len(entry.problems) == before
    if not (sound and sheet and trim and gap and columns and rows and floor) or safe is None:
        return {}
    stock = Stock(
        name=name,
        sheet=sheet,
        trim=trim,
        columns=columns,
        rows=rows,
        left=left,
        top=top,
        gap=gap,
        cut=cut,
        paper=_paper(sheet),
        safe=safe,
        floor=floor,
        nominal=words["nominal"] or f"{to_mm(trim.width):g} x {_said(trim.height)}",
        source=words["source"] or entry.file,
        confidence=confidence,
        also=also,
        note=words["note"],
    )
    return {name: stock}


@dataclass(frozen=True)
class _Axis:
    """One direction of a grid: how its parts are called, and its lengths in points."""

    pieces: str
    before: str
    after: str
    sheet: float
    card: float
    gap: float

    def begin(
        self, entry: Entry, count: int, margins: dict[str, float | None], slack: float
    ) -> float:
        """The margin before the first card; centered when none is given. Notes what cannot be."""
        used = count * self.card + (count - 1) * self.gap
        room = self.sheet - used
        given, stated = margins[self.before], margins[self.after]
        off = (given or 0.0) + (stated or 0.0) - room
        side, margin = (self.after, stated) if given is None else (self.before, given)
        taken = f"the cards take {_said(used)} of the sheet's {_said(self.sheet)}"
        if room < -TOLERANCE:
            between = f" with {_said(self.gap)} between them" if self.gap else ""
            what = f"{count} {self.pieces} of {_said(self.card)}{between}: {taken}"
            fit = int((self.sheet + self.gap + TOLERANCE) / (self.card + self.gap))
            fix = f"{self.pieces} = {fit}, or smaller cards" if fit else "a smaller card"
            entry.complain(entry.line_of(self.pieces), f"{what}, {_said(-room)} too much", fix)
        elif margin is not None and margin > room + TOLERANCE:
            what = f"`{side}` is {_said(margin)} and {taken}, {_said(margin - room)} too much"
            fix = f"at most {_said(room)}; without the line the cards are centered"
            entry.complain(entry.line_of(side), what, fix)
        elif given is not None and stated is not None and abs(off) > slack + TOLERANCE:
            what = (
                f"`{self.before}`, the cards, their gaps and `{self.after}` add up to "
                f"{_said(self.sheet + off)}, {_said(abs(off))} {'more' if off > 0 else 'less'} "
                f"than the sheet"
            )
            fix = f"measure again, or leave out the line `{self.after}`"
            entry.complain(entry.line_of(self.after), what, fix)
        rest = room / 2 if stated is None else room - stated
        return max(0.0, rest) if given is None else given


def _check_type(entry: Entry, trim: Size | None, safe: float | None, floor: float | None) -> None:
    if trim and safe is not None and 2 * safe >= (side := min(trim.width, trim.height)):
        what = f"`safe` is {_said(safe)} on every side of a card of {_said(side)}: no room for ink"
        entry.complain(entry.line_of("safe"), what, "3mm is usual")
    if floor is not None and not 6 <= floor <= 12:
        what = f"`floor` is {floor:g} pt; the smallest type must be from 6 to 12 pt"
        entry.complain(entry.line_of("floor"), what, "7pt is usual on business cards, else 8pt")


def _plain(name: str) -> str:
    return "-".join(re.findall(r"[^\s_-]+", name.casefold()))


def _paper(sheet: Size) -> str:
    for name, paper in PAPERS.items():
        for way in (paper, Size(paper.height, paper.width)):
            if way.fits_in(sheet) and sheet.fits_in(way):
                return name
    return ""


def _said(points: float) -> str:
    return f"{round(to_mm(points), 3):g} mm"
