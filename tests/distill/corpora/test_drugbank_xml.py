"""The DrugBank database: read as a stream from files made here; damaged and hostile ones end in a sentence."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.drugbank_xml import DrugBankInteraction, DrugBankProtein, describe_drugbank, read_drugbank
from engine.errors import InputError

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<drugbank xmlns="http://www.drugbank.ca" version="5.1">\n'
# Shaped as the published file, with words of our own.
ONE = """<drug type="small molecule" created="2005-06-13">
  <drugbank-id primary="true">DB90001</drugbank-id><drugbank-id>APRD1</drugbank-id>
  <name>Alphazole</name>
  <groups><group>approved</group><group>investigational</group></groups>
  <drug-interactions>
    <drug-interaction><drugbank-id>DB90002</drugbank-id><name>Betastatin</name>
      <description>Alphazole raises &amp; prolongs Betastatin.</description></drug-interaction>
  </drug-interactions>
  <calculated-properties>
    <property><kind>logP</kind><value>2.1</value></property><property><kind>SMILES</kind><value>CCO</value></property>
  </calculated-properties>
  <pathways><pathway><name>p</name>
    <drugs><drug><drugbank-id>DB99999</drugbank-id><name>Elsewhere</name></drug></drugs></pathway></pathways>
  <enzymes><enzyme position="1"><id>BE1</id><name>Cytochrome P450 3A4</name><organism>Humans</organism>
    <actions><action>substrate</action><action>inhibitor</action></actions>
    <polypeptide id="P1" source="Swiss-Prot"><name>x</name><gene-name>CYP3A4</gene-name></polypeptide></enzyme></enzymes>
  <transporters><transporter><id>BE2</id><name>P-glycoprotein 1</name><organism>Humans</organism>
    <actions/></transporter></transporters>
</drug>"""
TWO = """<drug type="biotech"><drugbank-id primary="true">DB90002</drugbank-id><name>Betastatin</name>
  <drug-interactions/><targets/></drug>"""


def written(folder: Path, content: str, name: str = "full database.xml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def whole(*drugs: str) -> str:
    return f"{HEAD}{''.join(drugs)}</drugbank>"


def test_medicines_with_interactions_and_proteins_are_read(tmp_path: Path) -> None:
    first, second = read_drugbank(written(tmp_path, whole(ONE, TWO)))
    assert (first.id, first.name, first.groups, first.smiles) == ("DB90001", "Alphazole", ("approved", "investigational"), "CCO")
    assert first.interactions == (DrugBankInteraction("DB90002", "Alphazole raises & prolongs Betastatin."),)
    assert first.proteins == (
        DrugBankProtein("enzyme", "BE1", "Cytochrome P450 3A4", "CYP3A4", "Humans", ("substrate", "inhibitor")),
        DrugBankProtein("transporter", "BE2", "P-glycoprotein 1", "", "Humans", ()),
    )
    assert (second.id, second.groups, second.smiles, second.interactions, second.proteins) == ("DB90002", (), "", (), ())


def test_the_zip_file_is_read_as_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "drugbank_all_full_database.xml.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("full database.xml", whole(ONE, TWO))
    assert [drug.id for drug in read_drugbank(path)] == ["DB90001", "DB90002"]
    lines = list(describe_drugbank(path))
    assert "does not ship" in lines[0]
    assert "2 medicines, 1 interactions, 1 structures, 1 enzymes, 1 transporters" in lines[1]


def test_a_medicine_is_read_before_the_file_ends(tmp_path: Path) -> None:
    drugs = read_drugbank(written(tmp_path, HEAD + ONE + TWO + "<drug>" + "<broken>" * 3 + " " * 100_000))
    assert next(drugs).id == "DB90001"
    with pytest.raises(InputError, match="not whole XML"):
        list(drugs)


BOMB = '<!DOCTYPE drugbank [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE drugbank [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
REMOTE = '<!DOCTYPE drugbank SYSTEM "http://127.0.0.1:9/none.dtd">'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f'<?xml version="1.0"?>{BOMB}' + whole(ONE).split("\n", 1)[1].replace("Alphazole", "&b;"), "document type"),
        (f'<?xml version="1.0"?>{OUTSIDE}' + whole(ONE).split("\n", 1)[1].replace("Alphazole", "&x;"), "document type"),
        (f'<?xml version="1.0"?>{REMOTE}' + whole(ONE).split("\n", 1)[1], "document type"),
        ("<drugbank/>", "not a DrugBank database"),
        ('<x:other xmlns:x="http://www.drugbank.ca"/>', "not a DrugBank database"),
        ("", "not whole XML"),
        ("PK\x03\x04", "not whole XML"),
        (whole(TWO.replace(' primary="true"', "")), "no id or no name"),
        (whole(TWO.replace("Betastatin", " ")), "no id or no name"),
        (whole(ONE.replace("<drugbank-id>DB90002</drugbank-id>", "")), "other medicine"),
        (whole(ONE.replace("<id>BE1</id>", "")), "protein has no id"),
    ],
)
def test_damaged_and_hostile_files_end_in_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        list(read_drugbank(written(tmp_path, content)))
    assert said in str(caught.value)
    assert "full database.xml" in str(caught.value)


def test_a_zip_file_that_is_none_or_holds_other_things_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        list(read_drugbank(tmp_path / "absent.zip"))
    with pytest.raises(InputError, match="not a whole zip file"):
        list(read_drugbank(written(tmp_path, "nothing", "a.zip")))
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", whole(ONE))
        archive.writestr("b.XML", whole(TWO))
    with pytest.raises(InputError, match="2 XML files"):
        list(read_drugbank(path))
    content = bytearray(path.read_bytes())
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="not a whole zip file"):
        list(read_drugbank(path))


@given(cut=st.integers(min_value=0, max_value=len(whole(ONE, TWO)) - 1))
def test_a_file_that_is_cut_off_is_never_taken_for_a_whole_one(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = written(tmp_path_factory.mktemp("cut"), whole(ONE, TWO)[:cut])
    with pytest.raises(InputError):
        list(read_drugbank(path))
