"""What the documentation says works: links, commands, snippets, pictures.

A snippet is run as a reader would run it: a block under a bold file name is written to that file.
"""

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image, ImageChops

from pharmdocs import __version__
from pharmdocs.bank import markup
from pharmdocs.booklet import build_booklet
from pharmdocs.build import Request, read_bank
from pharmdocs.cli import main
from pharmdocs.errors import ContentError, Problem
from pharmdocs.project import find_project

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
PICTURES = sorted((ROOT / "docs/pictures").glob("*.png"))
SAMPLES = ROOT / "docs/samples"

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def unfenced(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text_of(page), flags=re.M | re.S)


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language that stand under no file name."""
    fence = rf"(?<!\*\*\n\n)^```{language}\n(.*?)^```"
    return re.findall(fence, text_of(page), re.M | re.S)


def files(page: Path) -> dict[str, str]:
    """The blocks that stand under a bold file name."""
    found = re.findall(r"^\*\*`([^`]+)`\*\*\n\n```\w*\n(.*?)^```", text_of(page), re.M | re.S)
    return dict(found)


def in_code(page: Path) -> list[str]:
    """What a page writes between single backticks."""
    return re.findall(r"`([^`\n]+)`", unfenced(page))


def commands(page: Path) -> list[str]:
    """Every line that the page tells the reader to type."""
    return [line for block in blocks(page, "sh") for line in block.splitlines() if line.strip()]


def mentions(page: Path) -> list[str]:
    """The commands in running text."""
    return [code for code in in_code(page) if code.startswith(("pharmdocs ", "make "))]


def lay(folder: Path, contents: dict[str, str]) -> None:
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# Links and pictures


@every_page
def test_every_link_and_picture_is_there(page: Path) -> None:
    without = re.sub(r"`[^`\n]*`", "", unfenced(page))
    targets = re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", without)
    for target in (link or source for link, source in targets):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.is_file(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(found), f"{page.name}: {target}"


def test_every_page_is_in_the_navigation_once() -> None:
    """A new page wants a line in mkdocs.yml."""
    settings = text_of(ROOT / "mkdocs.yml")
    nav = settings[settings.index("\nnav:") : settings.index("\nplugins:")]
    listed = re.findall(r"^ +- .+: (\S+\.md)$", nav, re.M)
    there = [it.relative_to(ROOT / "docs").as_posix() for it in (ROOT / "docs").rglob("*.md")]
    assert sorted(listed) == sorted(there)


def test_no_page_of_the_docs_leads_out_of_them() -> None:
    """Such a link holds on GitHub and breaks in the pages that MkDocs makes."""
    for page in (ROOT / "docs").rglob("*.md"):
        assert not re.search(r"(?:\]\(|src=\"|href=\")\.\./", text_of(page)), page.name


@pytest.mark.system
def test_the_docs_build_and_fetch_nothing(tmp_path: Path) -> None:
    """Strictly, so that a warning ends it, and where no network answers."""
    nowhere = {f"{name}_proxy": "http://127.0.0.1:9" for name in ("http", "https", "all")}
    apart = {"PYTHONPATH": str(ROOT / ".venv/docs"), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path)]
    env = {**os.environ, **nowhere, **apart}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = {path.stem for path in tmp_path.glob("*.html")}
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} == made - {"404"}
    tag = r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//"
    for path in [*tmp_path.glob("*.html"), *tmp_path.rglob("*.css")]:
        fetched = re.search(rf"{tag}|url\([\"']?(?:https?:)?//", text_of(path))
        assert not fetched, (path.name, fetched)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", unfenced(page), re.M)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


def test_every_picture_is_shown_and_light() -> None:
    assert PICTURES
    for picture in PICTURES:
        shown = [page for page in PAGES if f"pictures/{picture.name}" in text_of(page)]
        assert shown, picture.name
        assert picture.stat().st_size < 150_000


@every_page
def test_every_picture_is_told_to_those_who_cannot_see_it(page: Path) -> None:
    shown = re.sub(r"`[^`\n]*`", "", unfenced(page))
    for text, target in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", shown):
        assert len(text.split()) >= 5, target
    for tag in re.findall(r"<img [^>]+>", text_of(page)):
        assert re.search(r'alt="[^"]+ [^"]+"', tag), tag


def test_the_pictures_show_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is red: python scripts/make_pictures.py, and look at them."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import printing_pictures
    from make_pictures import ALL, draw

    made = {picture.name for picture in ALL} | set(printing_pictures.ALL)
    assert made == {picture.stem for picture in PICTURES}
    for picture in ALL:
        if (picture.paper, picture.ink) == ("letter", "full"):
            with Image.open(ROOT / f"docs/pictures/{picture.name}.png") as kept:
                now = draw(SAMPLES / f"{picture.printable}.pdf", picture)
                assert now.size == kept.size, picture.name
                difference = ImageChops.difference(now, kept.convert("RGB")).convert("L")
            # The palette moves a color by far less than this; a letter that moved, by more.
            assert not any(difference.histogram()[48:]), picture.name


def test_the_pictures_of_printing_show_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it is red: python scripts/make_pictures.py, and look at them."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import printing_pictures
    from make_pictures import beside, framed

    files = printing_pictures.built(tmp_path)
    for name, make in printing_pictures.ALL.items():
        with Image.open(ROOT / f"docs/pictures/{name}.png") as kept:
            now = beside([framed([it]) for it in make(files)])
            assert now.size == kept.size, name
            difference = ImageChops.difference(now, kept.convert("RGB")).convert("L")
        assert not any(difference.histogram()[48:]), name


@pytest.mark.parametrize("page", ["README.md", "docs/printables.md"])
def test_the_pages_of_the_sample_are_counted(page: str) -> None:
    said = re.search(r"about (\d+) pages", text_of(ROOT / page))
    document = pypdfium2.PdfDocument(SAMPLES / "booklet.pdf")
    pages = len(document)
    document.close()
    assert said
    assert abs(int(said[1]) - pages) <= 5, pages


# Commands


def subcommand(words: list[str]) -> tuple[click.Command, list[str], list[str]]:
    """The command that these words name, its own words, and what is left for it."""
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group) and rest and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
    return command, words[: len(words) - len(rest)], rest


def check_command(line: str, mentioned: bool = False) -> None:
    """A command in running text is only mentioned: it need not be complete."""
    command, path, rest = subcommand(shlex.split(line, comments=True)[1:])
    assert CliRunner().invoke(main, [*path, "--help"]).exit_code == 0, line
    if isinstance(command, click.Group):
        assert rest in ([], ["--help"], ["--version"]), line
    else:
        # Reads every option and value as the program does, and stops before it acts.
        with contextlib.suppress(click.MissingParameter) if mentioned else contextlib.nullcontext():
            command.make_context(path[-1], list(rest))


KNOWN = {"cd", "explorer.exe", "git", "pip", "python", "python3", "sudo"}


@every_page
def test_every_command_is_one(page: Path) -> None:
    for line in commands(page):
        words = shlex.split(line, comments=True)
        if words[0].rpartition("/")[2] == "pharmdocs":
            check_command(line)
        elif words[0] == "make":
            check_target(words)
        elif words[0] == "cp":
            assert (ROOT / words[1]).is_file(), line
            assert not (ROOT / words[2]).exists(), line
        else:
            assert words[0].rpartition("/")[2] in KNOWN, line


@every_page
def test_every_command_mentioned_is_one(page: Path) -> None:
    for line in mentions(page):
        if line.startswith("make "):
            check_target(shlex.split(line))
        else:
            check_command(line.replace("…", ""), mentioned=True)


def check_target(words: list[str]) -> None:
    """A target that `make` lists; ARGS go to the command that it runs."""
    words = [word for word in words if not word.startswith("PYTHON=")]
    assert set(words[1:2]) <= set(re.findall(r"^([a-z-]+):.*?##", text_of(ROOT / "Makefile"), re.M))
    runs = {"booklet": "build booklet", "proofs": "proof booklet"}
    for word in words[2:]:
        check_command(f"pharmdocs {runs[words[1]]} {word.removeprefix('ARGS=')}")


@every_page
def test_every_option_exists(page: Path) -> None:
    known = {"--help", "--version", "--no-deps", "--wheel-dir"}
    waiting: list[click.Command] = [main]
    while waiting:
        command = waiting.pop()
        known |= {name for item in command.params for name in item.opts + item.secondary_opts}
        waiting += command.commands.values() if isinstance(command, click.Group) else ()
    named = [word for code in in_code(page) for word in re.findall(r"(?<!\S)--[a-z][a-z-]+", code)]
    assert set(named) - {name for name in named if is_css(name)} <= known


def is_css(name: str) -> bool:
    """True for a variable of the style sheets, which begins like an option."""
    sheets = (text_of(path) for path in (ROOT / "templates").rglob("*.css"))
    return any(f"{name}:" in sheet or f"var({name})" in sheet for sheet in sheets)


@pytest.mark.parametrize("page", ["README.md", "docs/recipes.md"])
def test_the_plan_for_tonight_is_the_one_in_the_booklet(page: str) -> None:
    plans = text_of(ROOT / "content/interview/parts/study-plans.md")
    tonight = set(
        re.findall(r"#(q\d+)", plans[plans.index("## Tonight") : plans.index("## Three days")])
    )
    (line,) = (line for line in commands(ROOT / page) if line.endswith("for tonight"))
    selected = read_bank(Request(find_project(ROOT), only=shlex.split(line)[4]))
    assert {question.id for question in selected.questions} == tonight


# Snippets


@every_page
def test_every_settings_file_loads(page: Path, tmp_path: Path) -> None:
    for text in blocks(page, "toml"):
        lay(tmp_path, {"pharmdocs.toml": text})
        assert find_project(tmp_path).brand.name


@every_page
def test_every_piece_of_markdown_is_in_the_dialect(page: Path) -> None:
    problems: list[Problem] = []
    for text in blocks(page, "markdown"):
        markup.parse(text, page.name, 1, (2, 3), problems)
    assert problems == []


WRITING = ROOT / "docs/writing-questions.md"


def test_the_bank_of_the_page_is_sound(tmp_path: Path) -> None:
    lay(tmp_path, files(WRITING))
    bank = find_project(tmp_path).load_bank("training")
    assert [question.id for question in bank.questions] == ["q01"]
    assert [card.id for card in bank.cards] == ["bid", "prn"]
    assert [part.id for part in bank.book.parts()] == ["welcome"]
    assert [term.title for term in bank.glossary] == ["Prior authorization (PA)", "Will-call"]
    assert bank.checklist is not None


def test_the_report_on_the_page_is_the_one_a_writer_sees(tmp_path: Path) -> None:
    contents = files(WRITING)
    question = "content/training/q01-late-delivery.md"
    text = contents[question].replace("difficulty: easy", "difficulty: esy")
    contents[question] = text.replace("settings: [retail]", "settings: [retial]")
    lay(tmp_path, contents)
    with pytest.raises(ContentError) as caught:
        find_project(tmp_path).load_bank("training")
    said = "".join(f"error: {problem}\n" for problem in caught.value.problems)
    assert [said] == blocks(WRITING, "text")
    (example,) = blocks(ROOT / "docs/troubleshooting.md", "text")
    assert example in said


def test_every_section_and_field_of_a_question_is_explained() -> None:
    question = files(WRITING)["content/training/q01-late-delivery.md"]
    named = " ".join(in_code(WRITING)).split()
    assert set(re.findall(r"^([a-z_]+):", question, re.M)) <= set(named)


def test_the_bank_the_settings_and_the_style_sheet_of_the_pages_print(tmp_path: Path) -> None:
    customizing = ROOT / "docs/customizing.md"
    settings = blocks(customizing, "toml")[0]
    lay(tmp_path, files(WRITING) | files(customizing) | {"pharmdocs.toml": settings})
    request = Request(find_project(tmp_path), bank="training", ink="full", output=tmp_path)
    assert build_booklet(request).pages > 3


def test_the_stock_of_the_page_is_drawn_and_printed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the very commands that stand below it."""
    page = ROOT / "docs/customizing.md"
    lay(tmp_path, {"pharmdocs.toml": files(page)["pharmdocs.toml"]})
    monkeypatch.chdir(tmp_path)
    asked = [line for line in commands(page) if "my-labels" in line]
    for line in asked:
        result = CliRunner().invoke(main, shlex.split(line, comments=True)[1:])
        assert result.exit_code == 0, result.output
    assert "25 cards on 4 sheets of my-labels" in result.stdout
    drawing = (tmp_path / "my-labels.svg").read_text(encoding="utf-8")
    assert drawing.count('width="99.1" height="67.7"') == 8
    shown = json.loads(CliRunner().invoke(main, ["stocks", "my-labels", "--json"]).stdout)
    assert shown["margins_mm"] == {"left": 4.65, "right": 4.65, "top": 13.1, "bottom": 13.1}


