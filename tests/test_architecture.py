"""The import table: which part of pharmdocs may know which, and to whom a library belongs.

Imports are read from the source, the late ones inside functions and those for types as well. A
module without a row is red: decide what it may know, then write it down.
"""

import ast
import sys
from pathlib import Path

import click
import pytest

from pharmdocs.bank.model import DIFFICULTIES, SETTINGS
from pharmdocs.cli import bank_new, main, options
from pharmdocs.editions import EDITIONS
from pharmdocs.flashcards import EDITIONS as CARD_EDITIONS
from pharmdocs.geometry import PAPERS
from pharmdocs.imposition import schemes
from pharmdocs.imposition.saddle import BINDINGS
from pharmdocs.people.person import FIELDS
from pharmdocs.pressbooklet import COVERS
from pharmdocs.project import INKS

ROOT = Path(__file__).parent.parent / "pharmdocs"
MODULES = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.rglob("*.py"))]
LONGEST = 300

# Module: the parts of pharmdocs that it may import, the libraries that it may import.
TABLE = {
    "__init__.py": ("", ""),
    "__main__.py": ("cli", ""),
    "errors.py": ("", ""),
    "geometry.py": ("", ""),
    "locks.py": ("", ""),
    "once.py": ("", ""),
    "shipped.py": ("", ""),
    "children.py": ("errors", ""),
    "pool.py": ("children errors", ""),
    "wording.py": ("", ""),
    "strict/__init__.py": ("strict", ""),
    "strict/colors.py": ("", ""),
    "strict/table.py": ("errors strict", ""),
    "strict/text.py": ("errors", ""),
    "strict/toml.py": ("errors strict", ""),
    "strict/front_matter.py": ("errors strict", "yaml"),
    "strict/cells.py": ("errors", ""),
    "strict/workbook.py": ("errors strict", "openpyxl"),
    "bank/__init__.py": ("", ""),
    "bank/model.py": ("errors", "markdown_it"),
    "bank/slim.py": ("", "markdown_it"),
    "bank/terms.py": ("bank", ""),
    "bank/markup.py": ("bank errors", "markdown_it"),
    "bank/files.py": ("bank errors pictures strict", "markdown_it"),
    "bank/questions.py": ("bank errors strict", ""),
    "bank/around.py": ("bank errors strict wording", ""),
    "bank/load.py": ("bank errors strict", ""),
    "bank/lint.py": ("bank errors strict", ""),
    "bank/skeleton.py": ("bank errors", ""),
    "bank/select.py": ("bank errors", ""),
    "people/__init__.py": ("", ""),
    "people/fields.py": ("errors", ""),
    "people/dates.py": ("errors", ""),
    "people/person.py": ("errors people strict", ""),
    "people/mail.py": ("bank errors people wording", ""),
    "people/qr.py": ("errors geometry", "segno"),
    "people/csv_file.py": ("errors strict", ""),
    "people/headings.py": ("errors people strict", ""),
    "people/xlsx_file.py": ("errors pool strict", ""),
    "people/roster.py": ("errors people strict", ""),
    "people/names.py": ("", ""),
    "pictures.py": ("", "PIL"),
    "tones.py": ("pictures", "PIL tinycss2"),
    "logo.py": ("pictures tones", ""),
    "brand.py": ("logo people strict", ""),
    "project.py": ("bank brand errors geometry people shipped strict", ""),
    "imposition/__init__.py": ("", ""),
    "imposition/stock.py": ("errors geometry strict", ""),
    "imposition/schemes.py": ("errors geometry imposition", ""),
    "imposition/uncut.py": ("geometry imposition", ""),
    "imposition/zine.py": ("geometry imposition", ""),
    "imposition/drawing.py": ("geometry imposition", ""),
    "cardsetting.py": ("bank build errors geometry imposition typesetting", ""),
    "flashcards.py": (
        "bank build cardsetting children corrections errors geometry history imposition lifts"
        " manifest preflight pressing promised sheets typesetting",
        "",
    ),
    "lifts.py": ("bank imposition sheets typesetting", ""),
    "pressing.py": (
        "build errors imposition lifts pool preflight promised sheets typesetting",
        "",
    ),
    "objects.py": ("", "pikepdf"),
    "imposition/collate.py": ("imposition", ""),
    "imposition/sheaf.py": ("imposition objects", "pikepdf"),
    "imposition/leaf.py": ("imposition", ""),
    "imposition/pieces.py": ("", ""),
    "imposition/written.py": ("", ""),
    "checklist.py": (
        "build checklistpages corrections errors geometry imposition known manifest people"
        " preflight sheets typesetting",
        "",
    ),
    "checklistpages.py": (
        "bank build errors geometry known people preflight promised typesetting",
        "",
    ),
    "known.py": ("bank errors people typesetting", ""),
    "candidates.py": ("bank errors known people typesetting", ""),
    "plan.py": ("build candidates checklist checklistpages errors people typesetting", ""),
    "journal.py": ("build errors manifest", ""),
    "print_run.py": (
        "build checklist checklistpages corrections errors geometry imposition journal manifest"
        " people plan preflight separate staging typesetting wording",
        "",
    ),
    "separate.py": (
        "build checklistpages errors journal known people plan pool preflight typesetting",
        "",
    ),
    "zine.py": (
        "build corrections errors geometry imposition manifest preflight promised typesetting"
        " zinepages",
        "",
    ),
    "zinepages.py": (
        "bank brand build errors geometry imposition people typesetting",
        "",
    ),
    "imposition/zine_marks.py": ("geometry imposition", ""),
    "preflight/folded.py": ("errors geometry preflight", "pikepdf"),
    "typesetting/code.py": ("errors typesetting", "pikepdf"),
    "typesetting/stamping.py": ("typesetting", ""),
    "typesetting/volume.py": ("typesetting", "pikepdf"),
    "preflight/leaves.py": ("errors geometry preflight", "pikepdf"),
    "preflight/run.py": ("errors preflight", "pikepdf"),
    "coverage.py": ("", "PIL pypdfium2"),
    "printjob.py": ("coverage", ""),
    "runsheet.py": (
        "bank brand build coverage errors geometry people preflight printjob promised typesetting",
        "",
    ),
    "packet_parts.py": (
        "bank booklet build checklist coverage editions flashcards imposition people plan print_run"
        " printjob zine",
        "",
    ),
    "packet.py": (
        "bank build errors manifest packet_parts people plan preflight print_run printjob runsheet"
        " staging"
        " typesetting",
        "",
    ),
    "staging.py": ("build errors locks unchanged", ""),
    "unchanged.py": ("errors typesetting", ""),
    "everything.py": ("build printables staging", ""),
    "manifest.py": ("__version__ bank errors preflight typesetting", ""),
    "history.py": ("bank build errors manifest typesetting", ""),
    "promised.py": (
        "bank corrections geometry imposition preflight sheets typesetting wording",
        "",
    ),
    "judge.py": ("errors manifest opened preflight", "pikepdf"),
    "sheets.py": (
        "__version__ corrections errors geometry imposition manifest preflight typesetting wording",
        "pikepdf",
    ),
    "imposition/canvas.py": ("geometry", "reportlab"),
    "imposition/plates.py": ("imposition", "PIL pikepdf"),
    "imposition/profile.py": ("errors", "PIL"),
    "imposition/shop.py": ("errors geometry imposition", "pikepdf"),
    "imposition/trimmarks.py": ("geometry imposition", ""),
    "preflight/bleeding.py": ("geometry", "PIL pypdfium2"),
    "preflight/drawn.py": ("", "pikepdf"),
    "preflight/shop.py": ("errors geometry preflight", "pikepdf"),
    "presscards.py": (
        "build cardsetting corrections editions errors flashcards geometry imposition manifest"
        " preflight promised sheets shop ticket typesetting",
        "",
    ),
    "pressbooklet.py": (
        "bank booklet bookletpages build corrections editions geometry imposition manifest"
        " preflight promised shop ticket typesetting",
        "",
    ),
    "typesetting/mirror.py": ("", ""),
    "typesetting/apart.py": ("", ""),
    "typesetting/fetching.py": ("tones", "weasyprint"),
    "typesetting/folios.py": ("errors typesetting", ""),
    "typesetting/sections.py": ("errors typesetting", ""),
    "shop.py": (
        "__version__ editions errors geometry imposition pool preflight promised typesetting"
        " wording",
        "",
    ),
    "ticket.py": ("geometry imposition manifest preflight", ""),
    "imposition/marks.py": ("errors geometry imposition", ""),
    "imposition/stamp.py": ("geometry imposition", ""),
    "imposition/face.py": ("geometry", ""),
    "imposition/printer.py": ("geometry imposition", ""),
    "imposition/verniers.py": ("errors geometry imposition", ""),
    "imposition/instructions.py": ("imposition", ""),
    "imposition/calibrate.py": ("geometry imposition", ""),
    "imposition/correct.py": ("errors geometry imposition", "pikepdf"),
    "printers.py": ("build errors imposition printer_table strict", "platformdirs"),
    "corrections.py": ("build errors geometry imposition preflight printer_table printers", ""),
    "preflight/moved.py": ("errors geometry", "pypdfium2"),
    "printer_table.py": ("errors geometry imposition strict", ""),
    "calibration.py": (
        "build errors geometry imposition preflight printer_table printers typesetting",
        "pikepdf",
    ),
    "preflight/faces.py": ("preflight", "pikepdf"),
    "imposition/saddle.py": ("errors geometry imposition", ""),
    "imposition/saddle_marks.py": ("geometry imposition", ""),
    "imposition/outline.py": ("", "pikepdf"),
    "preflight/registration.py": ("errors geometry preflight", "pikepdf"),
    "typesetting/blanks.py": ("bank", ""),
    "typesetting/columns.py": ("", ""),
    "preflight/letters.py": ("", "pikepdf"),
    "typesetting/deck.py": ("bank errors once", "markupsafe"),
    "typesetting/forms.py": ("errors geometry typesetting", "pikepdf"),
    "typesetting/one_page.py": ("errors geometry typesetting wording", ""),
    "typesetting/flowing.py": ("errors geometry typesetting wording", ""),
    "typesetting/values.py": ("typesetting", ""),
    "typesetting/fit.py": ("errors geometry typesetting wording", ""),
    "typesetting/join.py": ("typesetting", "pikepdf"),
    "typesetting/gathering.py": ("objects typesetting", "pikepdf"),
    "typesetting/standing.py": ("pool typesetting", ""),
    "typesetting/loose.py": ("errors pool typesetting", ""),
    "typesetting/places.py": ("typesetting", ""),
    "typesetting/setting.py": ("errors geometry typesetting", ""),
    "imposition/press.py": ("errors geometry imposition", "pikepdf"),
    "imposition/content.py": ("objects", "pikepdf"),
    "typesetting/__init__.py": ("", ""),
    "typesetting/accessible.py": ("geometry typesetting", "pikepdf"),
    "typesetting/boxes.py": ("geometry wording", ""),
    "typesetting/findings.py": ("errors geometry typesetting wording", ""),
    "typesetting/fonts.py": ("errors shipped", "fontTools"),
    "typesetting/loading.py": ("", "_cffi_backend cffi tinycss2 weasyprint"),
    "typesetting/mending.py": ("typesetting", ""),
    "typesetting/described.py": ("", "weasyprint"),
    "typesetting/tidy.py": ("", ""),
    "typesetting/cache.py": ("pool typesetting", ""),
    "typesetting/store.py": ("typesetting", ""),
    "typesetting/keeping.py": ("", "platformdirs"),
    "typesetting/printable.py": ("brand errors project strict typesetting", ""),
    "typesetting/render.py": ("__version__ bank project strict typesetting wording", "markupsafe"),
    "typesetting/sides.py": ("once project typesetting", "markupsafe"),
    "typesetting/templates.py": ("errors project strict", "jinja2"),
    "typesetting/strings.py": ("errors project shipped strict typesetting", ""),
    "typesetting/typeset.py": ("errors geometry typesetting", ""),
    "preflight/__init__.py": ("errors preflight", "pikepdf"),
    "preflight/aloud.py": ("preflight", ""),
    "preflight/bound.py": ("preflight", "pikepdf"),
    "preflight/stored.py": ("preflight", ""),
    "preflight/syntax.py": ("", "pikepdf"),
    "preflight/whole.py": ("errors preflight", "pikepdf"),
    "preflight/actions.py": ("errors", "pikepdf"),
    "preflight/contrast.py": ("errors preflight", ""),
    "preflight/embedding.py": ("errors", "pikepdf"),
    "preflight/inked.py": ("coverage errors preflight", "pypdfium2"),
    "preflight/pictures.py": ("errors preflight", ""),
    "preflight/promise.py": ("errors geometry", ""),
    "preflight/safe_area.py": ("errors geometry preflight", ""),
    "preflight/seen.py": ("errors geometry wording", "pypdfium2"),
    "preflight/signs.py": ("errors preflight", ""),
    "preflight/undone.py": ("", "pikepdf"),
    "preflight/order.py": ("errors geometry preflight", "pikepdf"),
    "preflight/told.py": ("geometry preflight", ""),
    "preflight/type_size.py": ("errors preflight", ""),
    "preflight/viewer.py": ("errors preflight", "pikepdf"),
    "preflight/fields.py": ("errors preflight", "pikepdf"),
    "preflight/glyphs.py": ("errors preflight typesetting", "fontTools pikepdf"),
    "preflight/pages.py": ("errors geometry preflight", "pikepdf"),
    "preflight/structure.py": ("errors preflight", "pikepdf"),
    "preflight/text.py": ("errors preflight wording", "pypdfium2"),
    "opened.py": ("errors geometry pool", "pypdfium2"),
    "proofs.py": ("build errors geometry imposition opened staging typesetting", "PIL pypdfium2"),
    "printables.py": ("booklet build checklist flashcards zine", ""),
    "printing.py": ("errors geometry manifest opened", ""),
    "checkup.py": ("errors overrides project shipped typesetting", "weasyprint"),
    "overrides.py": ("__version__ errors project shipped strict", ""),
    "authoring.py": ("bank build errors project", ""),
    "importing.py": ("bank build errors pool project staging strict", ""),
    "starter.py": ("__version__ build errors overrides project shipped staging", ""),
    "build.py": ("bank errors locks project typesetting unchanged", ""),
    "editions.py": ("build errors geometry imposition typesetting", ""),
    "bookletpages.py": ("bank build editions folding imposition typesetting", ""),
    "booklet.py": (
        "bank bookletpages build corrections editions errors folding geometry imposition manifest"
        " preflight promised sheets typesetting wording",
        "",
    ),
    "folding.py": (
        "__version__ errors geometry imposition preflight sheets typesetting wording",
        "",
    ),
    "cli/__init__.py": ("__version__ cli errors", "click"),
    "cli/again.py": (
        "children cli desk pressing printers project shipped typesetting unchanged",
        "click",
    ),
    "cli/bank.py": ("bank build cli errors project wording", "click"),
    "cli/bank_new.py": ("authoring bank cli project", "click"),
    "cli/build.py": (
        "booklet build checklist cli editions flashcards plan pressbooklet presscards print_run"
        " shop typesetting zine",
        "click",
    ),
    "cli/calibrate.py": ("build calibration cli geometry imposition printers project", "click"),
    "desk/__init__.py": ("", ""),
    "desk/watching.py": ("errors project", ""),
    "desk/orders.py": ("", ""),
    "desk/roads.py": (
        "booklet build checklist desk editions flashcards pressbooklet presscards zine",
        "",
    ),
    "desk/drafts.py": (
        "bank build cardsetting desk flashcards manifest once typesetting",
        "",
    ),
    "desk/shown.py": ("manifest opened proofs", ""),
    "desk/workshop.py": (
        "bank build cardsetting children desk errors imposition manifest overrides"
        " pressing printables project typesetting",
        "",
    ),
    "desk/desk.py": ("desk errors", ""),
    "desk/pages.py": ("desk errors imposition project strict typesetting wording", ""),
    "desk/app.py": ("desk errors", "starlette"),
    "desk/serving.py": ("desk errors", "starlette uvicorn"),
    "typesetting/surroundings.py": ("typesetting", ""),
    "typesetting/cluster.py": ("errors typesetting", "distributed"),
    "cli/cache.py": ("typesetting", "click"),
    "cli/exchange.py": ("bank build cli importing project wording", "click"),
    "bank/exchange/__init__.py": ("", ""),
    "bank/exchange/note.py": ("bank", ""),
    "bank/exchange/written.py": ("bank", "markdown_it"),
    "bank/exchange/found.py": ("bank errors", ""),
    "bank/exchange/tables.py": ("bank errors strict", ""),
    "bank/exchange/read.py": ("bank errors strict", ""),
    "bank/exchange/package.py": ("bank errors", "zstandard"),
    "bank/exchange/collection.py": ("bank errors", ""),
    "bank/exchange/apkg.py": ("bank errors strict", ""),
    "bank/exchange/anki.py": ("bank errors", "genanki markdown_it"),
    "bank/exchange/html.py": ("bank errors", "markdownify nh3"),
    "bank/exchange/bank.py": ("bank", ""),
    "cli/doctor.py": ("checkup cli", "click"),
    "cli/init.py": ("cli starter", "click"),
    "cli/printers.py": ("cli printers project", "click"),
    "cli/options.py": ("build cli errors geometry overrides plan project typesetting", "click"),
    "cli/packet.py": ("build cli everything packet plan", "click"),
    "cli/check.py": ("cli errors geometry judge preflight wording", "click"),
    "cli/print.py": ("cli printing", "click"),
    "cli/proof.py": ("build cli errors manifest printables proofs wording", "click"),
    "cli/report.py": (
        "authoring booklet calibration checklist errors flashcards imposition packet print_run"
        " shop unchanged wording zine",
        "click",
    ),
    "cli/signals.py": ("", ""),
    "cli/serve.py": ("cli desk", "click"),
    "cli/stocks.py": ("build cli imposition", "click"),
}

