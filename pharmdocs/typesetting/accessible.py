"""A typeset PDF -> one that is PDF/A-2a and PDF/UA-1 in the same file, with lines to write on.

Pages get their printed numbers, and the file says that it is PDF/UA. Lines to write on are drawn
here as artifacts, so that they cost no layout.
"""

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from pharmdocs.geometry import TOLERANCE
from pharmdocs.typesetting import fonts
from pharmdocs.typesetting.boxes import Ruled
from pharmdocs.typesetting.typeset import Page, Typeset

_TURNS = {
    "long-edge": Name.DuplexFlipLongEdge,
    "short-edge": Name.DuplexFlipShortEdge,
    "none": Name.Simplex,
}

# PDF/A-2 lets a schema of another standard into the metadata only with this description of it
# (ISO 19005-2, 6.6.2.3.3); the identification itself is ISO 14289-1, 5.
_NAMESPACES = (
    b' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"'
    b' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'
)
_IDENTIFICATION = (
    b'<rdf:Description rdf:about="" pdfuaid:part="1"/><rdf:Description rdf:about="">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq>"
    b"</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def finish(typeset: Typeset, body: str, duplex: str = "none", programs: bool = True) -> bytes:
    """The finished file.

    Args:
        typeset: what the typesetter made.
        body: the name of the pages that are numbered in arabic figures from 1; the pages before
            them count in roman ones.
        duplex: what a print dialog is told: "long-edge", "short-edge", or "none" for one side.
        programs: whether it gets its font programs, or keeps their hashes for `embed`.
    """
    with pikepdf.open(io.BytesIO(typeset.pdf)) as pdf:
        for page, facts in zip(pdf.pages, typeset.pages, strict=True):
            if facts.ruled:
                lines = b"".join(_lines(ruled, facts.size.height) for ruled in facts.ruled)
                page.Contents = pdf.make_stream(lines + page.Contents.read_bytes())
        if programs:
            embed(pdf)
        pdf.Root.PageLabels = _labels(typeset.pages, body)
        pdf.Root.ViewerPreferences.PrintScaling = Name("/None")
        pdf.Root.ViewerPreferences.Duplex = _TURNS[duplex]
        pdf.Root.Metadata = _identified(pdf)
        return saved(pdf)


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The bytes of a document, the same for the same document, whatever it was made from."""
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        # The metadata stays readable without a decoder, as PDF/A wants it.
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return out.getvalue()


def embed(pdf: pikepdf.Pdf) -> None:
    """Put the font programs where their hashes stand."""
    programs: dict[Any, Any] = {}
    seen: set[Any] = set()
    for page in pdf.pages:
        if (resources := page.resources).objgen in seen and resources.is_indirect:
            continue
        seen.add(resources.objgen)
        for font in resources.get("/Font", Dictionary()).as_dict().values():
            # The drawn ones, of stamps, are whole.
            if font.get("/Subtype") == "/Type0":
                program = font.DescendantFonts[0].FontDescriptor.FontFile2
                programs[program.objgen] = program
    for program in programs.values():
        program.write(fonts.packed(program.read_bytes().decode()), filter=Name.FlateDecode)


def embedded(pdf: bytes) -> bytes:
    """A file that has hashes of its font programs, with the programs."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        embed(document)
        return saved(document)


def _lines(ruled: Ruled, page_height: float) -> bytes:
    """The lines of one box, from PDF's lower left corner."""
    box, (red, green, blue) = ruled.box, ruled.color
    color = f"{red:.4g} G" if red == green == blue else f"{red:.4g} {green:.4g} {blue:.4g} RG"
    drawn = []
    for number in range(1, int((box.size.height + TOLERANCE) / ruled.pitch) + 1):
        y = page_height - box.top - number * ruled.pitch
        drawn.append(f"{box.left:.3f} {y:.3f} m {box.right:.3f} {y:.3f} l S")
    body = "\n".join(drawn)
    return f"/Artifact BMC q {ruled.weight:.3f} w {color}\n{body}\nQ EMC\n".encode()


def _labels(pages: tuple[Page, ...], body: str) -> Dictionary:
    first = next((number for number, page in enumerate(pages) if page.name == body), 0)
    arabic = [first, Dictionary(S=Name.D, St=1)]
    return Dictionary(Nums=Array(([0, Dictionary(S=Name.r, St=1)] if first else []) + arabic))


def _identified(pdf: pikepdf.Pdf) -> Any:
    xmp = pdf.Root.Metadata.read_bytes()
    # One rdf:RDF holds everything: validators ignore a second one.
    xmp = xmp.replace(b"<rdf:RDF ", b"<rdf:RDF" + _NAMESPACES + b" ", 1)
    xmp = xmp.replace(b"</rdf:RDF>", _IDENTIFICATION + b"</rdf:RDF>", 1)
    stream = pdf.make_stream(xmp)
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    return stream
