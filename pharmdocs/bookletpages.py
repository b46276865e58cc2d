"""The pages of the booklet, as a reader reads them: bank, templates and look to set pages.

What they are printed on is another matter: `booklet` and `pressbooklet` lay them out.
"""

from pharmdocs.bank.model import Bank
from pharmdocs.build import Progress, Request, edition_date
from pharmdocs.editions import Booklet
from pharmdocs.folding import SPARE
from pharmdocs.imposition.saddle import HALVES
from pharmdocs.typesetting.printable import Look, stylesheets, supplied
from pharmdocs.typesetting.render import render
from pharmdocs.typesetting.sections import set_sections
from pharmdocs.typesetting.strings import read_strings
from pharmdocs.typesetting.typeset import Job, Stylesheet, Typeset


def set_pages(
    request: Request,
    booklet: Booklet,
    bank: Bank,
    look: Look,
    progress: Progress,
    art: str = "whole",
    more: tuple[Stylesheet, ...] = (),
) -> Typeset:
    """The pages that a reader reads.

    Args:
        request: which project.
        booklet: which edition.
        bank: what is printed.
        look: paper, ink, language and brand.
        progress: told what is being done.
        art: what the cover shows: "whole", "bleeding" over its edges, or "none".
        more: style sheets after all others.
    """
    project, folded = request.project, booklet.folded
    progress("filling in the templates")
    strings = read_strings(project, look.language)
    template = f"booklet/{'brief' if booklet.brief else 'page'}.html.j2"
    values = {"folded": folded, "notes": SPARE if folded else 0, "art": art}
    html = render(project, template, bank, look, strings, edition_date(bank), **values)
    also: tuple[str, ...] = ("fold", HALVES[look.paper]) if folded else (look.paper,)
    facing = booklet.edition == "press"
    also += ("press", f"press-{look.paper}") if facing else ()
    also += ("brief",) if booklet.brief else ()
    also += ("binding-right",) if booklet.binding == "right" else ()
    sheets = stylesheets(project, "booklet", look, paper=False, also=also)
    pictures = str(project.bank_folder(request.bank).resolve())
    job = Job(html, sheets + more, pictures, supplied(look.brand), facing, grey=look.ink == "black")
    # Folded, and where pages face each other, there is one count from cover to cover.
    body = "main" if booklet.edition == "screen" else ""
    letters = 1200 if folded else 900 if look.large else 1800
    return set_sections(job, look.brand.name, body, letters, booklet.jobs, progress)
