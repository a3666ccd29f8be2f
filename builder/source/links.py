"""Where a link leads: to the web, to a topic of the course, or nowhere that we allow."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urlsplit

from builder.diagnostics import Diagnostic, quoted
from builder.span import Span

_SCHEMES = ("http", "https", "mailto")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NO_PATH = re.compile(r"^[A-Za-z]:|[\\\x00-\x1f]")


def link_target(href: str, folder: str, span: Span) -> tuple[str, str, Diagnostic | None]:
    """Return the address, the topic's name (or the empty string), and what is wrong.

    `folder` is the folder of the topic that holds the link, inside the course.
    """
    if _SCHEME.match(href):
        return href, "", _web_problem(href, span)
    path = unquote(href.partition("#")[0])
    inside = course_path(path, folder)
    if inside is None:
        hint = "link to a topic of this course (rapport.md) or to the web (https://…)"
        return href, "", Diagnostic("path-outside", "this link leaves the course", span, hint)
    if not inside.endswith(".md") or "#" in href:
        return href, "", _no_target(href, span)
    return href, inside.removesuffix(".md"), None


def image_target(src: str, folder: str, span: Span) -> tuple[str, Diagnostic | None]:
    """Return a picture's path inside the course, or the empty string and what is wrong."""
    if not src:
        hint = "write the file's name between the brackets: ![what it shows](tree.png)"
        return "", Diagnostic("image-missing", "this image names no picture", span, hint)
    if _SCHEME.match(src) or src.startswith("//"):
        hint = "save the picture beside the topic and name the file: ![what it shows](tree.png)"
        message = "pictures are not fetched from elsewhere"
        return "", Diagnostic("image-remote", message, span, hint)
    inside = course_path(unquote(src), folder)
    if inside is None:
        hint = "copy the picture into the course's folder, and write its path with /"
        return "", Diagnostic("path-outside", "this picture lies outside the course", span, hint)
    return inside, None


def course_path(path: str, folder: str) -> str | None:
    """Return the path inside the course that a relative path means, or None if it leaves it."""
    if path.startswith("/") or _NO_PATH.search(path):
        return None
    inside = posixpath.normpath(posixpath.join(folder, path))
    return None if inside == ".." or inside.startswith(("../", "/")) else inside


def _no_target(href: str, span: Span) -> Diagnostic:
    """Say why a path is no topic's."""
    address, _, part = href.partition("#")
    if not href:
        message, hint = "this link leads nowhere", "write where it leads: [Rapport](rapport.md)"
    elif part or not address:
        message = "a link can't lead to a place inside a topic"
        hint = f"write it without #: ({unquote(address)})" if address else "link to another topic"
    else:
        message = f"{quoted(unquote(href))} is neither a topic of this course nor on the web"
        hint = "link to a topic with its .md, as [Rapport](rapport.md), or to https://…"
    return Diagnostic("link-unknown", message, span, hint)


def _web_problem(href: str, span: Span) -> Diagnostic | None:
    try:
        parts = urlsplit(href)
    except ValueError:
        message = f"{quoted(href)} is not an address"
        return Diagnostic("link-scheme", message, span, "check the address")
    scheme = parts.scheme.lower()
    if scheme not in _SCHEMES:
        message = f"a link can't begin with {quoted(scheme + ':')}"
        hint = "link to https://…, http://…, mailto:… or to a topic of this course (rapport.md)"
        return Diagnostic("link-scheme", message, span, hint)
    if not (parts.netloc or (scheme == "mailto" and parts.path)):
        message = f"{quoted(href)} is not an address"
        return Diagnostic("link-scheme", message, span, "check the address")
    return None
