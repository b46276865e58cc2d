"""The command line: reads options, calls the library, says what happened.

Command modules import nothing heavy at the top, so that `--help` answers at once. Here is the
only handler of a PharmdocsError.
"""

import codecs
import io
import sys
from typing import Any

import click

from pharmdocs import __version__
from pharmdocs.cli.bank import bank
from pharmdocs.cli.build import build
from pharmdocs.cli.cache import cache
from pharmdocs.cli.calibrate import calibrate
from pharmdocs.cli.check import check
from pharmdocs.cli.doctor import doctor
from pharmdocs.cli.exchange import export, import_  # noqa: F401  # they join `bank`
from pharmdocs.cli.init import init
from pharmdocs.cli.print import print_
from pharmdocs.cli.printers import printers
from pharmdocs.cli.proof import proof
from pharmdocs.cli.report import complain
from pharmdocs.cli.serve import serve
from pharmdocs.cli.signals import Ended, ended_by_signals
from pharmdocs.cli.stocks import stocks
from pharmdocs.errors import OutputError, PharmdocsError, Problem, remedy


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What a terminal cannot show, as JSON writes it: a finished build never fails for a quote."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    data = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    units = (data[at : at + 2].hex() for at in range(0, len(data), 2))
    return "".join(f"\\u{unit}" for unit in units), error.end


class _Pharmdocs(click.Group):
    """The outermost group: turns a failure into its message and its exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        codecs.register_error("escaped", _escaped)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="escaped")
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with ended_by_signals():
                return super().invoke(ctx)
        except PharmdocsError as error:
            complain(error)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            what = f"{where}{error.strerror or error}"
            complain(OutputError(Problem(None, what, remedy(error))))
            ctx.exit(6)
        except (KeyboardInterrupt, click.Abort, RuntimeError) as stop:
            # One that comes while a class is made is told by another error.
            known = isinstance(stop, (KeyboardInterrupt, click.Abort))
            first = stop if known else stop.__cause__
            if not isinstance(first, (KeyboardInterrupt, click.Abort)):
                raise
            click.echo("\nstopped", err=True)
            ctx.exit(128 + first.signal if isinstance(first, Ended) else 130)


@click.group(cls=_Pharmdocs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pharmdocs")
def main() -> None:
    """Print a bank of interview questions so that the paper comes out right the first time.

    \b
    Examples:
      pharmdocs build booklet                    the study booklet, output/booklet.pdf
      pharmdocs build booklet --paper a4 --ink low
      pharmdocs build booklet --only q03,q07-q12 only these questions
      pharmdocs build flashcards --stock avery-5388
      pharmdocs build zine --how-to              eight pages out of one sheet
      pharmdocs init fair                        a project of your own, in fair/
      pharmdocs bank list --only setting:hospital
      pharmdocs serve --open                     see the pages while you write
      pharmdocs proof booklet                    look at the pages as pictures
      pharmdocs check output/booklet.pdf         does it keep what it promises?
      pharmdocs print output/booklet.pdf         with the right options for that file
      pharmdocs doctor                           is everything here that is needed?
    """


main.add_command(init)
main.add_command(build)
main.add_command(bank)
main.add_command(serve)
main.add_command(proof)
main.add_command(print_)
main.add_command(check)
main.add_command(stocks)
main.add_command(calibrate)
main.add_command(printers)
main.add_command(cache)
main.add_command(doctor)
