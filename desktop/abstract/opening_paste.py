"""What is pasted as plain text: letters as they are, markup without its signs."""

from __future__ import annotations

import re

from PySide6.QtCore import QMimeData

# A tag or a declaration, as in a page's source that was copied as text.
_MARKUP = re.compile(r"<(?:!--|!doctype|\?xml|/?[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)


def plain_paste(source: QMimeData) -> tuple[str, tuple[str, ...]]:
    """Text to insert, and sentences on what was left out of it.

    Raises:
        InputError: it is too long or no text.
    """
    from engine.abstracts.tidying import bounded_text, tidied

    text = source.text() if source.hasText() else source.html()
    if source.hasText() and not _MARKUP.search(bounded_text(text)):
        # A word that is pasted in the middle of a line brings its blanks along.
        blank = " " if text[:1] == " " else ""
        return blank + tidied(text) + (" " if text[-1:] == " " and text.strip() else ""), ()
    from engine.abstracts.opening import pasted

    abstract = pasted(text) if source.hasText() else pasted("", text)
    return abstract.whole, (abstract.remark,) if abstract.remark else ()
