"""Writes what a build of flashcards lays on sheets: the faces, tagged, each a page of trim size.

    pages.py PROJECT BANK OUTPUT.pdf

Fronts and backs in turn.
"""

import sys
from pathlib import Path

from pharmdocs.build import Request, look_of, read_bank, silent
from pharmdocs.cardsetting import card_size, prepared
from pharmdocs.imposition.stock import DEFAULTS, find_stock, read_stocks
from pharmdocs.project import find_project
from pharmdocs.typesetting.accessible import finish
from pharmdocs.typesetting.join import join
from pharmdocs.typesetting.setting import set_cards
from pharmdocs.typesetting.strings import read_strings

folder, name, output = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
request = Request(find_project(folder), name)
bank = read_bank(request)
look = look_of(request, bank)
stock = find_stock(DEFAULTS["letter"], read_stocks(None, ""))
strings = read_strings(request.project, look.language)
job, deck = prepared(request, bank, look, strings, card_size, stock)
made = set_cards(job, deck, list(deck.views), 0, silent)
output.write_bytes(finish(join(made.documents), body=""))
