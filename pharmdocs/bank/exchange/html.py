"""HTML of other programs to our Markdown: cleaned by a real sanitiser, then reduced.

What is left are paragraphs, lists, strong and emphasised words. Pictures, sounds and everything
that acts are left out and told.
"""

import re

from pharmdocs.errors import Problem, SetupError

_KEPT = {"p", "br", "div", "b", "strong", "i", "em", "ul", "ol", "li"}
# Their contents go as well: they are no text.
_GONE = {"script", "style", "title", "iframe", "object", "embed", "noscript", "template"}
_SOUND = re.compile(r"\[sound:([^\]\n]{1,200})\]")
_PICTURE = re.compile(r"<(img|video|audio|svg|object|embed|iframe)\b[^>]*(?:>|\Z)", re.I)
_SOURCE = re.compile(r"\bsrc=[\"']?([^\s\"'>]{1,80})", re.I)


def reduced(html: str) -> tuple[str, tuple[str, ...]]:
    """The text as Markdown, and what was left out, by its kind and name.

    Raises:
        SetupError: what this takes is not installed.
    """
    try:
        import nh3
        from markdownify import markdownify
    except ImportError:
        what = "the file holds HTML, and what turns it into text is not installed"
        raise SetupError(Problem(None, what, 'pip install "pharmdocs[exchange]"')) from None
    lost = [f"a sound ({it[1]})" for it in _SOUND.finditer(html)]
    for it in _PICTURE.finditer(html):
        kind = "a picture" if it[1].lower() in ("img", "svg") else f"a part of kind {it[1]}"
        source = _SOURCE.search(it[0])
        lost.append(f"{kind} ({source[1]})" if source else kind)
    clean = nh3.clean(
        _SOUND.sub("", html), tags=_KEPT, clean_content_tags=_GONE, attributes={}, link_rel=None
    )
    # Its time grows with the square of a run of blanks.
    clean = re.sub(r"\s{2,}", lambda it: "\n" if "\n" in it[0] else " ", clean)
    text = markdownify(clean, bullets="-", strong_em_symbol="*", escape_misc=True)
    text = "\n".join(line.rstrip(" \t") for line in text.replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip(), tuple(lost)
