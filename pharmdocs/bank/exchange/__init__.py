"""Banks on their way to other programs, and back: a file a format."""
