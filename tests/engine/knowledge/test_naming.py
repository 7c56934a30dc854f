"""Names as they are used in the United States and Britain: shown everywhere, while findings, ids and verdicts stay the same."""

import time
from pathlib import Path

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.report import Interaction, Report
from engine.settings import Naming

LIST = """paracetamol 1 g qds po
warfarin 5 mg od po
ciclosporin 100 mg bd po
rifampicin 600 mg od po
epinephrine 0.3 mg im
propranolol 40 mg"""
PLAIN = CheckOptions(with_alternatives=False)
KEPT = Path(__file__).parents[2] / "data" / "kept_pairs.tsv"


@pytest.mark.parametrize(
    ("substance", "usan", "ban"),
    [
        ("paracetamol", "acetaminophen", "paracetamol"),
        ("salbutamol", "albuterol", "salbutamol"),
        ("epinephrine", "epinephrine", "adrenaline"),
        ("ciclosporin", "cyclosporine", "ciclosporin"),
        ("glibenclamide", "glyburide", "glibenclamide"),
        ("pethidine", "meperidine", "pethidine"),
        ("rifampicin", "rifampin", "rifampicin"),
        ("furosemide", "furosemide", "furosemide"),
        ("warfarin", "warfarin", "warfarin"),
    ],
)
def test_known_names(application: Application, substance: str, usan: str, ban: str) -> None:
    assert application.named("usan").store.substance(substance).name == usan
    assert application.named("ban").store.substance(substance).name == ban
    assert application.store.substance(substance).name == application.named("inn").store.substance(substance).name
    assert application.named("usan").named("inn").store.substance(substance).name == application.store.substance(substance).name


def test_no_two_substances_share_a_shown_name(application: Application) -> None:
    names: tuple[Naming, ...] = ("inn", "usan", "ban")
    for naming in names:
        shown = [row.name for row in application.named(naming).store.all_substances()]
        assert len(set(shown)) == len(shown)


def outline(report: Report) -> list[tuple[object, ...]]:
    """What a report says, without names."""
    return [
        (one.rows, one.severity, one.direction, one.documented, [(step.step, step.status) for step in one.rationale])
        for one in report.interactions
    ]


@pytest.mark.parametrize("naming", ["usan", "ban"])
def test_texts_follow_and_findings_do_not(application: Application, naming: Naming) -> None:
    plain = application.check(LIST, options=PLAIN)
    named = application.named(naming).check(LIST, options=PLAIN)
    assert [drug.substance for drug in named.drugs] == [drug.substance for drug in plain.drugs]
    assert [drug.dose_mg for drug in named.drugs] == [drug.dose_mg for drug in plain.drugs]
    assert sorted(map(str, outline(named))) == sorted(map(str, outline(plain)))
    said = named.model_dump_json(include={"interactions", "cumulative", "duplicates", "missing", "patient"})
    shown, hidden = {"usan": ("cyclosporine", "ciclosporin"), "ban": ("adrenaline", "epinephrine")}[naming]
    assert shown in said
    texts = [step.text for one in named.interactions for step in one.rationale] + [one.management for one in named.interactions]
    assert not [text for text in texts if hidden in text]


def unsupported(findings: tuple[Interaction, ...]) -> list[str]:
    """Steps that no fact supports."""
    return [step.text for one in findings for step in one.rationale if step.status != "supported"]


@pytest.mark.parametrize("naming", ["usan", "ban"])
def test_every_kept_pair_is_fully_supported_under_other_names(application: Application, naming: Naming) -> None:
    named = application.named(naming)
    texts = [line.split("\t")[1] for line in KEPT.read_text(encoding="utf-8").splitlines()[1:] if not line.startswith("#")]
    assert len(texts) > 100
    renamed = 0
    for text in texts:
        plain, other = application.check(text, options=PLAIN), named.check(text, options=PLAIN)
        assert len(other.interactions) == len(plain.interactions), text
        assert len(unsupported(other.interactions)) == len(unsupported(plain.interactions)) == 0, text
        renamed += other.interactions != plain.interactions
    assert renamed >= 1


def test_a_combination_keeps_its_doses(application: Application) -> None:
    for text in ("paracetamol/codeine 500/8 mg", "codeine/acetaminophen 8/500 mg", "co-codamol 8/500"):
        plain, named = (each.check(text, options=PLAIN) for each in (application, application.named("usan")))
        assert [(one.substance, one.dose_mg) for one in plain.drugs] == [(one.substance, one.dose_mg) for one in named.drugs]


def test_another_naming_is_there_at_once(application: Application) -> None:
    application.check(LIST, options=PLAIN)
    start = time.perf_counter()
    application.named("usan").store.substance("paracetamol")
    assert time.perf_counter() - start < 0.1
