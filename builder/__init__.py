"""Rectoverso: one text becomes a handout, flashcards and an Anki deck.

The pipeline, from left to right; no arrow goes back:

    source.load                read course.toml and Markdown; mistakes become diagnostics
      → checks                 what can only be seen in whole topics and courses
      → identity.assign        the lock: who each note is for ever
      → outputs.<kind>.render  bytes of a PDF or a package, through rendering and printing
      → build.run, build.write every file whole or not at all

`model` holds the data that flows, `diagnostics` what is wrong with it, `cli` the commands.
"""

__version__ = "0.1.0"
