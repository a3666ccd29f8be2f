"""The commands: each module is one, imported when it runs; only they and the terminal print."""

FINE, WRONG_SOURCE, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
