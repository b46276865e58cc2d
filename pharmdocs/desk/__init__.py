"""The author's desk: what is written is seen at once. Knows builds and nothing below them."""
