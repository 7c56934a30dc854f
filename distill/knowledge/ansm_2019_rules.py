"""Mirror merge of the 2019 edition.

Entries A + B and B + A become one rule, and what the halves disagree on is listed.
"""

import re
from dataclasses import dataclass

from distill.knowledge.ansm_2019 import Edition2019, Entry
from distill.knowledge.ansm_text import Difference, Level, distinct_texts, group_mirrors, name_key, text_key

_CERTAINTY = ("glued", "blank cell", "two paragraphs", "levels", "one paragraph", "none")
_AMONG_ITSELF = re.compile(r"autres? |.* autres?$")
_OUTSIDE = {"autre medicament agissant sur l hemostase"}


@dataclass(frozen=True)
class Rule2019:
    """One interaction of the 2019 edition with the entries that state it.

    `a` is the heading and `b` the partner of the first entry, as printed. `tags` are the levels of all
    halves, highest first. `management` and `description` are the two columns; `texts` holds one text where
    the halves agree, else each. `within_class` marks 'class + AUTRES class', which has no mirror by nature.
    """

    id: str
    a: str
    b: str
    tags: tuple[Level, ...]
    pages: tuple[int, ...]
    entries: tuple[int, ...]
    management: str
    description: str
    texts: tuple[str, ...]
    within_class: bool
    mirrored: bool


def _within_class(partner: str) -> bool:
    key = name_key(partner)
    return _AMONG_ITSELF.fullmatch(key) is not None or (key.startswith("autre ") and key not in _OUTSIDE)


def _differences(rule: str, halves: list[Entry]) -> list[Difference]:
    numbers = tuple(entry.index for entry in halves)
    found: list[Difference] = []
    if len({entry.level_tag for entry in halves}) > 1:
        what = " | ".join(f"{entry.heading}: {' - '.join(entry.level_tag) or 'none'}" for entry in halves)
        found.append(Difference(rule, "level", numbers, what))
    texts = distinct_texts(entry.text for entry in halves)
    if len(texts) > 1:
        found.append(Difference(rule, "text", numbers, " | ".join(texts)))
    elif len({(text_key(entry.body_left), text_key(entry.body_right)) for entry in halves}) > 1:
        what = " | ".join(f"{entry.heading}: {entry.split}, management {entry.body_left!r}" for entry in halves)
        found.append(Difference(rule, "split", numbers, what))
    directions = [name_key(entry.heading) for entry in halves]
    if len(directions) > len(set(directions)):
        found.append(Difference(rule, "repeated", numbers, f"stated more than once under {halves[0].heading}"))
    return found


def merge(edition: Edition2019) -> tuple[tuple[Rule2019, ...], tuple[Difference, ...]]:
    """The rules in order of first appearance (ids r0001 …) and every disagreement or missing mirror."""
    rules: list[Rule2019] = []
    differences: list[Difference] = []
    groups = group_mirrors([(name_key(entry.heading), name_key(entry.partner)) for entry in edition.entries])
    for number, group in enumerate(groups, 1):
        halves = [edition.entries[index] for index in group]
        surest = min(halves, key=lambda entry: (_CERTAINTY.index(entry.split), entry.index))
        first, identity = halves[0], f"r{number:04d}"
        within = _within_class(first.partner)
        mirrored = len({name_key(entry.heading) for entry in halves}) > 1
        present = {tag for entry in halves for tag in entry.level_tag}
        rules.append(
            Rule2019(
                id=identity,
                a=first.heading,
                b=first.partner,
                tags=tuple(level for level in ("CI", "ASDEC", "PE", "APEC") if level in present),
                pages=tuple(sorted({entry.page for entry in halves})),
                entries=group,
                management=surest.body_left,
                description=surest.body_right,
                texts=distinct_texts(entry.text for entry in halves),
                within_class=within,
                mirrored=mirrored,
            )
        )
        differences.extend(_differences(identity, halves))
        if not mirrored and not within:
            differences.append(Difference(identity, "no mirror", group, f"{first.heading} + {first.partner}"))
    return tuple(rules), tuple(differences)
