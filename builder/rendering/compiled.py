"""Templates of ours as Jinja compiled them, kept for other processes."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from builder import kept

_KIND = "template"  # of pieces that are kept between builds


class Compiled(BytecodeCache):
    """Keeps the code of templates, by their text and where they lie."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket what is kept, if anything is; it looks whether that is its own."""
        if found := kept.known(_KIND, _key(bucket)):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is in the bucket."""
        kept.keep(_KIND, _key(bucket), bucket.bytecode_to_string())


def _key(bucket: Bucket) -> str:
    return f"{bucket.key} {bucket.checksum}"
