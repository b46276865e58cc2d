"""What pharmdocs needs may be passed on by anybody, and docs/licences.md says what that is."""

from collections.abc import Callable
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

import licences
import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.system
def test_the_list_is_that_of_what_is_installed() -> None:
    """When it is red: read the new package's licence, then python scripts/licences.py.

    A newer Python needs fewer packages than the oldest one, with which the list is written.
    """
    found = licences.written(licences.packages(distribution("pharmdocs"))).splitlines()
    listed = licences.LIST.read_text(encoding="utf-8").splitlines()
    assert [line for line in found if line not in listed] == []
    more = [line.split(" | ")[0] for line in listed if line not in found]
    assert set(more) <= {f"| {name}" for name in ("importlib-metadata", "zipp")}


@pytest.mark.system
def test_everything_in_the_list_is_in_a_lock() -> None:
    """What is installed by chance has no hash and comes to nobody else."""
    locks = [path.read_text(encoding="utf-8") for path in ROOT.glob("requirements*.lock")]
    lines = "".join(locks).splitlines()
    locked = {line.partition("==")[0] for line in lines if "==" in line}
    found = {package.name for package in licences.packages(distribution("pharmdocs"))}
    assert found - locked == set()
    # Of each way in: asked for, asked for by what is asked for, through an extra of either.
    assert found >= {"weasyprint", "webencodings", "brotli", "openpyxl", "et-xmlfile", "frozendict"}


Make = Callable[..., Distribution]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """`make("name", *lines)` is a made-up package that says these lines of itself."""

    def made(name: str, *lines: str) -> Distribution:
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        text = "\n".join(("Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines))
        (folder / "METADATA").write_text(f"{text}\n", encoding="utf-8")
        return PathDistribution(folder)

    return made


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (("License-Expression: MIT",), "MIT"),
        (("License-Expression: Apache-2.0 OR GPL-3.0-only",), "Apache-2.0 OR GPL-3.0-only"),
        (("License: BSD-3-Clause",), "BSD-3-Clause"),
        (("Classifier: License :: OSI Approved :: BSD License",), "BSD"),
        # The classifier is chosen from a list, the text is anything.
        (("License: see the file", "Classifier: License :: OSI Approved :: MIT License"), "MIT"),
        (
            ("Classifier: License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)",),
            "MPL-2.0",
        ),
    ],
)
def test_what_anybody_may_pass_on_is_let_in(
    make: Make, lines: tuple[str, ...], licence: str
) -> None:
    assert licences.licence(package := make("sound", *lines)) == licence
    root = make("root", "Requires-Dist: sound")
    assert licences.packages(root, {"sound": package}.__getitem__)[0].licence == licence


@pytest.mark.parametrize(
    "lines",
    [
        ("License-Expression: AGPL-3.0-or-later",),
        ("License-Expression: GPL-2.0-only",),
        ("License-Expression: MIT AND GPL-3.0-or-later",),
        ("License: AGPL",),
        ("License: GPL, ask us for another one",),
        ("Classifier: License :: OSI Approved :: GNU Affero General Public License v3",),
        (
            "Classifier: License :: OSI Approved :: MIT License",
            "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        ),
        ("License: free for private use",),
        (),
    ],
)
def test_what_may_not_be_passed_on_is_refused(make: Make, lines: tuple[str, ...]) -> None:
    """Also deep below, and where only an extra asks for it."""
    found = {
        "between": make("between", "License: MIT", "Requires-Dist: viral"),
        "viral": make("viral", *lines),
    }
    root = make("root", "Provides-Extra: more", 'Requires-Dist: between; extra == "more"')
    with pytest.raises(licences.UnlicensedError, match=r"^viral: says `.*` of its licence"):
        licences.packages(root, found.__getitem__)


def test_what_was_read_by_a_person_holds_for_those_words_alone(make: Make) -> None:
    words, meant = licences.READ["pypdfium2"]
    assert licences.licence(make("pypdfium2", f"License: {words}")) == meant
    other = make("pypdfium2x", f"License: {words}")
    assert not licences.allowed(licences.licence(other))


def test_a_new_wording_is_read_again(make: Make) -> None:
    changed = make("pypdfium2", "License: BSD-3-Clause, Apache-2.0, GPL")
    assert not licences.allowed(licences.licence(changed))
