"""What stands on the checklist, and people to print it for: for scripts that print it otherwise."""

import csv
import re
import tomllib
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).resolve().parent.parent / "content" / "interview"
STRINGS = Path(__file__).resolve().parent.parent / "templates" / "strings" / "en.toml"

FIELDS = ("name", "role", "employer", "place", "date", "time", "interviewer", "interviewer-email")
COLUMNS = (*FIELDS, "certification", "number", "expires")
# Who they are does not matter; that no two pages are alike does.
NAMES = """
Ana Łukasz Mei Jürgen Sofía Noah Priya Zoë Omar Chloé Ines Tomás Renée Björk Dana Lee
Silva Ağaoğlu Chen Müller García Patel Novák Haddad Lefèvre Kowalczyk Stone Park Reyes
"""
FIRST, LAST = (line.split() for line in NAMES.strip().splitlines())


def write_people(path: Path, count: int) -> None:
    """A roster of so many people, all of it filled in."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for number in range(count):
            first, last = FIRST[number % len(FIRST)], LAST[number // 3 % len(LAST)]
            rows.writerow((
                f"{first} {last}", "Pharmacy Technician", f"Riverside Pharmacy {number % 9}",
                f"{100 + number} Main Street, side entrance", f"2030-12-{1 + number % 28:02}",
                f"{8 + number % 4}:30 a.m.", f"Dr. {LAST[number % len(LAST)]}",
                f"m.{number}@riverside.example", "CPhT", f"500-{number:06}",
                f"2031-05-{1 + number % 28:02}",
            ))  # fmt: skip


def people(path: Path) -> list[dict[str, str]]:
    """The people of a roster, their days as they are printed."""
    words = tomllib.loads(STRINGS.read_text(encoding="utf-8"))["dates"]
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    for person in found:
        for column in ("date", "expires"):
            year, month, day = (int(part) for part in person[column].split("-"))
            person[column] = f"{words['months'][month - 1]} {day}, {year}"
    return found


def texts() -> dict[str, Any]:
    """The words of the sheet: its lists, certificates, questions and the email, and fixed words."""
    content = tomllib.loads((CONTENT / "checklist.toml").read_text(encoding="utf-8"))
    words = tomllib.loads(STRINGS.read_text(encoding="utf-8"))["checklist"]
    general = [ask for ask in content["question"] if len(ask["settings"]) == 4]
    email = content["email"]
    return {
        "title": content["title"],
        "lead": content["lead"],
        "fields": [(name, words["fields"][name]) for name in FIELDS],
        "groups": [(group["name"], group["items"]) for group in content["group"]],
        "certificates": [held["name"] for held in content["certification"]] + [words["other"]],
        "asks": [
            (words["asks"][group], [ask["text"] for ask in general if ask["group"] == group])
            for group in ("role", "team", "growth", "next")
        ],
        "email": [email["subject"], email["greeting"], *email["body"], email["closing"]],
        "words": words,
    }


def blanks(text: str) -> list[str]:
    """A text of the email in parts, between which there are lines to write on."""
    return re.split(r"\{[^{}]*\}|\[[^\[\]]*\]", text)
