"""The sentences of a rationale. All words on screen about a mechanism come from here; none come from a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.knowledge.records import Effect, Management, Mechanism, Source

_PROCESS: dict[str, str] = {
    "pk.absorption": "absorption",
    "pk.distribution": "distribution",
    "pk.metabolism": "metabolism",
    "pk.transport": "transport",
    "pk.excretion": "excretion",
}
_VIA_WORDS: dict[str, str] = {
    "chelation": "by binding to metal ions in the gut",
    "gastric_ph": "through a change of gastric pH",
    "binding": "by binding in the gut",
    "motility": "through a change of gut motility",
    "intestinal": "in the intestine",
    "protein_binding": "by displacement from plasma proteins",
    "tissue": "in the tissues",
    "renal": "by the kidney",
    "urinary_ph": "through a change of urine pH",
    "biliary": "in the bile",
    "enterohepatic": "by interrupting enterohepatic recycling",
    "cholinesterase": "by cholinesterase",
    "XO": "by xanthine oxidase",
}
_DISPLACED_FROM: dict[str, str] = {"protein_binding": " from plasma proteins", "tissue": " from the tissues"}
_ROLE_VERB: dict[str | None, str] = {"inhibition": "reduces", "induction": "increases", None: "changes"}


NOT_TRACED = "not traced to a source"


def traced(source: str, locator: str, basis: str) -> str:
    """Where a row comes from, as it stands beside the row on screen and in the terminal."""
    return NOT_TRACED if basis == "recalled" else f"{source}, {locator} ({basis})"


def short_source(source: Source) -> str:
    """A publisher known by its initials with the year ("ANSM 2019"), else the title. The fact behind it has the full title."""
    initials, _, rest = source.publisher.partition(" ")
    known = initials.rstrip(";").isupper() and (initials.endswith(";") or rest.startswith("("))
    return f"{initials.rstrip(';')} {source.date[:4]}" if known and source.date[:4].isdecimal() else source.title


def name_remark(match: str, basis: str) -> str:
    """What is said beside a name that was taken for a medicine and has no source; nothing beside a medicine's own name."""
    return f" (name {NOT_TRACED})" if basis == "recalled" and match != "exact" else ""


def joined(parts: Iterable[str], word: str = "and") -> str:
    """Enumerate parts as in a sentence."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def capitalised(text: str) -> str:
    """First letter upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def _via_words(mechanism: Mechanism) -> str:
    """The enzyme, transporter or process in words, with a leading space; empty where none is stated."""
    if mechanism.via is None:
        return ""
    default = f"by {mechanism.via}" if mechanism.kind in ("pk.metabolism", "pk.transport") else ""
    return f" {_VIA_WORDS.get(mechanism.via, default)}".rstrip()


def pk_sentence(mechanism: Mechanism, precipitant: str, obj: str) -> str:
    """One pharmacokinetic mechanism in words. `precipitant` and `obj` are display names."""
    process = _PROCESS.get(mechanism.kind)
    if process is None:
        change = "raises" if mechanism.role == "inhibition" else "lowers"
        return f"{capitalised(precipitant)} {change} the exposure to {obj}; the source does not say how."
    if mechanism.role == "displacement":
        return f"{capitalised(precipitant)} displaces {obj}{_DISPLACED_FROM.get(mechanism.via or '', '')}."
    if mechanism.role == "competition":
        return f"{capitalised(precipitant)} and {obj} compete for {process}{_via_words(mechanism)}."
    return f"{capitalised(precipitant)} {_ROLE_VERB[mechanism.role]} the {process} of {obj}{_via_words(mechanism)}."


def mutual_sentence(mechanism: Mechanism, names: tuple[str, str]) -> str:
    """A pharmacokinetic mechanism where either medicine may be the affected one: the source speaks of both."""
    process = _PROCESS.get(mechanism.kind)
    if process is None:
        change = "rise" if mechanism.role == "inhibition" else "fall"
        return f"The exposure to {joined(names, 'or')}, or both, can {change}; the source does not say how."
    via = _via_words(mechanism)
    change = {"inhibition": "reduced", "induction": "increased"}.get(mechanism.role or "", "changed")
    return f"The {process} of {joined(names, 'or')}, or both, can be {change}{via}."


def pd_sentence(mechanism: Mechanism, names: tuple[str, str], effects: Iterable[str]) -> str:
    """One pharmacodynamic mechanism in words."""
    pair = joined(names)
    outcome = joined(effects)
    match mechanism.kind:
        case "pd.additive":
            return f"The effects of {pair} add up: {outcome}."
        case "pd.synergistic":
            return f"The effects of {pair} reinforce each other: {outcome}."
        case "pd.antagonistic":
            return f"The effects of {pair} oppose each other: {outcome}."
        case "pd.sensitisation":
            return f"One of {pair} makes the body more sensitive to the other: {outcome}."
        case "pd.masking":
            return f"One of {pair} hides the warning signs of the other's harm: {outcome}."
        case "incompatibility":
            return f"{capitalised(pair)} are physically or chemically incompatible."
        case _:
            return f"The source does not state a mechanism for {pair}."


def net_sentence(obj: str | None, direction: str | None, effects: Iterable[str], names: tuple[str, str]) -> str:
    """Net effect with direction."""
    outcome = joined(effects)
    if obj is None or direction not in ("increase", "decrease"):
        return f"Net effect of {joined(names)} together: {outcome}."
    change = "increases" if direction == "increase" else "decreases"
    return f"Exposure or effect of {obj} {change}: {outcome}."


def effect_words(codes: Iterable[str], vocabulary: Mapping[str, Effect]) -> tuple[str, ...]:
    """Outcome codes in words, each once."""
    return tuple(dict.fromkeys(vocabulary[code].words for code in codes))


def management_words(
    codes: Iterable[str], vocabulary: Mapping[str, Management], target: str, other: str = "the other medicine"
) -> tuple[str, ...]:
    """Action codes in words, each once. `target` is the medicine that an action is about, `other` the one that causes it."""
    words = []
    for cell in codes:
        code, _, value = cell.partition("=")
        words.append(vocabulary[code].words.format(value=value, target=target, other=other))
    return tuple(dict.fromkeys(words))
