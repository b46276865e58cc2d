"""A typeset PDF -> one that is PDF/A-2a and PDF/UA-1 in the same file, with lines to write on.

Mends what the engine leaves open: running heads and folios become artifacts, header cells get
their scope, pages their printed numbers, black its own ink, and the file says that it is PDF/UA.
Lines to write on are drawn here as artifacts, so that they cost no layout.
"""

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator

from pharmdocs.geometry import TOLERANCE
from pharmdocs.typesetting.boxes import Ruled
from pharmdocs.typesetting.typeset import Page, Typeset

_Instruction = tuple[list[Any], Operator]

# 21 pt are 7.4 mm: room for handwriting, and one and a half lines of the 14 pt grid.
RULE_PITCH = 21.0

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


def finish(typeset: Typeset, body: str) -> bytes:
    """The finished file.

    Args:
        typeset: what the typesetter made.
        body: the name of the pages that are numbered in arabic figures from 1; the pages before
            them count in roman ones.
    """
    with pikepdf.open(io.BytesIO(typeset.pdf)) as pdf:
        root = pdf.Root.StructTreeRoot
        reached, doubled = _walk(root)
        parents = pikepdf.NumberTree(root.ParentTree)
        for page, facts in zip(pdf.pages, typeset.pages, strict=True):
            _drop_links(page, doubled, parents)
            _finish_page(pdf, page, facts, parents, reached)
        for object_ in pdf.objects:
            if isinstance(object_, pikepdf.Stream) and object_.get("/Subtype") == "/Form":
                object_.write(pikepdf.unparse_content_stream(_grey(object_)))
        pdf.Root.PageLabels = _labels(typeset.pages, body)
        pdf.Root.ViewerPreferences.PrintScaling = Name("/None")
        pdf.Root.Metadata = _identified(pdf)
        return saved(pdf)


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The bytes of a document, the same for the same document."""
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        # The metadata stays readable without a decoder, as PDF/A wants it.
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return out.getvalue()


def _drop_links(
    page: pikepdf.Page, doubled: set[tuple[int, int]], parents: pikepdf.NumberTree
) -> None:
    annotations = list(page.get("/Annots", []))
    for annotation in annotations:
        if annotation.objgen in doubled:
            del parents[int(annotation.StructParent)]
    if annotations:
        page.Annots = Array([item for item in annotations if item.objgen not in doubled])


def _finish_page(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    facts: Page,
    parents: pikepdf.NumberTree,
    reached: set[tuple[int, int]],
) -> None:
    kids = parents.get(int(page.get("/StructParents", -1)), Array())
    loose = {i for i, kid in enumerate(kids) if kid is not None and kid.objgen not in reached}
    instructions = _grey(page)
    if loose:
        instructions = [_as_artifact(item, loose) for item in instructions]
        for index in loose:
            kids[index] = None
    lines = b"".join(_lines(ruled, facts.size.height) for ruled in facts.ruled)
    content = pikepdf.unparse_content_stream(instructions)
    page.Contents = pdf.make_stream(lines + content)


def _walk(root: Any) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """The structure elements that can be reached, and the link annotations that stand there twice.

    Header cells get their scope on the way. An element inside a link brings an annotation of its
    own, which PDF/UA-1 7.18.5 wants under the Link and which the link's own covers anyway.
    """
    reached: set[tuple[int, int]] = set()
    doubled: set[tuple[int, int]] = set()
    stack = [(root.K, False, False)]
    while stack:
        element, in_head, in_link = stack.pop()
        if isinstance(element, Array):
            stack += [(kid, in_head, in_link) for kid in reversed(list(element))]
        elif isinstance(element, Dictionary) and element.objgen not in reached:
            if element.is_indirect:
                reached.add(element.objgen)
            kind = element.get("/S")
            if kind == "/TH":
                scope = Name.Column if in_head else Name.Row
                element.A = Dictionary(O=Name.Table, Scope=scope)
            kids = element.get("/K", Array())
            if in_link and isinstance(kids, Array):
                doubled |= {kid.Obj.objgen for kid in kids if _is_reference(kid)}
                element.K = kids = Array([kid for kid in kids if not _is_reference(kid)])
            stack.append((kids, in_head or kind == "/THead", in_link or kind == "/Link"))
    return reached, doubled


def _is_reference(kid: Any) -> bool:
    return isinstance(kid, Dictionary) and kid.get("/Type") == "/OBJR"


def _as_artifact(instruction: _Instruction, loose: set[int]) -> _Instruction:
    operands, operator = instruction
    if operator == Operator("BDC") and int(operands[1].get("/MCID", -1)) in loose:
        return [Name.Artifact, Dictionary(Type=Name.Pagination)], operator
    return instruction


def _grey(holder: Any) -> list[_Instruction]:
    """The instructions, with every r = g = b color as a grey, which prints with black ink alone.

    CSS black is an RGB black, which a print shop's machine makes of four inks.
    """
    grey = {"rg": Operator("g"), "RG": Operator("G")}
    found: list[_Instruction] = []
    for instruction in pikepdf.parse_content_stream(holder):
        operands, operator = list(instruction.operands), instruction.operator
        name = str(operator)
        if name in grey and len({float(value) for value in operands}) == 1:
            operands, operator = operands[:1], grey[name]
        found.append((operands, operator))
    return found


def _lines(ruled: Ruled, page_height: float) -> bytes:
    """The lines of one box, from PDF's lower left corner."""
    box, (red, green, blue) = ruled.box, ruled.color
    color = f"{red:.4g} G" if red == green == blue else f"{red:.4g} {green:.4g} {blue:.4g} RG"
    drawn = []
    for number in range(1, int((box.size.height + TOLERANCE) / RULE_PITCH) + 1):
        y = page_height - box.top - number * RULE_PITCH
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