# Library: the modules, or the folders, to which it belongs.
OWNERS = {
    "click": ("cli/",),
    "jinja2": ("typesetting/templates.py",),
    "cffi": ("typesetting/loading.py",),
    "_cffi_backend": ("typesetting/loading.py",),
    "markupsafe": ("typesetting/deck.py", "typesetting/render.py", "typesetting/sides.py"),
    "weasyprint": (
        "typesetting/loading.py",
        "typesetting/described.py",
        "typesetting/fetching.py",
        "checkup.py",
    ),
    "pikepdf": (
        "typesetting/accessible.py",
        "typesetting/code.py",
        "typesetting/gathering.py",
        "typesetting/forms.py",
        "typesetting/join.py",
        "typesetting/volume.py",
        "imposition/plates.py",
        "imposition/content.py",
        "imposition/correct.py",
        "imposition/outline.py",
        "imposition/press.py",
        "imposition/shop.py",
        "judge.py",
        "calibration.py",
        "objects.py",
        "imposition/sheaf.py",
        "sheets.py",
        "preflight/",
    ),
    "reportlab": ("imposition/canvas.py",),
    "platformdirs": ("printers.py", "typesetting/keeping.py"),
    "pypdfium2": (
        "coverage.py",
        "preflight/bleeding.py",
        "preflight/inked.py",
        "preflight/moved.py",
        "preflight/seen.py",
        "preflight/text.py",
        "opened.py",
        "proofs.py",
    ),
    "PIL": (
        "coverage.py",
        "imposition/plates.py",
        "imposition/profile.py",
        "pictures.py",
        "preflight/bleeding.py",
        "proofs.py",
        "tones.py",
    ),
    "tinycss2": ("tones.py", "typesetting/loading.py"),
    "fontTools": ("typesetting/fonts.py", "preflight/glyphs.py"),
    "yaml": ("strict/front_matter.py",),
    "segno": ("people/qr.py",),
    "openpyxl": ("strict/workbook.py",),
    "markdown_it": ("bank/",),
    "genanki": ("bank/exchange/anki.py",),
    "zstandard": ("bank/exchange/package.py",),
    "markdownify": ("bank/exchange/html.py",),
    "nh3": ("bank/exchange/html.py",),
    "distributed": ("typesetting/cluster.py",),
    "starlette": ("desk/",),
    "uvicorn": ("desk/serving.py",),
}

