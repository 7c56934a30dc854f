"""`coprescribe drug NAME`: what is known of one medicine, with sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

import typer

from engine.application import Application, open_application
from engine.cli.output import echo, echo_json
from engine.errors import InputError
from engine.knowledge.resolve import Resolution
from engine.reasoning.facts import FactDraft, FactWriter


def run_drug(name: str, *, as_json: bool, resources: Path | None) -> None:
    """Print every fact about the substances behind a name.

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
        typer.echo(f"Provisional: taken for {found.matched_name} ({found.match}).", err=True)
    known = [_known(application, substance) for substance in found.substances]
    if as_json:
        echo_json(json.dumps(known, ensure_ascii=False, indent=1))
        return
    for entry in known:
        echo(
            f"{entry['name']}  RxNorm {entry['rxnorm'] or '-'}  ATC {' '.join(entry['atc']) or '-'}  UNII {entry['unii'] or '-'}"
        )
        echo(f"  Names: {', '.join(entry['names'])}")
        for fact in entry["facts"]:
            traced = "not traced to a source" if fact["basis"] == "recalled" else f"{fact['source']}, {fact['locator']}"
            echo(f"  {fact['text']} — {traced}")


class KnownFact(TypedDict):
    """A fact in words with its provenance."""

    key: str
    text: str
    source: str
    locator: str
    basis: str


class KnownDrug(TypedDict):
    """All that is known of one substance."""

    name: str
    kind: str
    rxnorm: str | None
    atc: list[str]
    unii: str | None
    names: list[str]
    facts: list[KnownFact]


def _known(application: Application, substance_id: str) -> KnownDrug:
    store = application.store
    substance = store.substance(substance_id)
    names = store.names_of(substance_id)
    drafts = _facts(application, substance_id)
    return {
        "name": substance.name,
        "kind": substance.kind,
        "rxnorm": substance.rxnorm,
        "atc": list(substance.atc),
        "unii": substance.unii,
        "names": names,
        "facts": [
            {
                "key": draft.key,
                "text": draft.text,
                "source": draft.provenance.source,
                "locator": draft.provenance.locator,
                "basis": draft.provenance.basis,
            }
            for draft in drafts
        ],
    }


def _facts(application: Application, substance_id: str) -> list[FactDraft]:
    store = application.store
    writer = FactWriter(store)
    drafts = [writer.membership(row) for row in store.memberships.get(substance_id)]
    drafts += [writer.role(row) for row in store.enzyme_roles.get(substance_id)]
    drafts += [writer.tag(row) for row in store.pd_tags.get(substance_id)]
    drafts += [writer.pk(row) for row in store.pk_properties.get(substance_id)]
    drafts += [writer.organ(row) for row in store.organ_function.get(substance_id)]
    drafts += [writer.auc(row) for row in store.auc_changes.get(substance_id)]
    return drafts
