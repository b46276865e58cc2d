"""Where our own files lie, in the wheel and in the checkout alike; loads nothing else."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled() -> Path:
    """The folder that holds our own templates/ and content/: in the wheel, or the checkout."""
    packed = _PACKAGE / "bundled"
    return packed if packed.is_dir() else _PACKAGE.parent
