"""The sample abstracts open without a remark and say that they are examples."""

from pathlib import Path

from engine.abstracts.opening import open_abstracts

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"


def test_records() -> None:
    found = list(open_abstracts(SAMPLES / "abstracts.nbib"))
    assert len(found) == 3
    for one, names in zip(found, ("clarithromycin simvastatin", "rifampicin warfarin", "sertraline tramadol"), strict=True):
        assert one.title.startswith("Example, not a publication")
        assert all(name in one.text.casefold() for name in names.split())
        assert "reports no study" in one.text
        assert (one.pmid, one.year, one.journal, one.remark) == (None, 2026, "Coprescribe samples", "")


def test_text() -> None:
    (one,) = open_abstracts(SAMPLES / "abstract.txt")
    assert one.remark == ""
    assert one.text.startswith("Example text written for Coprescribe: it reports no study")
    assert 200 <= len(one.text.split()) <= 250
