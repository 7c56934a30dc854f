"""`coprescribe drug NAME`: what is known of one medicine, with sources."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from engine.application import Application, open_application
from engine.cli.gathering import Gatherer
from engine.cli.known import KnownDrug, KnownDrugs, KnownPatientRule, KnownRule, Sourced
from engine.cli.output import complain, echo, echo_json, printable
from engine.errors import InputError
from engine.knowledge.resolve import Resolution
from engine.reasoning.wording import NOT_TRACED, name_remark, traced
from engine.report import Provenance


def run_drug(name: str, *, as_json: bool, resources: Path | None) -> None:
    """Print every fact, rule and name of the substances behind a name.

    Raises:
        InputError: the name is not known; the sentence gives near names.
        ResourceError: the installation is damaged.
    """
    application = open_application(resources)
    found = application.checker.resolver.resolve([name])
    if not isinstance(found, Resolution):
        near = f" Near: {', '.join(found.suggestions)}." if found.suggestions else ""
        raise InputError(f"The name is not known.{near}")
    if not found.confirmed:
        complain(f"Provisional: taken for {found.matched_name} ({found.match}).")
    known = _known(application, found)
    if as_json:
        echo_json(known.model_dump_json(indent=1))
        return
    taken = f"{found.match}{name_remark(found.match, found.basis)}"
    echo(f"{printable(name)}: {', '.join(one.name for one in known.drugs)}  [{taken}]")
    for drug in known.drugs:
        _print(drug)
    echo("")
    echo(f"Coprescribe {known.provenance.application}, knowledge {known.provenance.knowledge}")
    echo(known.notice)


def _known(application: Application, found: Resolution) -> KnownDrugs:
    store = application.store
    gatherer = Gatherer(store)
    return KnownDrugs(
        drugs=tuple(gatherer.drug(substance) for substance in found.substances),
        provenance=Provenance(application=application.checker.version, knowledge=store.version, knowledge_digest=store.digest),
        notice=application.notice,
    )


def _print(drug: KnownDrug) -> None:
    codes = drug.codes
    echo("")
    echo(f"{drug.name}  RxNorm {codes.rxnorm or '-'}  ATC {' '.join(codes.atc) or '-'}  UNII {codes.unii or '-'}")
    with_source = [one.name for one in drug.names if one.basis != "recalled"]
    without = [one.name for one in drug.names if one.basis == "recalled"]
    _section("Names", [", ".join(with_source)] if with_source else [])
    _section(f"Names {NOT_TRACED}", [", ".join(without)] if without else [])
    _section("Facts", [f"{fact.text} — {_origin(fact)}" for fact in drug.facts])
    for (through, extended), rules in groupby(drug.rules, key=lambda rule: (rule.through, rule.extended)):
        how = f" (membership {NOT_TRACED})" if extended else ""
        _section(f"Documented for {through}{how}", [_rule_line(rule) for rule in rules])
    _section("Depending on the patient", [_patient_line(rule) for rule in drug.patient_rules])


def _section(title: str, rows: list[str]) -> None:
    if rows:
        echo(f"  {title}:")
        for row in rows:
            echo(f"    {row}")


def _origin(row: Sourced) -> str:
    return traced(row.source, row.locator, row.basis)


def _rule_line(rule: KnownRule) -> str:
    levels = "; ".join(f"{one.level} when {one.condition}" if one.condition else one.level for one in rule.levels)
    return f"{levels} — with {rule.other}: {', '.join(rule.effects)} — {_origin(rule)}"


def _patient_line(rule: KnownPatientRule) -> str:
    todo = f"; {', '.join(rule.managements)}" if rule.managements else ""
    return f"when {rule.condition}: {rule.statement}{todo} — {_origin(rule)}"
