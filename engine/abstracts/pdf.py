"""Text of a PDF, in the order in which the file gives it; pictures of pages hold none."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from engine.abstracts.model import Check
from engine.cancellation import CancelledError
from engine.errors import CoprescribeError, InputError

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 40
"""An abstract stands on the first; a longer document is read up to here and says so."""
MAX_SECONDS = 60.0

LOCKED = "The PDF is locked with a password; open it in a viewer and copy its text."
SCANNED = "The PDF holds no text: its pages are pictures, as of a scan; read them with a text recogniser first."
DAMAGED = "The PDF is damaged or of a kind that cannot be read; open it in a viewer and copy its text."
UNCLEAR = "The PDF does not say which letters its signs are; open it in a viewer and copy its text."
INCOMPLETE = "The PDF is damaged in places: some of its text may be missing or wrong."
_TOO_SLOW = f"The PDF takes longer than {MAX_SECONDS:.0f} seconds to read; open it in a viewer and copy its text."
_LEAST_LETTERS = 0.4
_FEWEST_TITLE_WORDS = 3
# Of one page, unpacked; the text of a dense page has 100 KB, drawings some megabytes.
_PAGE_BYTES = 20_000_000
_PAGE_STEPS = 500_000


@dataclass(frozen=True, slots=True)
class PdfText:
    """`pages`: text of each as it came; `title`: what the file calls itself; `remarks`: sentences on what was not read."""

    pages: tuple[str, ...]
    title: str
    remarks: tuple[str, ...]


def text_of_pdf(content: bytes, check: Check | None = None, max_seconds: float = MAX_SECONDS) -> PdfText:
    """The text of the first 40 pages.

    Raises:
        InputError: the PDF is locked, damaged or without text that can be made out, or takes too long.
        CancelledError: raised by `check`, which is called all the while.
    """
    watch = _Watch(check, time.monotonic() + max_seconds)
    with _listening() as complaints:
        try:
            pages, count, title, lost = _pages(content, watch)
        except (CoprescribeError, CancelledError):
            raise
        except Exception as error:
            # A damaged file makes the library fail in every way there is; none of them is a fault of ours.
            raise InputError(DAMAGED) from error
    signs = [sign for page in pages for sign in page if not sign.isspace()]
    if not signs:
        raise InputError(SCANNED)
    if sum(_is_known(sign) for sign in signs) < _LEAST_LETTERS * len(signs):
        raise InputError(UNCLEAR)
    remarks = [INCOMPLETE] if complaints or lost else []
    if count > len(pages):
        remarks.append(f"Only the first {len(pages)} of the {count:,} pages were read.")
    return PdfText(tuple(pages), title, tuple(remarks))


@dataclass(frozen=True, slots=True)
class _Watch:
    """Asked before each drawing step of a page: stops what is cancelled or takes too long."""

    check: Check | None
    until: float

    def look(self) -> None:
        if self.check is not None:
            self.check()
        if time.monotonic() > self.until:
            raise InputError(_TOO_SLOW)


def _pages(content: bytes, watch: _Watch) -> tuple[list[str], int, str, int]:
    """(texts of the first pages, number of pages, title, number of pages that could not be read)."""
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import DependencyError, FileNotDecryptedError

    limits = apply_configuration(
        zlib_maximum_output_length=_PAGE_BYTES,
        lzw_maximum_output_length=_PAGE_BYTES,
        run_length_maximum_output_length=_PAGE_BYTES,
        array_based_stream_maximum_output_length=_PAGE_BYTES,
        stream_decoding_work_maximum_length=3 * _PAGE_BYTES,
        stream_parsing_work_maximum_count=_PAGE_STEPS,
        # No other program is ever started.
        jbig2dec_binary=None,
    )
    try:
        with limits:
            return _read(PdfReader(BytesIO(content)), watch)
    except (DependencyError, FileNotDecryptedError) as error:
        raise InputError(LOCKED) from error


def _read(reader: PdfReader, watch: _Watch) -> tuple[list[str], int, str, int]:
    # Many files are locked against changes alone, with an empty password for reading.
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError(LOCKED)
    count = len(reader.pages)
    pages: list[str] = []
    faults: list[Exception] = []
    for number in range(min(count, MAX_PAGES)):
        watch.look()
        try:
            pages.append(reader.pages[number].extract_text(visitor_operand_before=lambda *_: watch.look()))
        except (CoprescribeError, CancelledError):
            raise
        except Exception as error:
            pages.append("")
            faults.append(error)
    if faults and len(faults) == len(pages):
        raise faults[0]
    return pages, count, _title(reader), len(faults)


def _title(reader: PdfReader) -> str:
    """What the file calls itself, where that is a sentence rather than the name of a draft."""
    metadata = reader.metadata
    title = None if metadata is None else metadata.title
    if not isinstance(title, str) or len(title.split()) < _FEWEST_TITLE_WORDS or title.startswith("Microsoft Word"):
        return ""
    return title


def _is_known(sign: str) -> bool:
    """Letters and figures of any script, not the private signs that a font without names gives."""
    return sign.isalnum() and not "\ue000" <= sign <= "\uf8ff"


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collects what the library complains of while it reads in this thread, which would else go to standard error."""
    heard = _Complaints()
    logger = logging.getLogger("pypdf")
    logger.addHandler(heard)
    try:
        yield heard.messages
    finally:
        logger.removeHandler(heard)


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one that belongs to this file."""
        if record.thread == self._thread and len(self.messages) < 10:
            self.messages.append(record.levelname)
