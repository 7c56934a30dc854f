"""Files of abstracts made for the tests, of every kind that is opened."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from engine.abstracts.model import Abstract
from engine.abstracts.opening import open_abstracts
from engine.errors import InputError

SENTENCE = "Clarithromycin raised the exposure to simvastatin in healthy volunteers."
DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">'
)
HEAD = f'<?xml version="1.0" ?>\n{DOCTYPE}\n<PubmedArticleSet>\n'
FOOT = "</PubmedArticleSet>\n"
NBIB = """
PMID- 10000001
OWN - NLM
DP  - 2019 Jan-Feb
TI  - A made-up title that is
      folded over two lines.
AB  - AIMS: To see more. RESULTS: Clarithromycin raised the
      exposure to simvastatin.
OAB - Publisher: a second abstract that is left out.
FAU - Nobody, A
PT  - Journal Article
JT  - A made-up journal

PMID- 10000002
TI  - A record without an abstract.
DP  - 2020
"""


def xml_record(pmid: str = "10000001", title: str = "A <i>made-up</i> title.", abstract: str = "", more: str = "") -> str:
    """One article as PubMed writes it; `abstract` is what stands in its Abstract."""
    abstract = abstract or f"<AbstractText>{SENTENCE}</AbstractText>"
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal><JournalIssue><PubDate>'
        "<MedlineDate>2019 Jan-Feb</MedlineDate></PubDate></JournalIssue><Title>A made-up journal</Title></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle><Abstract>{abstract}<CopyrightInformation>Ours</CopyrightInformation></Abstract>"
        f"{more}</Article><CommentsCorrectionsList><CommentsCorrections><PMID>77</PMID></CommentsCorrections>"
        "</CommentsCorrectionsList></MedlineCitation></PubmedArticle>\n"
    )


def xml_file(*records: str) -> bytes:
    """A whole file of PubMed."""
    return f"{HEAD}{''.join(records)}{FOOT}".encode()


def pdf_file(*pages: str, title: str = "") -> bytes:
    """A PDF with a line of Helvetica for each line of a page, which holds Western European letters alone."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for page in pages:
        shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in page.split("\n")) if page else ""
        content = f"BT /F1 9 Tf 11 TL 50 800 Td\n{shown}ET" if shown else "0 0 100 100 re f"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        fonts = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R {fonts} >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({_escaped(title)}) >>")
    return _written(objects)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _written(objects: list[str]) -> bytes:
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    begin = len(content)
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return (
        content + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}trailer\n{trailer}\nstartxref\n{begin}\n%%EOF".encode()
    )


def locked(content: bytes, password: str) -> bytes:
    """A PDF locked with a password, "" for one that only forbids changes."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def opened(folder: Path, content: bytes, name: str = "a.txt") -> list[Abstract]:
    """What a file with this content gives."""
    path = folder / name
    path.write_bytes(content)
    return list(open_abstracts(path))


def opened_or_refused(folder: Path, content: bytes, name: str = "a.txt") -> list[Abstract]:
    """What a file with this content gives, where it is refused as a fault; every other error is a bug."""
    try:
        return opened(folder, content, name)
    except InputError as error:
        return [Abstract("", source=name, remark=error.sentence)]
