"""Who a note is for ever: the lock file, recognising notes, and giving new ones their identity."""
