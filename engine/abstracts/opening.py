"""Opens abstracts: from a file of any kind that is read, from a folder of them, from pasted text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.abstracts.contents import EMPTY_TEXT, abstract_of_text, abstracts_of_stream
from engine.abstracts.folder import files_in
from engine.abstracts.model import Abstract, Check
from engine.abstracts.streams import opened_stream
from engine.abstracts.tidying import bounded_text
from engine.abstracts.web import text_of_html
from engine.errors import InputError
from engine.records.strikes import has_strikes


def open_abstracts(path: Path, check: Check | None = None) -> Iterator[Abstract]:
    """The abstracts of a file, or of all files of a folder and the folders in it, in the order of their names.

    Where a file of a folder, or a record of a file, cannot be read, an item without title and text says why in its remark, and
    the rest goes on. `check` is called all the while and may raise `CancelledError`.

    Raises:
        InputError: at the first step: the file holds nothing that can be read, or the folder no file of abstracts.
    """
    if path.is_dir():
        yield from _of_folder(path, check)
    else:
        yield from abstracts_of_file(path, path.name, check)


def abstracts_of_file(path: Path, source: str, check: Check | None = None) -> Iterator[Abstract]:
    """The abstracts of one file, of which each names `source`; damage further on is a last item that says so.

    Raises:
        InputError: the file holds nothing that can be read.
    """
    place = 0
    try:
        with opened_stream(path, check) as stream:
            for abstract in abstracts_of_stream(stream, path.name, check):
                place = abstract.place
                yield replace(abstract, source=source)
    except InputError as error:
        if not place:
            raise
        so_many = "The 1 record before it was" if place == 1 else f"The {place:,} records before it were"
        remark = f"{error.sentence} {so_many} read, the rest of the file was not."
        yield Abstract("", source=source, place=place + 1, remark=remark)


def pasted(text: str, html: str | None = None) -> Abstract:
    """What a person pasted or typed, as it is shown and read; `html` is the other form in which a clipboard may hold it.

    The source of a web page, and one record of PubMed, are taken for what they are.

    Raises:
        InputError: there is no text, it is too long or holds zero bytes, or it is damaged XML.
    """
    if html and (not text.strip() or has_strikes(html)):
        text, remarks = text_of_html(bounded_text(html))
        if not text:
            raise InputError(EMPTY_TEXT)
        return Abstract(bounded_text(text), remark=" ".join(remarks))
    return replace(abstract_of_text(bounded_text(text), EMPTY_TEXT), place=0)


def _of_folder(folder: Path, check: Check | None) -> Iterator[Abstract]:
    content = files_in(folder, check)
    if not content.files:
        raise InputError("The folder holds no file of abstracts that can be opened.")
    for name in content.files:
        try:
            yield from abstracts_of_file(folder / name, name, check)
        except InputError as error:
            yield Abstract("", source=name, remark=error.sentence)
    if content.remark:
        yield Abstract("", source=folder.resolve().name, remark=content.remark)
