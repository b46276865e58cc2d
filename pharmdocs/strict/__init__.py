"""Strict reading of what people write by hand: text files, TOML, YAML front matter.

Every value keeps its line, and text stays text: `no` is "no" and `012` is "012". A key that nobody
asked for is a problem with its closest match, never ignored. Problems are collected; the caller
raises them all at once. Front matter is read by `strict.front_matter`, which takes a while to load.
"""

from pharmdocs.strict.table import Table, Value, misspelt
from pharmdocs.strict.text import read_text
from pharmdocs.strict.toml import SETTINGS, read_toml

__all__ = [
    "SETTINGS",
    "Table",
    "Value",
    "misspelt",
    "read_text",
    "read_toml",
]
