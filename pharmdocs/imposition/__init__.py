"""Pages -> sheets that a printer prints."""
