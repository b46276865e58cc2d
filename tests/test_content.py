"""The interview bank keeps its promises: forms, competencies, scope of practice, safe doses.

The files are read here as text, by rules of this page alone.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "content" / "interview"
FILES = {path.name[:3]: path for path in sorted(FOLDER.glob("q*.md"))}
TEXTS = {
    path.relative_to(FOLDER).as_posix(): path
    for kind in ("*.md", "*.toml")
    for path in sorted(FOLDER.rglob(kind))
}
IDS = [f"q{number:02}" for number in range(1, 26)]

STAR = ["part Situation", "part Task", "part Action", "part Result"]
# What the sample answer is made of, besides plain paragraphs. "+" means that many or more.
FORMS = {
    "q01": ["prose"],
    "q02": ["prose"],
    "q03": ["bullets 5+"],
    "q04": ["prose"],
    "q05": ["prose"],
    "q06": ["bullets 5+"],
    "q07": ["bullets 3+"],
    "q08": ["table System / Time used / Used for"],
    "q09": STAR,
    "q10": ["steps 5"],
    "q11": ["bullets 6+"],
    "q12": ["part Situation", "part Action", "part Result"],
    "q13": ["bullets 5+"],
    "q14": ["bullets 3+", "table Task / What it means / How often"],
    "q15": ["bullets 4+"],
    "q16": ["bullets 7+"],
    "q17": ["steps 5"],
    "q18": ["bullets 6+"],
    "q19": ["bullets 5+"],
    "q20": ["steps 5"],
    "q21": ["bullets 3+"],
    "q22": ["bullets 4+"],
    "q23": ["bullets 5+"],
    "q24": ["bullets 4+", "table Resource / What for"],
    "q25": ["bullets 4+", "bullets 5+"],
}
PROSE = [id_ for id_, form in FORMS.items() if form == ["prose"]]

COMPETENCIES = {
    "q01": "knowledge, experience",
    "q02": "problem solving, communication",
    "q03": "attention to detail, procedure",
    "q04": "ethics, privacy",
    "q05": "motivation, career goals",
    "q06": "organization, time management",
    "q07": "multitasking, prioritization",
    "q08": "technical skills, experience",
    "q09": "customer service, conflict resolution",
    "q10": "insurance, communication",
    "q11": "accuracy, attention to detail",
    "q12": "stress management, resilience",
    "q13": "professional development",
    "q14": "compliance, regulation",
    "q15": "compounding, experience",
    "q16": "procedure, communication",
    "q17": "problem solving, accountability",
    "q18": "patient education, communication",
    "q19": "ethics, legal awareness",
    "q20": "attention to detail, problem solving",
    "q21": "technical skills, experience",
    "q22": "teamwork, interpersonal",
    "q23": "stress management, self-care",
    "q24": "regulatory knowledge, development",
    "q25": "versatility, team support",
}

# A technician who says one of these has left the scope of practice.
OUT_OF_SCOPE = re.compile(
    r"\bI (would |will |can |could )?(counsel|advise|diagnose|confront|accuse|prescribe|recommend"
    r"|tell (the patient|patients|them) how to take|change the dose|adjust the dose"
    r"|confirm the dose|approve|override)\b"
    r"|\bI[’'](d|ll) (counsel|advise|diagnose|confront|accuse|prescribe|recommend)\b"
    r"|\b(the|that) (new |changed )?dose (is|was) (right|correct|fine)\b",
    re.IGNORECASE,
)

UNSAFE_DOSES = {
    "a trailing zero": re.compile(r"\d\.\d*0\s*(mg|mcg|g|kg|mL|L|units?|tablets?)\b"),
    "a naked point": re.compile(r"(?<![\w.])\.\d"),
    "a microgram that can be read as a milligram": re.compile(r"µg|μg|\bug\b|\bmcgs\b"),
    "units written as a letter": re.compile(r"\d\s*(U|IU|u)\b"),
    "milliliters without their capital": re.compile(r"\d\s*(ml|cc)\b"),
    "no blank between figure and unit": re.compile(r"\d(mg|mcg|mL|kg|units?)\b"),
}


def front_matter(id_: str) -> dict[str, str]:
    fields = FILES[id_].read_text(encoding="utf-8").split("---\n")[1]
    return dict(line.split(": ", 1) for line in fields.splitlines())


def listed(id_: str, key: str) -> list[str]:
    """A list in brackets."""
    return front_matter(id_)[key].strip("[]").split(", ")


def section(id_: str, title: str) -> str:
    text = FILES[id_].read_text(encoding="utf-8")
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0].strip()


def paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text.strip()) if part]


def bodies() -> Iterator[tuple[str, str]]:
    """The running text of every Markdown file, without front matter and `##` headings."""
    for name, path in TEXTS.items():
        if path.suffix == ".md":
            body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
            yield name, re.sub(r"^## .*$", "", body, flags=re.M)


def form(sample: str) -> list[str]:
    """What an answer is made of: parts, lists and tables; "prose" when there is nothing else."""
    found = []
    for block in paragraphs(sample):
        lines = block.splitlines()
        if block.startswith("### "):
            found.append(f"part {lines[0][4:]}")
        elif block.startswith("- "):
            found.append(f"bullets {sum(line.startswith('- ') for line in lines)}")
        elif re.match(r"\d+\. ", block):
            found.append(f"steps {sum(bool(re.match(r'[0-9]+[.] ', line)) for line in lines)}")
        elif block.startswith("|"):
            found.append("table " + " / ".join(c.strip() for c in lines[0].strip("|").split("|")))
    return found or ["prose"]


def keeps(found: str, asked: str) -> bool:
    """True when a block is the one asked for; "5+" asks for five or more."""
    if not asked.endswith("+"):
        return found == asked
    kind, number = found.split(" ", 1)
    wanted, least = asked[:-1].split(" ")
    return kind == wanted and int(number) >= int(least)


def test_there_are_25_questions() -> None:
    assert list(FILES) == IDS
    assert [front_matter(id_)["id"] for id_ in IDS] == IDS


@pytest.mark.parametrize("id_", IDS)
def test_the_sample_answer_has_the_form_of_the_brief(id_: str) -> None:
    found = form(section(id_, "Sample answer"))
    assert len(found) == len(FORMS[id_]), found
    assert [
        one for one, asked in zip(found, FORMS[id_], strict=True) if not keeps(one, asked)
    ] == []


def test_the_answer_on_compounding_begins_in_prose() -> None:
    assert section("q15", "Sample answer")[0].isalpha()


@pytest.mark.parametrize("id_", IDS)
def test_the_competencies_are_those_of_the_brief(id_: str) -> None:
    assert listed(id_, "competencies") == COMPETENCIES[id_].split(", ")


@pytest.mark.parametrize("id_", IDS)
def test_a_card_has_three_to_five_points_of_at_most_twelve_words(id_: str) -> None:
    points = section(id_, "Card points").splitlines()
    assert 3 <= len(points) <= 5
    assert [point for point in points if len(point.removeprefix("- ").split()) > 12] == []


@pytest.mark.parametrize("id_", IDS)
def test_the_follow_up_leads_to_another_question(id_: str) -> None:
    [(label, target)] = re.findall(r"\[(\w+)\]\(#(\w+)\)", section(id_, "Follow-up"))
    assert label == target.upper()
    assert target in set(IDS) - {id_}


def test_every_source_is_listed_and_every_listed_source_is_used() -> None:
    bank = tomllib.loads((FOLDER / "bank.toml").read_text(encoding="utf-8"))
    assert {key for id_ in IDS for key in listed(id_, "sources")} == set(bank["sources"])


def test_the_ranks_are_1_to_25() -> None:
    assert sorted(int(front_matter(id_)["asked"]) for id_ in IDS) == list(range(1, 26))


def test_the_six_categories_all_hold_questions() -> None:
    bank = tomllib.loads((FOLDER / "bank.toml").read_text(encoding="utf-8"))
    assert {front_matter(id_)["category"] for id_ in IDS} == set(bank["categories"])
    assert len(bank["categories"]) == 6


def test_the_glossary_explains_sixty_terms_or_more() -> None:
    text = (FOLDER / "glossary.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^## \S", text, re.M)) >= 60


@pytest.mark.parametrize("id_", IDS)
@pytest.mark.parametrize("title", ["Sample answer", "If you're new", "Card points"])
def test_nothing_that_a_reader_would_say_leaves_the_scope_of_practice(id_: str, title: str) -> None:
    assert [match[0] for match in OUT_OF_SCOPE.finditer(section(id_, title))] == []


@pytest.mark.parametrize("id_", IDS)
def test_the_pharmacist_has_a_part_in_every_answer_about_medicines(id_: str) -> None:
    """Why this career, and continuous learning, are about the candidate alone."""
    answer = section(id_, "Sample answer") + section(id_, "Card points")
    assert "pharmacist" in answer or id_ in {"q05", "q13"}


@pytest.mark.parametrize("name", TEXTS)
def test_doses_are_written_as_safe_practice_wants_them(name: str) -> None:
    text = TEXTS[name].read_text(encoding="utf-8")
    if name == "parts/preparing.md":  # its table shows what not to write
        text = re.sub(r"^\|.*$", "", text, flags=re.M)
    found = {fault: pattern.findall(text) for fault, pattern in UNSAFE_DOSES.items()}
    assert {fault: doses for fault, doses in found.items() if doses} == {}


def test_no_body_holds_a_straight_quotation_mark() -> None:
    found = [(name, line) for name, body in bodies() for line in body.splitlines()
             if '"' in line or "'" in line]  # fmt: skip
    assert found == []


def test_quotation_marks_come_in_pairs() -> None:
    """In every paragraph, item and cell, but for the prose samples, which run over paragraphs."""
    odd = []
    for name, body in bodies():
        spoken = section(name[:3], "Sample answer") if name[:3] in PROSE else ""
        for line in body.replace(spoken, "").splitlines():
            marks = re.sub("[^“”]", "", line)
            if marks != "“”" * (len(marks) // 2):
                odd.append((name, line))
    assert odd == []


@pytest.mark.parametrize("id_", PROSE)
def test_a_spoken_answer_opens_every_paragraph_and_closes_once(id_: str) -> None:
    """A quotation of several paragraphs, as US printers set it."""
    spoken = paragraphs(section(id_, "Sample answer"))
    assert [re.sub("[^“”]", "", part) for part in spoken] == ["“"] * (len(spoken) - 1) + ["“”"]
    assert {part[0] for part in spoken} == {"“"}
    assert spoken[-1][-1] == "”"


@pytest.mark.parametrize("id_", sorted(set(IDS) - set(PROSE)))
def test_an_answer_in_another_form_is_not_quoted(id_: str) -> None:
    blocks = paragraphs(section(id_, "Sample answer"))
    items = [re.sub(r"^(- |\d+\. )(\*\*)?", "", line) for b in blocks for line in b.splitlines()]
    assert [item for item in items if item[0] == "“" or item[-1] == "”"] == []
