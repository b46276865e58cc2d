"""What the desk shows in a browser: a page for an order, and of that page what changes."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pharmdocs.desk.desk import Desk, View
from pharmdocs.desk.orders import PRINTABLES, TYPED, Choice, Order, choices, order_of
from pharmdocs.desk.shown import Built, Sheet
from pharmdocs.errors import PharmdocsError
from pharmdocs.imposition.stock import read_stocks
from pharmdocs.project import Project, find_project
from pharmdocs.strict import read_text
from pharmdocs.typesetting.templates import environment, fill
from pharmdocs.wording import count

# Pixels of a browser in a point.
_PIXELS = 96 / 72


class Pages:
    """The pages of one project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._templates = environment(Project(root), {"address": address})
        # Hundreds of sheets, the same while a draft comes before them.
        self._all = lru_cache(maxsize=4)(self._filled)

    def choices(self, printable: str) -> tuple[Choice, ...]:
        """What can be chosen of a printable now; of settings that are broken, the bundled ones."""
        try:
            project = find_project(self.root)
            stocks = read_stocks(self.root / "pharmdocs.toml", "pharmdocs.toml")
        except PharmdocsError:
            project, stocks = Project(self.root), read_stocks(None, "")
        named = {name: f"{name} ({it.paper or 'its own size'})" for name, it in stocks.items()}
        return choices(printable, project.banks(), named)

    def order(self, asked: Mapping[str, str]) -> Order:
        """What an address asks for; a ValueError says what there is not."""
        return order_of(asked, self.choices)

    def whole(self, order: Order, view: View, desk: Desk) -> str:
        """The page for an order."""
        return fill(self._templates, "desk/page.html.j2", self._context(order, view, desk))

    def part(self, order: Order, view: View, desk: Desk) -> str:
        """Of that page what changes."""
        return fill(self._templates, "desk/view.html.j2", self._context(order, view, desk))

    def file(self, name: str) -> str:
        """The style sheet or the script."""
        path, label = Project(self.root).template(f"desk/{name}")
        return read_text(path, label, [])

    def _context(self, order: Order, view: View, desk: Desk) -> dict[str, Any]:
        return {
            "printables": list(PRINTABLES),
            "order": order,
            "choices": self.choices(order.printable),
            "typed": TYPED,
            "view": view,
            "whole": self._all(view.whole, desk.key_of(view.whole)) if view.whole else None,
            "changed": _changed(view, desk),
        }

    def _filled(self, built: Built, key: str) -> dict[str, Any]:
        """What the template needs of a file, its sheets filled in."""
        whole = _shown(built, key, built.sheets)
        filled = fill(self._templates, "desk/sheets.html.j2", {"shown": whole, "place": "sheet"})
        return whole | {"sheets": filled}


def address(order: Order) -> str:
    """The part of an address behind its question mark that asks for an order."""
    asked = [("printable", order.printable), *order.options]
    return urlencode([(key, value) for key, value in asked if value])


def _changed(view: View, desk: Desk) -> dict[str, Any] | None:
    """The sheets of what was changed last: as a draft until the whole is there."""
    shown = view.draft or view.whole
    if not (shown and view.changed):
        return None
    found = _shown(shown, desk.key_of(shown), shown.of(view.changed))
    if view.draft:
        # Where they will stand is not known yet.
        for at, sheet in enumerate(found["sheets"], 1):
            sheet["name"] = f"Draft, {shown.unit} {at}"
    names = ", ".join(name.upper() for name in view.changed)
    return {"names": names, "draft": bool(view.draft)} | found


def _shown(built: Built, key: str, sheets: tuple[Sheet, ...]) -> dict[str, Any]:
    """What the template needs of a built file, and of those of its sheets that are shown."""
    most = len(built.sheets)
    return {
        "key": key,
        "files": built.files,
        "hint": built.hint,
        "concerns": built.concerns,
        "said": count(most, built.unit),
        "sheets": [
            {
                "name": f"{built.unit.capitalize()} {sheet.number} of {most}",
                "ids": ", ".join(name.upper() for name in sheet.ids),
                "faces": [
                    {
                        "side": "" if built.unit == "page" else ("front", "back")[at],
                        "address": f"{face.file}/{face.page}",
                        "width": round(face.width * _PIXELS),
                        "height": round(face.height * _PIXELS),
                    }
                    for at, face in enumerate(sheet.faces)
                ],
            }
            for sheet in sheets
        ],
    }
