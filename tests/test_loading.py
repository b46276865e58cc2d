"""How the engine is loaded: in less time, and with nothing missing.

When a test named "still" goes red, WeasyPrint no longer does what we get around: let it go.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Its libraries -----------------------------------------------------------------------------------

LOAD = """
import ctypes.util, sys
import _cffi_backend, cffi

asked, really = [], ctypes.util.find_library

def find(name):
    asked.append(name)
    return None if sys.argv[1] == "missing" else really(name)

def load(backend, name, flags):
    # A loader that knows no name by itself, only the files that find_library finds.
    path = ctypes.util.find_library(name)
    if path is None:
        raise OSError(f"cannot load library {name!r}")
    return backend.load_library(path, flags)

class Parsed(_cffi_backend.FFI):
    def dlopen(self, name, flags):
        raise OSError(f"cannot load library {name!r}")

ctypes.util.find_library = find
if sys.argv[1] != "known":
    cffi.api._load_backend_lib, _cffi_backend.FFI = load, Parsed

from pharmdocs.typesetting import loading
try:
    engine = loading.load()
    result = engine.__name__
    loaded = [name.split(".")[1] for name in sys.modules if name.startswith("weasyprint.")]
    # Nothing of an import that failed halfway is left over.
    assert all(hasattr(engine, name) for name in loaded)
except OSError as error:
    result = "OSError"
print(result, bool(asked), ctypes.util.find_library is find)
"""


@pytest.mark.parametrize(
    ("system", "result"),
    [
        # Nobody is asked where the loader knows a library by its name.
        ("known", "weasyprint False True"),
        ("hidden", "weasyprint True True"),
        ("missing", "OSError True True"),
    ],
)
def test_the_engine_is_loaded_fast_where_that_is_possible(system: str, result: str) -> None:
    """A compiler is asked only where nothing else helps."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, system], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == result


def test_the_engine_still_asks_a_compiler_for_its_libraries() -> None:
    """When this goes red, that is no reason to load it in our own way any more."""
    script = LOAD.replace("loading.load()", "__import__('weasyprint')")
    done = subprocess.run(
        [sys.executable, "-c", script, "known"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "weasyprint True True\n"


# Its declarations ---------------------------------------------------------------------------------

DECLARED = """
import json, pathlib, sys
from pharmdocs.typesetting import loading
how = sys.argv[1]
if how == "other":
    told = json.loads(loading._DECLARED.read_text()) | {"of": "another"}
    loading._DECLARED = pathlib.Path(sys.argv[2])
    loading._DECLARED.write_text(json.dumps(told))
elif how == "backend":
    # As cffi puts it when a later version writes in another form.
    told = json.loads(loading._DECLARED.read_text())
    told["arguments"]["_version"] = 0xF000
    loading._DECLARED = pathlib.Path(sys.argv[2])
    loading._DECLARED.write_text(json.dumps(told))
if how == "importing":
    import weasyprint
else:
    weasyprint = loading.load()
import cffi, hashlib
from pharmdocs.typesetting.typeset import Job, typeset
body = "<p style='font-family: Pharm Sans'>Words, <b>and</b> lines &nbsp; " * 40
made = typeset(Job(f"<!doctype html><html lang=en><title>T</title><body>{body}", (), ""))
print("pycparser" in sys.modules, cffi.FFI.__name__, hashlib.sha256(made.pdf).hexdigest())
"""


def _with_declarations(how: str, file: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", DECLARED, how, file], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.system
def test_declarations_are_parsed_before_and_say_the_same(tmp_path: Path) -> None:
    """Other ones, and those that the backend does not know, are parsed as they always were.

    When nobody parses them any more, there is no need to have it done before.
    """
    still, name, made = _with_declarations("importing", tmp_path)
    assert (still, name) == ("True", "FFI")
    assert _with_declarations("loading", tmp_path) == ["False", name, made]
    for how in ("other", "backend"):
        assert _with_declarations(how, tmp_path / how) == ["True", name, made]


def test_the_parsed_declarations_are_those_of_the_engine() -> None:
    """When it is red: python scripts/make_declared.py."""
    from make_declared import FILE, made

    assert FILE.read_text(encoding="ascii") == made()


# What is seldom needed ---------------------------------------------------------------------------

SELDOM = """
import io, sys
if sys.argv[1] == "loading":
    from pharmdocs.typesetting import loading
    weasyprint = loading.load()
else:
    import weasyprint

names = ("fontTools.subset", "fontTools.ttLib", "fontTools.varLib.instancer")
print([name in sys.modules for name in names])
from fontTools.ttLib import TTFont

# Without a library that cuts faces down, the engine does it with fontTools.
fonts = weasyprint.pdf.fonts
fonts.harfbuzz_subset = None
faces = []

class Known(fonts.Font):
    def clean(self, letters, hinting):
        super().clean(letters, hinting)
        faces.append(sorted(TTFont(io.BytesIO(self.file_content))["glyf"].glyphs))
        # A face that does not vary is refused by what fixes those that do.
        try:
            fonts.instantiateVariableFont(TTFont(io.BytesIO(self.file_content)), {})
        except ValueError as error:
            print(error)

weasyprint.pdf.stream.Font = Known
weasyprint.HTML(string="<p>letters").write_pdf()
import fontTools.subset, fontTools.ttLib, fontTools.varLib.instancer
assert all(sys.modules[name].__file__ for name in names)
print(faces)
"""


def _seldom(how: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SELDOM, how],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_what_is_seldom_needed_is_loaded_when_it_is_and_does_the_same() -> None:
    loaded, *done = _seldom("loading")
    still, *plain = _seldom("importing")
    # When they are loaded by nobody, there is nothing to put off.
    assert (loaded, still) == ("[False, False, False]", "[True, True, True]")
    assert done == plain
    assert len(done) == 2


HINTS = """
import hashlib, sys
if sys.argv[1] == "loading":
    from pharmdocs.typesetting import loading
    weasyprint = loading.load()
else:
    import weasyprint
import tinycss2

page = weasyprint.HTML(string="<h1>x</h1><p align=right>letters")
for hints in (False, True):
    found = page.write_pdf(presentational_hints=hints, uncompressed_pdf=True)
    print(hashlib.sha256(found).hexdigest())
print(len(tinycss2.parse_stylesheet("/* Presentational hints */ p { top: 0 }")))
"""


def test_attributes_that_nobody_asks_for_are_not_read() -> None:
    """Nothing else is lost; when the engine asks by itself, this is no longer right."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
    loaded, plain = (
        subprocess.run(
            [sys.executable, "-c", HINTS, how],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout.splitlines()
        for how in ("loading", "importing")
    )
    assert loaded[0] == loaded[1] == plain[0]
    assert plain[0] != plain[1]
    # Whoever reads style sheets later has all that is in them.
    assert loaded[2] == plain[2] == "3"


# What is needed late ------------------------------------------------------------------------------


def test_cards_are_asked_for_before_what_reads_and_writes_pdf_is_loaded() -> None:
    """It is loaded while faces are set; what presses sheets is loaded where they are pressed."""
    before, after = _loaded_by("pharmdocs.flashcards"), _loaded_by("pharmdocs.pressing")
    assert before & {"pikepdf", "reportlab", "pypdfium2", "PIL"} == set()
    heavy = {"pikepdf", "reportlab", "pypdfium2", "PIL", "pharmdocs.imposition.press"}
    assert after & heavy == set()


def test_a_deck_of_plain_cards_needs_no_reader_of_yaml() -> None:
    assert "yaml" not in _loaded_by("pharmdocs.flashcards")


def _loaded_by(module: str) -> set[str]:
    script = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())
