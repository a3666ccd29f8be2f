"""From files to the model: discover, read, course.toml, Markdown syntax, tokens to topics."""
