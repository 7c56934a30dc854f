"""Reader of the DrugBank vocabulary: faults of hand-made files, and the real file."""

from pathlib import Path

import pytest

from distill.knowledge.drugbank_vocabulary import read_vocabulary, read_vocabulary_text
from engine.errors import InputError
from tests.knowledge_rows import published

HEADER = "DrugBank ID;Accession Numbers;Common name;CAS;UNII;Synonyms;Standard InChI Key\n"
SPREADSHEET = "Column1;Column2;Column3;Column4;Column5;Column6;Column7\n"
ROW = "DB00945;APRD00264 | EXPT00475;Acetylsalicylic acid;50-78-2;R16CO5Y76E;Aspirin | ASA | Aspirin;KEY\n"


@pytest.mark.parametrize("before", ["", SPREADSHEET])
def test_a_drug_is_read_with_its_names_and_codes(before: str) -> None:
    (drug,) = read_vocabulary_text(before + HEADER + ROW, "made.csv")
    assert drug.drugbank_id == "DB00945"
    assert drug.accessions == ("APRD00264", "EXPT00475")
    assert drug.all_names == ("Acetylsalicylic acid", "Aspirin", "ASA")
    assert (drug.cas, drug.unii, drug.inchi_key) == ("50-78-2", "R16CO5Y76E", "KEY")


def test_empty_cells_stay_empty() -> None:
    (drug,) = read_vocabulary_text(HEADER + "DB00001;;Lepirudin;;;;\n", "made.csv")
    assert drug.all_names == ("Lepirudin",)
    assert drug.accessions == ()
    assert drug.unii == drug.cas == drug.inchi_key == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "column names"),
        (SPREADSHEET, "column names"),
        (HEADER.replace(";", ","), "column names"),
        (HEADER + "DB00001;;Lepirudin;;;\n", "6 columns"),
        (HEADER + "DB1;;Lepirudin;;;;\n", "without an id or a name"),
        (HEADER + "DB00001;;;;;;\n", "without an id or a name"),
        (HEADER + ROW + ROW, "DB00945 twice"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, part: str) -> None:
    with pytest.raises(InputError) as caught:
        read_vocabulary_text(text, "made.csv")
    assert part in caught.value.sentence
    assert "made.csv" in caught.value.sentence


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_vocabulary(tmp_path / "absent.csv")
    (tmp_path / "latin.csv").write_bytes(b"DrugBank\xff")
    with pytest.raises(InputError):
        read_vocabulary(tmp_path / "latin.csv")


def test_the_published_file_is_read_whole() -> None:
    path = published("drugbank/drugbank_vocabulary.csv")
    drugs = {drug.drugbank_id: drug for drug in read_vocabulary(path)}
    assert len(drugs) == 14315
    assert drugs["DB00316"].name == "Acetaminophen"
    assert "Paracetamol" in drugs["DB00316"].synonyms
    assert drugs["DB00945"].unii == "R16CO5Y76E"
