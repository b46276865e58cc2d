"""Writes docs/commands.md: what every command says of itself, as `--help` prints it."""

from collections.abc import Iterator
from pathlib import Path

import click

from pharmdocs.cli import main

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"

HEAD = """\
# All commands

What `--help` says of each, in one page to search. It is written by `scripts/make_reference.py`.

With completion the shell knows them all: type the beginning, press Tab. Put this line into
`~/.bashrc`, once:

```bash
eval "$(_PHARMDOCS_COMPLETE=bash_source pharmdocs)"
```

For zsh write `zsh_source`, into `~/.zshrc`; for fish
`_PHARMDOCS_COMPLETE=fish_source pharmdocs | source`, into `~/.config/fish/config.fish`.
"""


def commands(
    command: click.Command, word: str, above: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    """Every command below this one and itself, by its words, with its help at 80 columns."""
    settings = {**command.context_settings, "terminal_width": 80, "max_content_width": 80}
    context = click.Context(command, above, word, **settings)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below and not below.hidden:
                yield from commands(below, name, context)


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, text in commands(main, "pharmdocs"):
        parts.append(f"\n## {name}\n\n```text\n{text.rstrip()}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
