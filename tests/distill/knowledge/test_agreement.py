"""The cross-check of roles: its arithmetic, and that every real disagreement is explained."""

from pathlib import Path

import pytest

from distill.knowledge import agreement, dikb
from distill.knowledge.agreement import Disagreement, Kind, Role

ROOT = Path(__file__).resolve().parents[3]
TABLES = ROOT / "resources" / "knowledge"
DATA = ROOT.parent / "shared" / "data"

A_INHIBITS = Role("a", "CYP3A4", "inhibitor")
A_INDUCES = Role("a", "CYP3A4", "inducer")
A_SUBSTRATE = Role("a", "CYP2D6", "substrate")
B_SUBSTRATE = Role("b", "CYP2D6", "substrate")
NEW_MEDICINE = Role("z", "CYP3A4", "inhibitor")


def table(name: str) -> list[list[str]]:
    """Rows of a table without its header."""
    lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


def test_a_medicine_unknown_elsewhere_is_not_comparable() -> None:
    """Silence about a medicine is no disagreement."""
    found = agreement.compare([NEW_MEDICINE, A_INHIBITS], {A_INHIBITS}, set(), set())
    assert (found.comparable, found.shared, found.share) == (1, 1, 1.0)
    assert found.disagreements == ()


def test_kinds_of_disagreement() -> None:
    """Absent, reversed, denied and lacking are told apart; nothing comparable gives a share of 0."""
    absent = agreement.compare([A_SUBSTRATE], {A_INHIBITS}, set(), set())
    assert absent.disagreements == (Disagreement(A_SUBSTRATE, Kind.ABSENT),)
    reversed_ = agreement.compare([A_INDUCES], {A_INHIBITS}, set(), set())
    assert reversed_.disagreements == (Disagreement(A_INDUCES, Kind.REVERSED),)
    denied = agreement.compare([A_INHIBITS], set(), set(), {A_INHIBITS})
    assert denied.disagreements == (Disagreement(A_INHIBITS, Kind.DENIED),)
    contested = agreement.compare([A_INHIBITS], {A_INHIBITS}, set(), {A_INHIBITS})
    assert (contested.shared, contested.disagreements) == (1, (Disagreement(A_INHIBITS, Kind.DENIED),))
    lacking = agreement.compare([A_INHIBITS], {A_INHIBITS}, {A_SUBSTRATE, B_SUBSTRATE}, set())
    assert lacking.disagreements == (Disagreement(A_SUBSTRATE, Kind.LACKING),)
    assert agreement.compare([NEW_MEDICINE], set(), set(), set()).share == 0.0


def test_drugbank_rows_become_roles(tmp_path: Path) -> None:
    """Only human proteins with a code and actions that are roles; several actions give several roles."""
    path = tmp_path / "proteins.tsv"
    header = "drugbank_id\tcategory\tuniprot_id\torganism\tactions\n"
    path.write_text(
        header
        + "DB1\tenzyme\tP08684\tHuman\tsubstrate|inhibitor\n"
        + "DB1\ttarget\tP99999\tHuman\tinhibitor\n"
        + "DB1\tenzyme\tP10635\tRat\tinhibitor\n"
        + "DB9\tenzyme\tP10635\tHuman\tinhibitor\n",
        encoding="utf-8",
    )
    assert agreement.read_drugbank(path, {"DB1": "a"}) == {A_INHIBITS, Role("a", "CYP3A4", "substrate")}
    path.write_text("drugbank_id\tactions\n", encoding="utf-8")
    with pytest.raises(agreement.AgreementError, match="columns"):
        agreement.read_drugbank(path, {})


def test_every_disagreement_is_explained_once() -> None:
    """The table of disagreements holds exactly what the comparison finds, in order, each with words of ours."""
    proteins = DATA / "drugbank" / "proteins_nc.tsv"
    dump = DATA / "dikb" / "dikb_evidence.sql"
    if not (proteins.is_file() and dump.is_file()):
        pytest.skip("DrugBank's links or the DIKB dump are not at hand")
    ids = {
        locator: row[0]
        for row in table("substances.tsv")
        for source, locator in zip(row[6].split(";"), row[7].split(";"), strict=True)
        if source == "drugbank-vocabulary"
    }
    ours = [Role(row[0], row[1], row[2]) for row in table("enzyme_roles.tsv")]
    accepted, denied = agreement.dikb_roles(dikb.read(dump))
    found = agreement.compare(ours, agreement.read_drugbank(proteins, ids), accepted, denied)
    explained = table("disagreements.tsv")
    assert [Role(*row[:3]) for row in explained] == [item.role for item in found.disagreements]
    assert all(len(row) == 4 and row[3].endswith(".") for row in explained)
    assert not [item for item in found.disagreements if item.kind is Kind.DENIED]
    assert found.comparable >= 1000
    assert found.share >= 0.75
