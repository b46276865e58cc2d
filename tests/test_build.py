"""The road as a user takes it: what is printed, what is said, and what a failure leaves behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_bank import lay

from pharmdocs.cli import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small bank, and a booklet from the last good build."""
    lay(tmp_path)
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "booklet.pdf").write_bytes(b"the last good build")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def refused(project: Path, code: int, *words: str) -> str:
    """What is said about a build that fails; the old file and nothing else is left."""
    result = run("build", "booklet", *words)
    assert result.exit_code == code, result.output
    assert (project / "output" / "booklet.pdf").read_bytes() == b"the last good build"
    assert [file.name for file in (project / "output").iterdir()] == ["booklet.pdf"]
    return result.stderr


def test_a_build_says_where_how_long_and_how_to_print(project: Path) -> None:
    result = run("build", "booklet")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "output/booklet.pdf"
    assert "print: Letter, 100 %, both sides, flip on the long edge" in result.stdout
    assert result.stderr == ""
    assert (project / "output" / "booklet.pdf").read_bytes().startswith(b"%PDF-")
    made = sorted(file.name for file in (project / "output").iterdir())
    assert made == ["booklet.manifest.json", "booklet.pdf"]


def test_json_is_for_machines(project: Path) -> None:
    result = run("build", "booklet", "--json", "--paper", "a4", "--ink", "low")
    said = json.loads(result.stdout)
    assert (said["paper"], said["ink"]) == ("a4", "low")
    assert said["sheets"] == -(-said["pages"] // 2)
    assert said["size"] == (project / said["path"]).stat().st_size


def test_a_file_may_be_named(project: Path) -> None:
    assert run("build", "booklet", "-o", "new folder/mine.pdf").exit_code == 0
    assert (project / "new folder" / "mine.pdf").is_file()


def test_only_prints_what_is_asked_for(project: Path) -> None:
    result = run("build", "booklet", "--only", "q01", "-o", "one.pdf")
    assert result.exit_code == 0, result.output


def test_an_only_that_matches_nothing_is_usage(project: Path) -> None:
    said = refused(project, 2, "--only", "q1")
    assert "--only: `q1` matches nothing\n    fix: did you mean `q01`?" in said


def test_a_bank_that_does_not_exist_is_usage(project: Path) -> None:
    assert "did you mean `small`?" in refused(project, 2, "--bank", "smal")


def test_a_broken_question_is_content(project: Path) -> None:
    file = project / "content" / "small" / "q02.md"
    file.write_text(file.read_text().replace("## Pitfall", "## Pitfal"))
    said = refused(project, 3)
    assert "content/small/q02.md" in said
    assert "did you mean `Pitfall`?" in said


def test_a_sign_that_no_face_has_is_content(project: Path) -> None:
    file = project / "content" / "small" / "q02.md"
    file.write_text(file.read_text().replace("Say so.", "Say \u4e2d."))
    said = refused(project, 3)
    line = file.read_text().splitlines().index("Say \u4e2d.") + 1
    assert f"content/small/q02.md:{line}: no vendored face has '\u4e2d' (U+4E2D)" in said


def override(project: Path, name: str, old: str, new: str) -> int:
    """The user's copy of a template, changed; the line of the change."""
    source = Path(__file__).parent.parent / "templates" / name
    text = source.read_text(encoding="utf-8")
    assert old in text
    copy = project / "templates" / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_typo_in_the_users_css_is_layout(project: Path) -> None:
    line = override(
        project, "booklet/page.css", ".practice { break-inside", ".practice { brake-inside"
    )
    assert f"templates/booklet/page.css:{line}: the typesetter says:" in refused(project, 5)


def test_an_undefined_name_in_a_template_is_setup(project: Path) -> None:
    line = override(project, "booklet/parts.html.j2", "item.lead | bound", "item.leed | bound")
    (project / "content" / "small" / "parts").mkdir()
    part = "---\ntitle: A\nshort_title: A\nlayout: prose\nlead: B\n---\n\nText.\n"
    (project / "content" / "small" / "parts" / "a.md").write_text(part)
    bank = project / "content" / "small" / "bank.toml"
    bank.write_text(bank.read_text() + '\n[booklet]\nbefore = ["a"]\n')
    said = refused(project, 4)
    assert f"templates/booklet/parts.html.j2:{line}: " in said
    assert "there is no `leed` to print here" in said


def test_a_misspelt_name_does_not_print_as_nothing(project: Path) -> None:
    line = override(project, "booklet/parts.html.j2", "bank.title }}</h1>", "bank.titel }}</h1>")
    said = refused(project, 4)
    assert f"templates/booklet/parts.html.j2:{line}: there is no `titel` to print here" in said


def test_a_broken_template_is_setup(project: Path) -> None:
    line = override(
        project, "booklet/parts.html.j2", "{% if bank.subtitle %}", "{% iff bank.subtitle %}"
    )
    assert f"templates/booklet/parts.html.j2:{line}: " in refused(project, 4)


def test_css_that_clips_is_layout(project: Path) -> None:
    override(
        project,
        "booklet/page.css",
        ".practice {",
        ".how { height: 5pt; overflow: hidden }\n.practice {",
    )
    assert "sticks out of its box" in refused(project, 5)


def test_a_table_of_cards_that_has_no_room_is_told_with_its_file(project: Path) -> None:
    """The front is so wide that the back, its head too, leaves the page; that is told once."""
    cards = project / "content/small/cards.csv"
    cards.write_text(f"id,front,back,category,tags\nc1,{'W' * 90},tell,safety,\n", "utf-8")
    (told,) = [line for line in refused(project, 5).splitlines() if line.startswith("error:")]
    assert "content/small/cards.csv:2: page 4: a table of 2 columns is" in told


def test_what_has_no_room_on_a_page_of_the_booklet_s_own_is_told_with_its_file(
    project: Path,
) -> None:
    """A disclaimer stands on the page about the booklet, a short title in the contents too."""
    bank, question = project / "content/small/bank.toml", project / "content/small/q02.md"
    bank.write_text(f'disclaimer = "{"W" * 90}"\n{bank.read_text("utf-8")}', "utf-8")
    text = question.read_text("utf-8").replace("short_title: Checks", f"short_title: {'W' * 20}")
    question.write_text(text, "utf-8")
    said = refused(project, 5)
    assert re.search(r"content/small/bank\.toml:1: page 2: “W+…” sticks out", said), said
    assert not re.search("error: page", said), said


def test_a_word_wider_than_the_cover_is_told_and_not_torn(project: Path) -> None:
    bank = project / "content/small/bank.toml"
    bank.write_text(f'subtitle = "{"pneumono" * 8}"\n{bank.read_text("utf-8")}', "utf-8")
    assert "error: content/small/bank.toml:1: page 1: “pneumono" in refused(project, 5)


def test_what_stands_in_the_narrow_face_may_be_emphasised(project: Path) -> None:
    """It has no italic: a heading of a story, and the question that follows on a card."""
    file = project / "content/small/q02.md"
    text = file.read_text("utf-8").replace(
        "“I look twice", "### An *old* ***label***\n\n“I look twice"
    )
    file.write_text(text.replace("“And then?”", "*And* ***then***?"), "utf-8")
    for name in ("booklet", "flashcards"):
        done = CliRunner().invoke(main, ["build", name, "-o", "emphasised"])
        assert done.exit_code == 0, done.output


def test_a_missing_picture_is_content(project: Path) -> None:
    file = project / "content" / "small" / "q02.md"
    file.write_text(file.read_text().replace("Say so.", "![a vial](vial.png)"))
    assert "the image `vial.png` is missing" in refused(project, 3)


def test_a_file_that_breaks_a_promise_is_not_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pharmdocs.preflight.structure._tags", lambda root: iter(["a broken tag"]))
    assert "a broken tag" in refused(project, 6)


def test_a_folder_that_cannot_be_made_is_output(project: Path) -> None:
    (project / "taken").write_text("a file, not a folder")
    assert "cannot be written" in refused(project, 6, "-o", "taken/folder")


def test_a_full_disk_is_output(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = refused(project, 6)
    assert "No space left on device" in said
    assert "fix: free some space" in said


def test_no_pango_is_setup(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # All of it, and all of it back afterwards: half an engine would break whatever comes next.
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)

    class NoPango:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    said = refused(project, 4, "--no-cache")
    assert "a system library is missing: cannot load library 'libpango-1.0-0'" in said
    assert "pharmdocs doctor" in said


def test_ctrl_c_ends_with_130_and_leaves_the_old_file(project: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pharmdocs",
            "build",
            "booklet",
            "--bank",
            "interview",
            "--no-cache",
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(2)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "stopped"
    assert (project / "output" / "booklet.pdf").read_bytes() == b"the last good build"
    assert [file.name for file in (project / "output").iterdir()] == ["booklet.pdf"]


def test_the_brand_stands_on_the_cover_and_in_the_metadata(project: Path) -> None:
    import pikepdf
    import pypdfium2

    settings = '\n[brand]\nname = "Riverside Career Office"\nurl = "https://riverside.example"\n'
    (project / "pharmdocs.toml").write_text('bank = "small"\npaper = "a4"\n' + settings)
    assert run("build", "booklet", "-o", "b.pdf").exit_code == 0
    document = pypdfium2.PdfDocument(project / "b.pdf")
    assert "Riverside Career Office" in document[0].get_textpage().get_text_bounded()
    assert "Riverside Career Office" in document[3].get_textpage().get_text_bounded()
    document.close()
    with pikepdf.open(project / "b.pdf") as pdf:
        assert str(pdf.docinfo["/Author"]) == "Riverside Career Office"


def test_a_broken_setting_is_content(project: Path) -> None:
    (project / "pharmdocs.toml").write_text('bank = "small"\npapr = "a4"\n')
    said = refused(project, 3)
    assert "pharmdocs.toml:2: unknown key `papr`\n    fix: did you mean `paper`?" in said


def test_proof_draws_every_page_and_a_contact_sheet(project: Path) -> None:
    result = run("proof", "booklet", "--dpi", "30", "-o", "pictures")
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (project / "pictures").iterdir())
    pages = int(result.stdout.split(": ")[1].split()[0])
    assert len(names) == pages + 1
    assert "booklet-contact-sheet.png" in names


def test_proof_of_a_file_that_is_no_pdf_is_refused(project: Path) -> None:
    (project / "x.pdf").write_text("nothing")
    assert run("proof", "x.pdf").exit_code == 6


def test_proof_of_nothing_is_usage(project: Path) -> None:
    assert run("proof", "bookle").exit_code == 2


def test_doctor_is_content_here(project: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert "BAD" not in result.stdout


def test_doctor_ends_with_4_when_something_is_wrong(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pharmdocs.checkup.WEASYPRINT", "69.0")
    result = run("doctor")
    assert result.exit_code == 4
    assert "fix: pip install weasyprint==69.0" in result.stdout


def test_doctor_names_the_users_own_templates(project: Path) -> None:
    override(project, "booklet/page.css", "cover", "cover")
    assert "templates/booklet/page.css" in run("doctor").stdout


def test_bank_list_and_check(project: Path) -> None:
    assert run("bank", "check").stdout.startswith("small: 2 questions; no problems")
    assert len(run("bank", "list").stdout.splitlines()) == 2
    rows = json.loads(run("bank", "list", "--json", "--only", "q02").stdout)
    assert [row["id"] for row in rows] == ["q02"]


def test_plain_cards_are_printed_as_tables(project: Path) -> None:
    """Cards have no pages of their own in a booklet; none of them may be dropped."""
    import pypdfium2

    rows = "id,front,back,category,tags\nbid,BID,twice a day,safety,times\npo,PO,by mouth,safety,\n"
    (project / "content" / "small" / "cards.csv").write_text(rows)
    assert run("build", "booklet", "-o", "b.pdf").exit_code == 0
    document = pypdfium2.PdfDocument(project / "b.pdf")
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    for word in ("BID", "twice a day", "PO", "by mouth", "2 cards"):
        assert word in text


def test_a_bank_of_cards_alone_is_a_booklet(project: Path) -> None:
    for file in (project / "content" / "small").glob("q*.md"):
        file.unlink()
    rows = "id,front,back,category,tags\nbid,BID,twice a day,safety,times\n"
    (project / "content" / "small" / "cards.csv").write_text(rows)
    result = run("build", "booklet", "-o", "b.pdf")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("epoch", ["yesterday", "-1", "99999999999999999999", "1e9", "²"])
def test_an_odd_source_date_is_setup(
    project: Path, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert f"SOURCE_DATE_EPOCH is `{epoch}`" in refused(project, 4)


def test_nested_lists_are_printed(project: Path) -> None:
    """Each level needs a sign that the faces have."""
    file = project / "content" / "small" / "q02.md"
    nested = "Say so:\n\n- one\n  - two\n    - three\n      - four\n"
    file.write_text(file.read_text().replace("Say so.\n", nested))
    result = run("build", "booklet", "-o", "b.pdf")
    assert result.exit_code == 0, result.output


def test_a_colored_picture_comes_in_greys_with_black_ink(project: Path) -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">'
    picture += '<g opacity=".5"><g opacity=".5"><circle r="4" fill="blue"/></g></g></svg>'
    (project / "content" / "small" / "blue.svg").write_text(picture)
    file = project / "content" / "small" / "q02.md"
    file.write_text(file.read_text().replace("Say so.", "![a dot](blue.svg)"))
    assert run("build", "booklet", "-o", "b.pdf").exit_code == 0
    assert run("build", "booklet", "--ink", "black", "-o", "black.pdf").exit_code == 0


def test_a_wide_picture_is_made_to_fit(project: Path) -> None:
    from PIL import Image

    Image.new("L", (3000, 40)).save(project / "content" / "small" / "wide.png")
    file = project / "content" / "small" / "q02.md"
    file.write_text(file.read_text().replace("Say so.", "![a line](wide.png)"))
    assert run("build", "booklet", "-o", "b.pdf").exit_code == 0


@pytest.mark.parametrize("name", ["../../../../etc/hostname", "/etc/hostname", "../secret.txt"])
def test_a_template_reads_nothing_outside_its_folder(project: Path, name: str) -> None:
    (project / "secret.txt").write_text("secret")
    line = override(project, "booklet/page.html.j2", "<body>", f'<body>{{% include "{name}" %}}')
    said = refused(project, 4)
    assert f"templates/booklet/page.html.j2:{line}: there is no template `{name}`" in said


INSIDES = ["bank.__class__", "bank.title.__class__", "bank.questions[0].__dict__", "bank._secret"]


@pytest.mark.parametrize("asked", INSIDES)
def test_a_template_reaches_nothing_of_the_program(project: Path, asked: str) -> None:
    line = override(project, "booklet/page.html.j2", "<body>", f"<body>{{{{ {asked} }}}}")
    name = asked.rpartition(".")[2]
    said = refused(project, 4)
    assert f"templates/booklet/page.html.j2:{line}: there is no `{name}` to print here" in said


def test_a_template_that_is_a_link_to_elsewhere_is_not_read(project: Path) -> None:
    outside = project.parent / "outside.css"
    outside.write_text("p { colour: red }")
    (project / "templates").mkdir()
    (project / "templates" / "base.css").symlink_to(outside)
    assert run("build", "booklet", "-o", "b.pdf").exit_code == 0


def test_a_question_that_is_a_link_to_elsewhere_is_not_read(project: Path) -> None:
    file = project / "content" / "small" / "q02.md"
    outside = project.parent / f"{project.name}-outside.md"
    outside.write_text(file.read_text())
    file.unlink()
    file.symlink_to(outside)
    assert "content/small/q02.md: lies outside the bank's folder" in refused(project, 3)


def test_a_slip_in_a_template_is_setup(project: Path) -> None:
    line = override(project, "booklet/page.html.j2", "<body>", "<body>{{ 1 / 0 }}")
    assert f"templates/booklet/page.html.j2:{line}: division by zero" in refused(project, 4)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('see_page = ", page "\n', "", "`see_page` is missing"),
        ("kind = ", "knd = ", "unknown key `knd`"),
        ("{month} {day}, {year}", "{month} {day}", "the long date is not made of its parts"),
        ('"January", ', "", "11 months"),
        ('"Monday", ', "", "6 weekdays"),
        ("{weekday}, ", "", "the full date is not made of its parts"),
        ('contents = "Contents"', "contents = 7", "`contents` in [booklet] is of another kind"),
        ("Contents", "Contents \u4e2d", "no vendored face has '\u4e2d' (U+4E2D)"),
    ],
)
def test_words_that_do_not_fit_the_templates_are_setup(
    project: Path, old: str, new: str, expected: str
) -> None:
    override(project, "strings/en.toml", old, new)
    said = refused(project, 4)
    assert "templates/strings/en.toml:" in said
    assert expected in said


def test_a_sign_in_the_brand_that_no_face_has_is_content(project: Path) -> None:
    (project / "pharmdocs.toml").write_text('bank = "small"\n[brand]\nname = "Caf\u00e9 \u4e2d"\n')
    assert "pharmdocs.toml:3: no vendored face has" in refused(project, 3)


def test_an_empty_only_is_not_everything(project: Path) -> None:
    assert "--only is empty" in refused(project, 2, "--only", "")


def test_nothing_stays_in_the_temporary_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    scratch = project / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    assert run("build", "booklet", "-o", "b.pdf").exit_code == 0
    refused(project, 2, "--only", "q99")
    override(project, "booklet/page.css", ".practice {", ".how { height: 5pt }\n.practice {")
    refused(project, 5)
    assert list(scratch.iterdir()) == []


def test_the_manifest_tells_where_each_question_begins(project: Path) -> None:
    import hashlib

    assert run("build", "booklet").exit_code == 0
    told = json.loads((project / "output" / "booklet.manifest.json").read_text())
    assert [row["id"] for row in told["faces"]] == ["q01", "q02"]
    assert told["faces"][0]["page"] < told["faces"][1]["page"]
    pdf = (project / "output" / "booklet.pdf").read_bytes()
    assert told["files"] == {"booklet.pdf": hashlib.sha256(pdf).hexdigest()}
    assert str(project) not in json.dumps(told)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.svg", b"<svg><text>words</text></svg>", "holds <text>, not shapes alone"),
        (
            "a.svg",
            b"<svg xmlns:svg='s'><svg:image href='x.png'/></svg>",
            "holds <image>, not shapes alone",
        ),
        ("a.png", b"GIF89a", "is not the kind of picture that its name says"),
        ("a.jpg", b"\x89PNG\r\n\x1a\n", "is not the kind of picture that its name says"),
    ],
)
def test_a_picture_that_cannot_be_printed_is_content(
    project: Path, name: str, data: bytes, expected: str
) -> None:
    (project / "content" / "small" / name).write_bytes(data)
    file = project / "content" / "small" / "q02.md"
    file.write_text(file.read_text().replace("Say so.", f"![a thing]({name})"))
    assert f"the image `{name}` {expected}" in refused(project, 3)