# Folder: what it must not know, whatever its rows say.
APART = {
    "strict/": "bank project typesetting preflight build cli",
    "bank/": "project typesetting preflight proofs checkup build cli",
    "people/": "project typesetting imposition preflight proofs checkup build cli",
    "imposition/": "bank typesetting preflight build cli",
    "typesetting/": "preflight proofs checkup build cli",
    "preflight/": "bank project proofs checkup build cli",
}


def imports(module: str) -> tuple[set[str], set[str]]:
    """The parts of pharmdocs, and the libraries, that a module imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write the import from pharmdocs on"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    parts = [name.split(".") for name in names]
    own = {part[1] for part in parts if part[0] == "pharmdocs"}
    return own, {part[0] for part in parts} - {"pharmdocs"} - sys.stdlib_module_names


def test_every_module_has_a_row_and_every_row_a_module() -> None:
    assert sorted(TABLE) == sorted(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_what_its_row_allows(module: str) -> None:
    parts, libraries = TABLE.get(module, ("", ""))
    own, foreign = imports(module)
    assert (own - set(parts.split()), foreign - set(libraries.split())) == (set(), set())


@pytest.mark.parametrize(
    "library", sorted({name for _, row in TABLE.values() for name in row.split()})
)
def test_a_library_belongs_to_its_owners(library: str) -> None:
    users = [module for module, (_, libraries) in TABLE.items() if library in libraries.split()]
    assert [module for module in users if not module.startswith(OWNERS[library])] == []


@pytest.mark.parametrize("folder", APART)
def test_a_folder_does_not_know_what_comes_after_it(folder: str) -> None:
    apart = set(APART[folder].split())
    known = {
        part
        for module, (parts, _) in TABLE.items()
        if module.startswith(folder)
        for part in parts.split()
    }
    assert known & apart == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_not_too_long_to_read(module: str) -> None:
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_the_options_offer_every_paper_and_every_ink() -> None:
    """They are spelled out in the options, so that --help need not load the rest."""
    assert list(options.PAPERS) == list(PAPERS)
    assert list(options.INKS) == list(INKS)
    assert options.EDITIONS == EDITIONS
    assert options.COVERS == COVERS
    assert options.CARD_EDITIONS == CARD_EDITIONS
    assert options.BINDINGS == BINDINGS
    assert options.DUPLEX == schemes.DUPLEX
    assert options.ORDERS == schemes.ORDERS
    assert options.SETTINGS == SETTINGS
    assert bank_new.DIFFICULTIES == DIFFICULTIES


def test_the_options_about_a_person_are_the_fields_of_a_person() -> None:
    command = main.commands["build"]
    assert isinstance(command, click.Group)
    found = {item.name for item in command.commands["checklist"].params}
    assert set(FIELDS) <= found
