"""Who the checklist is for: one person from the project or the options, or a roster of them."""
