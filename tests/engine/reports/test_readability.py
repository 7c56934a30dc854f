"""The sheet reads at grade 8 or below, measured by the library `readability` in three ways.

*running*: whole sentences only; headings, names and other rows are left out. *rows*: all that the patient reads, where each
heading and row ends a sentence at least. *glued*: all of it again, where nothing but a full stop ends a sentence, so that the
40 names of a list are one; this is the hardest on the text. Flesch and Kincaid's grade counts; SMOG, the stricter one that is
used for texts on health, is asserted for running sentences.
"""

import csv
import random
import re
from pathlib import Path

import pytest
from lxml import html as lxml_html
from readability import getmeasures

from engine.application import Application
from engine.reports.plain import patient_part, plain_html
from engine.reports.plain_items import sheet_items
from tests.engine.reports.making import OLD_WOMAN, RICH, SAMPLE, material_of, text_of

MOST_GRADE = 8.0
KEPT = Path(__file__).resolve().parents[2] / "data" / "kept_pairs.tsv"
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def blocks(part: str) -> list[str]:
    """The texts of headings, paragraphs and rows in order."""
    tree = lxml_html.fromstring(f"<div>{part}</div>")
    return [text_of(one) for one in tree.iter("h1", "h2", "h3", "p", "li")]


def sentences(text: str) -> list[str]:
    """Parts that a full stop, question or exclamation mark ends, and the rest."""
    return [one for one in re.split(r"(?<=[.!?])\s+", text) if _WORD.search(one)]


def running(part: str) -> list[str]:
    """Whole sentences only."""
    return [one for block in blocks(part) for one in sentences(block) if one[-1] in ".!?"]


def rows(part: str) -> list[str]:
    """Everything, each heading and row by itself."""
    return [one for block in blocks(part) for one in sentences(block)]


def glued(part: str) -> list[str]:
    """Everything, in sentences that only a full stop ends."""
    return sentences(" ".join(blocks(part)))


def grade(parts: list[str], scale: str = "Kincaid") -> float:
    """The grade of sentences."""
    text = "\n".join(" ".join(_WORD.findall(one)) for one in parts)
    return getmeasures(text, lang="en")["readability grades"][scale]


def long_list(application: Application, seed: int) -> str:
    """Forty medicines by chance."""
    names = [one.name for one in application.store.all_substances() if one.name.isalpha()]
    return "\n".join(f"{name} 10 mg od" for name in random.Random(seed).sample(names, 40))


def hard_part(application: Application, text: str) -> str:
    """The patient's part with every point that there is, not only the usual ones."""
    made = material_of(application, text, OLD_WOMAN)
    return patient_part(made, {item.key for item in sheet_items(made)})


def test_the_measure_tells_hard_text_from_easy_text() -> None:
    hard = ["Concomitant administration of clarithromycin necessitates careful haematological monitoring of anticoagulation."]
    easy = ["Ask your doctor about it.", "You may bleed more."]
    assert grade(hard) > 14 > 3 > grade(easy)
    assert grade(["You may bleed more and then you may feel ill and so you should ask about it soon"]) > grade(easy)


def test_the_sample(application: Application) -> None:
    part = patient_part(material_of(application, SAMPLE))
    assert len(running(part)) > 30
    assert grade(running(part)) <= MOST_GRADE
    assert grade(rows(part)) <= MOST_GRADE
    assert grade(glued(part)) <= MOST_GRADE
    assert grade(running(part), "SMOGIndex") <= MOST_GRADE


def test_the_sample_with_the_small_print_for_professionals(application: Application) -> None:
    body = plain_html(material_of(application, SAMPLE)).partition("<body>")[2].partition("</body>")[0]
    assert "For your doctor or pharmacist" in body
    assert grade(rows(body)) <= MOST_GRADE


@pytest.mark.parametrize("seed", range(5))
def test_forty_medicines(application: Application, seed: int) -> None:
    part = hard_part(application, long_list(application, seed))
    for way in (running, rows, glued):
        assert grade(way(part)) <= MOST_GRADE, way.__name__
    assert grade(running(part), "SMOGIndex") <= MOST_GRADE


def test_every_kept_pair(application: Application) -> None:
    with KEPT.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file, delimiter="\t")]
    assert len(texts) > 100
    for text in texts:
        part = hard_part(application, text.replace("; ", "\n"))
        for way in (running, rows, glued):
            assert grade(way(part)) <= MOST_GRADE, (text, way.__name__)


def test_a_list_with_everything(application: Application) -> None:
    part = hard_part(application, RICH)
    for way in (running, rows, glued):
        assert grade(way(part)) <= MOST_GRADE, way.__name__


def test_every_single_code_reads_easily(application: Application) -> None:
    """One hard sentence hides in a long text; a code's own words are short, so each may be two grades harder."""
    names = {"target": "this one", "other": "the other", "drug": "this one"}
    scores = {key: grade(sentences(row.words.format(**names))) for key, row in application.store.plain_words.items()}
    assert {key: round(score, 1) for key, score in scores.items() if score > MOST_GRADE + 2} == {}
