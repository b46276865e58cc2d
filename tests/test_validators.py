"""Other people's programs judge the finished file: PDF/UA-1, PDF/A-2a, sound, readable.

Each judge of a standard is also shown copies with one fault and must name it: a judge that
praises everything proves nothing.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import page
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

Booklet = Callable[..., Path]
Judge = Callable[[str, Path], str]
Fault = Callable[[Pdf], None]

BUILDS = [("letter", "full"), ("a4", "black")]
STANDARDS = ["ua1", "2a"]


def forget_the_language(pdf: Pdf) -> None:
    del pdf.Root.Lang


def forget_that_running_heads_are_no_text(pdf: Pdf) -> None:
    """On one page only."""
    content = pdf.pages[12].Contents
    assert b"/Artifact" in content.read_bytes()
    content.write(content.read_bytes().replace(b"/Artifact", b"/Span"))


def forget_that_the_file_is_pdf_a(pdf: Pdf) -> None:
    metadata = pdf.Root.Metadata
    said = b' pdfaid:part="2" pdfaid:conformance="A"'
    assert said in metadata.read_bytes()
    metadata.write(metadata.read_bytes().replace(said, b""))


def no_fault(pdf: Pdf) -> None:
    """A judge that gets only copies must be shown a sound one too."""
    assert pdf.pages


def plain(source: Path, copy: Path, fault: Fault = no_fault) -> Path:
    """A copy with one fault, its streams not compressed.

    page-validation takes the last byte of a compressed stream for a line's end when it happens to
    be a carriage return, and calls the stream's length wrong. qpdf and veraPDF count right, and
    they get the file itself.
    """
    with pikepdf.open(source) as pdf:
        fault(pdf)
        pdf.save(
            copy,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return copy


@pytest.fixture
def faulty(short_booklet: Path, tmp_path: Path) -> Callable[[Fault], Path]:
    return lambda fault: plain(short_booklet, tmp_path / "faulty.pdf", fault)


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.system
@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize(("paper", "ink"), BUILDS)
def test_page_validation_finds_no_fault(
    booklet: Booklet, tmp_path: Path, paper: str, ink: str, standard: str
) -> None:
    copy = plain(booklet(paper, ink), tmp_path / "copy.pdf")
    report = page.validate_pdf(copy, profile=standard)
    assert [f"{fault.rule_id}: {fault.message}" for fault in report.failures] == []
    assert report.is_compliant


@pytest.mark.parametrize(
    ("standard", "fault", "rule"),
    [
        ("ua1", forget_the_language, "PDFUA1-TEXT-LANGUAGE-001"),
        ("ua1", forget_that_running_heads_are_no_text, "PDFUA1-CONTENT-TAGGING-001"),
        ("2a", forget_that_the_file_is_pdf_a, "PDFA2A-ID-SCHEMA-001"),
    ],
)
def test_page_validation_names_a_fault(
    faulty: Callable[[Fault], Path], standard: str, fault: Fault, rule: str
) -> None:
    report = page.validate_pdf(faulty(fault), profile=standard)
    assert not report.is_compliant
    assert rule in {failure.rule_id for failure in report.failures}


@pytest.mark.system
def test_verapdf_finds_no_fault(booklet: Booklet, verapdf: Judge) -> None:
    """The whole bank once; other papers and inks are judged in smaller files."""
    file = booklet()
    assert verapdf("ua1,2a", file) == f"PASS\tua1\t{file}\nPASS\t2a\t{file}\n"


@pytest.mark.system
@pytest.mark.parametrize(
    ("standard", "fault", "clause"),
    [
        ("ua1", forget_the_language, "7.2-34"),
        ("ua1", forget_that_running_heads_are_no_text, "7.1-3"),
        ("2a", forget_that_the_file_is_pdf_a, "6.6.4-1"),
    ],
)
def test_verapdf_names_a_fault(
    faulty: Callable[[Fault], Path], verapdf: Judge, standard: str, fault: Fault, clause: str
) -> None:
    copy = faulty(fault)
    verdict = verapdf(standard, copy)
    assert verdict.startswith(f"FAIL\t{standard}\t{copy}\n")
    assert clause in re.findall(r"^  (\S+) x\d+ ", verdict, re.MULTILINE)


@pytest.mark.system
@pytest.mark.parametrize(("paper", "ink"), BUILDS)
def test_qpdf_finds_the_file_sound(booklet: Booklet, paper: str, ink: str) -> None:
    """It ends with code 3 when it has as much as a warning."""
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", booklet(paper, ink))


@pytest.mark.system
def test_poppler_finds_every_question(booklet: Booklet) -> None:
    """Each line names a page, where on it, and the destination."""
    named = re.findall(r'^ *\d+ \[.*\] "(.*)"$', run("pdfinfo", "-dests", booklet()), re.MULTILINE)
    assert {f"q{number:02}" for number in range(1, 26)} <= set(named)


def lead_to_a_file(pdf: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI="file:///etc/hosts")
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = pdf.make_indirect(Array([link]))


def unsafe_links(file: Path) -> list[str]:
    """Under a line of headings: page, type, address."""
    rows = run("pdfinfo", "-url", file).splitlines()[1:]
    addresses = [row.split(maxsplit=2)[2] for row in rows]
    return [address for address in addresses if not address.startswith(("https://", "mailto:"))]


@pytest.mark.system
def test_poppler_finds_only_safe_links(booklet: Booklet, faulty: Callable[[Fault], Path]) -> None:
    assert unsafe_links(booklet()) == []
    assert unsafe_links(faulty(lead_to_a_file)) == ["file:///etc/hosts"]


@pytest.mark.system
@pytest.mark.parametrize(("paper", "ink"), BUILDS)
def test_poppler_finds_every_font_embedded(booklet: Booklet, paper: str, ink: str) -> None:
    """Under two lines of headings: name, type, encoding, embedded, subset, with text, object."""
    rows = run("pdffonts", booklet(paper, ink)).splitlines()[2:]
    row = re.compile(r"[A-Z]{6}\+Pharm-\S+ +CID TrueType +Identity-H +yes yes yes +\d+ +0")
    assert rows
    assert [text for text in rows if not row.fullmatch(text)] == []


@pytest.mark.system
@pytest.mark.parametrize(("paper", "ink"), BUILDS)
def test_poppler_reads_a_sentence(booklet: Booklet, paper: str, ink: str) -> None:
    """How the sample answer of question 3 begins."""
    text = " ".join(run("pdftotext", booklet(paper, ink), "-").split())
    assert "I work in the same order every time, so that a skipped step feels wrong:" in text
