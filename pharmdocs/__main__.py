"""`python -m pharmdocs` is the command `pharmdocs`."""

from pharmdocs.cli import main

if __name__ == "__main__":
    main()
