"""Templates: found by name, the user's before ours, and filled; a slip in one is told by its line.

A name that a template does not know stops the build. Templates run in a sandbox: they lay out and
reach nothing of the program.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.sandbox import SandboxedEnvironment

from pharmdocs.errors import Location, Problem, SetupError
from pharmdocs.project import Project
from pharmdocs.strict import read_text

_NOTHING = object()
# What an expression in a template can run into.
_SLIPS = (TypeError, ValueError, ArithmeticError, LookupError, RecursionError)


def environment(
    found_in: "Project | Loader", filters: Mapping[str, Callable[..., Any]]
) -> jinja2.Environment:
    """Where templates are found, and what they may call."""
    found = _Sandbox(
        loader=Loader(found_in) if isinstance(found_in, Project) else found_in,
        undefined=_Missing,
        autoescape=True,
        bytecode_cache=_COMPILED,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(filters)
    return found


class _Sandbox(SandboxedEnvironment):
    """The library's, which knows plain data of ours when it sees some: a deck has thousands."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if "__dataclass_fields__" in type(obj).__dict__ and not attribute.startswith("_"):
            found = getattr(obj, attribute, _NOTHING)
            if found is not _NOTHING:
                return found
        return super().getattr(obj, attribute)


class _Compiled(jinja2.BytecodeCache):
    """Templates that were compiled in this process, or before it was forked, by their texts."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class _Missing(jinja2.StrictUndefined):
    """A name that a template asks for in vain, told without Python's type names."""

    @property
    def _undefined_message(self) -> str:
        return f"there is no `{self._undefined_name}` to print here"


class Loader(jinja2.BaseLoader):
    """Finds a template by its name under templates/, the user's before ours.

    Knows what it found under each name that it was asked for; None for nothing.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.found: dict[str, str | None] = {}

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Any]:
        """What the library asks for: a template, the name by which its mistakes are told."""
        text = self.found[template] = self._read(template)
        if text is None:
            raise jinja2.TemplateNotFound(template)
        return text, self.project.template(template)[1], lambda: True

    def reads_the_same(self) -> bool:
        """Whether all of that is as it was.

        Raises:
            SetupError: as when a template is filled.
        """
        return all(self._read(name) == text for name, text in self.found.items())

    def _read(self, template: str) -> str | None:
        path, label = self.project.template(template)
        if not path.is_file():
            return None
        problems: list[Problem] = []
        text = read_text(path, label, problems)
        if problems:
            raise SetupError(*problems)
        return text


def fill(environment: jinja2.Environment, name: str, context: dict[str, Any]) -> str:
    """A template's text.

    Raises:
        SetupError: it is missing or broken, or asks for a name that does not exist.
    """
    with told(name):
        return environment.get_template(name).render(context)


@contextmanager
def told(name: str) -> Iterator[None]:
    """Tell what goes wrong with a template in the block by its place.

    Raises:
        SetupError: as `fill` has it.
    """
    fix = "mend the template, or delete your copy to use the bundled one"
    try:
        yield
    except jinja2.TemplateNotFound as error:
        where = _in_template(error) or Location(name)
        raise SetupError(Problem(where, f"there is no template `{error.name}`", fix)) from None
    except jinja2.TemplateSyntaxError as error:
        where = Location(error.filename or error.name or name, error.lineno)
        raise SetupError(Problem(where, f"{error.message}", fix)) from None
    except (jinja2.TemplateRuntimeError, *_SLIPS) as error:
        at = _in_template(error)
        if at is None:
            raise
        raise SetupError(Problem(at, str(error), fix)) from None


def _in_template(error: BaseException) -> Location | None:
    """The place in a template that the error comes from; None when it comes from us."""
    frames = traceback.extract_tb(error.__traceback__)
    at = next((frame for frame in reversed(frames) if frame.filename.endswith(".j2")), None)
    return Location(at.filename, at.lineno or 0) if at else None
