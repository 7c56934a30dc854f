"""The DIKB reader: the tokenizer on dumps of our own, and the publisher's dump where it is at hand."""

from pathlib import Path

import pytest

from distill.knowledge import dikb

DUMP = Path(__file__).resolve().parents[4] / "shared" / "data" / "dikb" / "dikb_evidence.sql"


def _assertion(ident: int, triple: str, rating: str, tail: str) -> str:
    subject, slot, value = triple.split()
    return f"({ident},'n','{subject}','{slot}','{value}','1','0','{rating}',{tail})"


def _evidence(ident: int, quote: str = "q", value: str = "NULL") -> str:
    return f"({ident},'e','d','{quote}','r','t','EV','Evidence',{value}{',NULL' * 6})"


SMALL = "\n".join(
    (
        "-- a comment; INSERT INTO nothing",
        "CREATE TABLE `Assertions` (`id` int(11) NOT NULL);",
        "INSERT INTO `Assertions` VALUES "
        + ",".join(
            (
                _assertion(1, "a inhibits cyp3a4", "assume!", "NULL,NULL,'x',1,NULL"),
                _assertion(2, "a does_not_inhibit cyp3a4", "assume!", "NULL,NULL,'x',2,NULL"),
                _assertion(3, "a substrate_of CYP2D6", "assume!", "NULL,NULL,'x',3,4"),
            )
        )
        + ";",
        "INSERT INTO `Assertions` VALUES "
        + _assertion(4, "b increases_auc midazolam", "assume!", "'high','15.9','x',5,NULL")
        + ","
        + _assertion(5, "b substrate_of cyp2d6", "retract!", "NULL,NULL,'x',NULL,6")
        + ";",
        "INSERT INTO `Evidence` VALUES "
        + ",".join((_evidence(1, r"it\'s; said ''so'' (twice), \\ \n"), *(_evidence(n) for n in (2, 3, 4))))
        + f",{_evidence(5, value='15.9')},{_evidence(6)};",
        "INSERT INTO `Evidence_map` VALUES (1,1,1),(2,2,2),(3,3,3),(4,4,3),(5,5,4),(6,6,5);\n",
    )
)


def small(tmp_path: Path, text: str = SMALL) -> Path:
    """A dump of our own."""
    path = tmp_path / "small.sql"
    path.write_text(text, encoding="latin-1")
    return path


def test_quotes_escapes_and_nulls(tmp_path: Path) -> None:
    """A quoted value may hold every sign that ends a value or a row elsewhere."""
    first = next(dikb.rows(tmp_path, SMALL, "Evidence", 15))
    assert first[3] == "it's; said 'so' (twice), \\ \n"
    assert first[8] is None


def test_evidence_for_and_against(tmp_path: Path) -> None:
    """Evidence is attached by its set; what is contested or retracted is not accepted."""
    found = {assertion.id: assertion for assertion in dikb.read(small(tmp_path))}
    assert [record.id for record in found[3].evidence_for] == [3]
    assert [record.id for record in found[3].evidence_against] == [4]
    assert not found[3].accepted
    assert not found[5].accepted
    assert found[4].number == 15.9
    assert found[4].evidence_for[0].value == 15.9


def test_two_contrary_assertions_fall_together(tmp_path: Path) -> None:
    """Where the dump accepts a statement and its contrary, neither stands."""
    standing = dikb.standing(dikb.read(small(tmp_path)))
    assert [assertion.id for assertion in standing] == [4]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("(1,1,1),", "(1,1),", "has 2 values"),
        ("(2,2,2),", "(2,2,oops),", "neither NULL, a number nor quoted"),
        ("(6,6,5);", "(6,6,'5", "ends inside a quoted value"),
        ("(6,6,5);", "(6,6,5) x", "expected , or ;"),
        ("(6,6,5);", "(99,6,5);", "has no Evidence row"),
    ],
)
def test_a_damaged_dump_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """Each fault is named, with the place."""
    with pytest.raises(dikb.DikbError, match=problem):
        dikb.read(small(tmp_path, SMALL.replace(old, new)))


def test_the_publishers_dump() -> None:
    """Counts and assertions that were read by eye."""
    if not DUMP.is_file():
        pytest.skip("the DIKB dump is not at hand")
    assertions = {assertion.id: assertion for assertion in dikb.read(DUMP)}
    assert len(assertions) == 1299
    assert assertions[70].key == ("ketoconazole", "increases_auc", "midazolam")
    assert assertions[70].number == 15.9
    assert assertions[17].evidence_for
    assert assertions[17].evidence_against
    assert not assertions[17].accepted
    assert assertions[2].rating == "retract!"
    assert len(dikb.standing(tuple(assertions.values()))) == 722
