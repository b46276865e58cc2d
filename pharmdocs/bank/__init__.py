"""Content, once it is checked: what a bank is and how its files are read."""
