"""Bank -> pages that a reader reads."""