def test_every_key_of_a_stock_is_explained() -> None:
    library = tomllib.loads(text_of(ROOT / "pharmdocs/imposition/stocks.toml"))
    used = {key for stock in library.values() for key in stock}
    assert used <= set(in_code(ROOT / "docs/customizing.md"))


# The rest


def test_the_changelog_knows_the_version() -> None:
    assert __version__ in text_of(ROOT / "CHANGELOG.md")


@every_page
def test_no_page_speaks_of_where_it_was_written(page: Path) -> None:
    text = text_of(page)
    assert not re.search(r"(?<![\w.<>-])/(?:work|tmp|home|root|Users|opt|usr|var)/", text)
    assert not re.search(r"\b(?:session|agent|workplace)s?\b", text, re.I)


def test_the_architecture_has_a_role_for_every_module() -> None:
    page = text_of(ROOT / "docs/architecture.md")
    house = page[page.index("## The house") : page.index("## Words")]
    rows = re.findall(r"^\| (`.*?) \|", house, re.M)
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    package = ROOT / "pharmdocs"
    modules = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    assert sorted(named) == sorted(name for name in modules if "__" not in name)


def test_every_file_the_architecture_names_is_there() -> None:
    places = [ROOT, ROOT / "pharmdocs", *(ROOT / "pharmdocs").iterdir(), ROOT / "templates"]
    for name in in_code(ROOT / "docs/architecture.md"):
        is_file = re.fullmatch(r"[\w/-]+\.(?:py|toml|css|md|j2)|[\w/-]+/", name)
        if is_file and name not in {"pharmdocs.toml", "bundled/"}:
            found = [place / name for place in places] + list((ROOT / "content").rglob(name))
            assert any(path.exists() for path in found), name


def test_the_reference_is_what_help_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is red: python scripts/make_reference.py"""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    from make_reference import page

    assert text_of(ROOT / "docs/commands.md") == page()


def test_the_shell_completes_commands_and_values(tmp_path: Path) -> None:
    around = {**os.environ, "_PHARMDOCS_COMPLETE": "bash_complete"}
    for words, at, found in (
        ("pharmdocs build fla", "2", "flashcards"),
        ("pharmdocs build booklet --ed", "3", "--edition"),
        ("pharmdocs build booklet --paper ", "4", "letter"),
    ):
        code = "from pharmdocs.cli import main; main(prog_name='pharmdocs')"
        command = [sys.executable, "-c", code]
        env = {**around, "COMP_WORDS": words, "COMP_CWORD": at}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        assert f"plain,{found}" in done.stdout, done.stdout
