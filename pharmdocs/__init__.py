"""pharmdocs prints a bank of interview questions: cards, a study booklet, a checklist."""

__version__ = "0.1.0"
