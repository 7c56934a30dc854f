"""PubMed's XML: what is read, what is left out, and hostile or damaged files as sentences."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.abstracts.medline import NO_ABSTRACT, NOTHING, RETRACTED
from engine.abstracts.model import MAX_TEXT_CHARACTERS, TOO_LONG, Abstract
from engine.abstracts.pubmed_xml import ENTITIES, NOT_PUBMED
from engine.errors import InputError
from tests.engine.abstracts.made import DOCTYPE, FOOT, HEAD, SENTENCE, opened, opened_or_refused, xml_file, xml_record


def one(tmp_path: Path, *records: str) -> Abstract:
    (found,) = opened(tmp_path, xml_file(*records), "a.xml")
    return found


def test_a_record(tmp_path: Path) -> None:
    assert one(tmp_path, xml_record()) == Abstract(
        SENTENCE, "A made-up title.", "10000001", 2019, "A made-up journal", source="a.xml", place=1
    )


def test_labels_and_small_figures(tmp_path: Path) -> None:
    abstract = (
        '<AbstractText Label="AIMS" NlmCategory="OBJECTIVE">To see 10<sup>-6</sup> &lt; AUC<sub>0-24</sub>.</AbstractText>'
        '<AbstractText Label="UNLABELLED">The <b>big <i>one</i></b>&nbsp;&alpha;.</AbstractText><AbstractText/>'
    )
    assert one(tmp_path, xml_record(abstract=abstract)).text == "AIMS: To see 10⁻⁶ < AUC0-24.\n\nThe big one α."


def test_what_is_left_out(tmp_path: Path) -> None:
    found = one(
        tmp_path, xml_record(more='<OtherAbstract Language="fre"><AbstractText>Une autre.</AbstractText></OtherAbstract>')
    )
    assert found.text == SENTENCE
    assert found.pmid == "10000001"


def test_title_in_its_own_language_where_there_is_no_other(tmp_path: Path) -> None:
    record = xml_record(title="", more="<VernacularTitle>Ein Titel.</VernacularTitle>")
    assert one(tmp_path, record).title == "Ein Titel."
    assert one(tmp_path, xml_record(more="<VernacularTitle>Ein Titel.</VernacularTitle>")).title == "A made-up title."


def test_a_book(tmp_path: Path) -> None:
    record = (
        "<PubmedBookArticle><BookDocument><PMID>20</PMID><Book><BookTitle>The book</BookTitle><PubDate><Year>2012</Year>"
        "</PubDate></Book><ArticleTitle>The chapter</ArticleTitle><Abstract><AbstractText>Warfarin.</AbstractText></Abstract>"
        "</BookDocument>"
        "<PubmedBookData/></PubmedBookArticle>"
    )
    found = one(tmp_path, record)
    assert (found.pmid, found.title, found.text, found.year, found.journal) == (
        "20",
        "The chapter",
        "Warfarin.",
        2012,
        "The book",
    )


def test_remarks(tmp_path: Path) -> None:
    kinds = "<PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>"
    assert one(tmp_path, xml_record(more=kinds)).remark == RETRACTED
    assert one(tmp_path, xml_record(abstract="<AbstractText> </AbstractText>")).remark == NO_ABSTRACT
    assert one(tmp_path, xml_record(title="", abstract="<AbstractText/>")).remark == NOTHING


def test_a_text_too_long_is_told_and_the_next_goes_on(tmp_path: Path) -> None:
    long = xml_record("1", abstract=f"<AbstractText>{'word ' * (MAX_TEXT_CHARACTERS // 5 + 1)}</AbstractText>")
    first, second = opened(tmp_path, xml_file(long, xml_record("2")))
    assert (first.is_fault, first.pmid, first.remark) == (True, "1", TOO_LONG)
    assert second.text == SENTENCE


def test_compressed_and_in_utf_16(tmp_path: Path) -> None:
    wanted = opened(tmp_path, xml_file(xml_record()))
    assert opened(tmp_path, gzip.compress(xml_file(xml_record()))) == wanted
    wide = f"{HEAD}{xml_record()}{FOOT}".encode("utf-16")
    assert opened(tmp_path, wide) == wanted


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{BOMB}]><PubmedArticleSet>&a9;</PubmedArticleSet>', ENTITIES),
        ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><PubmedArticleSet>&f;</PubmedArticleSet>', ENTITIES),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><PubmedArticleSet/>', ENTITIES),
        (f'{DOCTYPE[:-1]} [<!ENTITY f "secret">]><PubmedArticleSet/>', ENTITIES),
        ("<article><title>secret</title></article>", NOT_PUBMED),
        (f"{HEAD}{FOOT}", NOT_PUBMED),
        (HEAD, "damaged or cut short"),
        (f"{HEAD}<PubmedArticle>", "damaged or cut short"),
        (f"{HEAD}<a></b>", "damaged or cut short"),
        (f"{HEAD}{'<a>' * 5_000}", "nested too deep"),
        (f"{HEAD}<a b='{'x' * 4_000_000}'/>", "does not end"),
        (f"{HEAD}<!-- {'x' * 4_000_000}", "does not end"),
        ('<?xml version="1.0" encoding="nothing-known"?><PubmedArticleSet/>', "damaged or cut short"),
    ],
)
def test_damaged_and_hostile_files(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(InputError) as fault:
        opened(tmp_path, content.encode(), "a.xml")
    assert says in fault.value.sentence
    assert "secret" not in fault.value.sentence


def test_an_unknown_entity_is_damage(tmp_path: Path) -> None:
    first, last = opened(tmp_path, xml_file(xml_record("1"), xml_record("2", title="&unheard;")))
    assert first.pmid == "1"
    assert "damaged" in last.remark


def test_damage_further_on_keeps_what_stood_before(tmp_path: Path) -> None:
    content = xml_file(*(xml_record(str(number)) for number in range(1, 1_000)))
    found = opened(tmp_path, content[: len(content) // 2])
    assert [one.pmid for one in found[:-1]] == [str(number) for number in range(1, len(found))]
    assert len(found) > 400
    assert found[-1].is_fault
    assert found[-1].place == len(found)
    assert (
        found[-1].remark
        == f"The XML is damaged or cut short. The {len(found) - 1} records before it were read, the rest of the file was not."
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 30))
def test_damage_anywhere(tmp_path: Path, place: int, put: bytes, gone: int) -> None:
    whole = xml_file(xml_record("1"), xml_record("2"))
    place %= len(whole)
    found = opened_or_refused(tmp_path, whole[:place] + put + whole[place + gone :])
    assert all(one.remark.endswith(".") for one in found if one.is_fault)
