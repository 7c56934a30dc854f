"""A text as it was read, as one self-contained HTML file: the sentences with their names, what they state, and from where.

What was not read and what is unsure stand out before anything else; every export names its versions and the notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from engine.report import SEVERITY_ORDER
from engine.reports.looks import LOOKS
from engine.reports.markup import PIECE, badge, boxed, heading, listed, own_direction, page, style, table, text
from engine.reports.reading_explained import explained_html
from engine.reports.reading_material import (
    Explained,
    ReadingHead,
    Stated,
    cautions,
    not_read,
    stated,
    terms_of,
    versions_of,
)
from engine.reports.reading_words import (
    KINDS,
    SOURCES,
    SPANS,
    direction_words,
    kind_words,
    knowledge_words,
    label_meaning,
    label_words,
    mechanism_words,
    no_direction_words,
    pair_of,
    percent,
    plural,
    shown_name,
    sure_words,
)

if TYPE_CHECKING:
    from engine.reading.model import Entity, Reading, ReadSentence, Span
    from engine.report import Severity

TITLE = "Text as it was read"
_WARNING_GROUND = "#fff4d6"
_CLEAR_GROUND = "#f2f2f2"
_NAME_GROUND = "#dce9f8"
_OTHER_GROUND = "#ece4f3"
_MEDICINES = ("drug", "brand", "group")


def reading_html(reading: Reading, explanations: Sequence[Explained] = (), head: ReadingHead | None = None) -> str:
    """The reading as one self-contained HTML file, with explanations that were made of its relations."""
    shown = head or ReadingHead()
    return page(shown.title or TITLE, style(9, 2), "".join(_parts(reading, explanations, shown)))


def _parts(reading: Reading, explanations: Sequence[Explained], head: ReadingHead) -> Iterator[str]:
    relations = stated(reading)
    yield heading(1, own_direction(head.title) if head.title else TITLE)
    said = [text(head.date), own_direction(head.source) if head.source else "", _counts(reading, relations)]
    yield f"<p>{' · '.join(part for part in said if part)}</p>\n"
    yield _warnings(reading)
    yield _statements(reading, relations)
    yield _sentences(reading, relations)
    yield _names(reading)
    yield _spans(reading)
    yield from explained_html(reading, relations, explanations)
    yield f'<p class="small"><b>Intended use:</b> {text(reading.notice)}</p>\n'
    terms = terms_of(reading.provenance)
    yield f'<p class="small">{text(terms)}</p>\n' if terms else ""
    yield f'<p class="small">{text(versions_of(reading.provenance))}.</p>\n'


def _counts(reading: Reading, relations: Sequence[Stated]) -> str:
    unsure = sum(one.relation.abstained for one in relations)
    return (
        f"{plural(len(reading.sentences), 'sentence', 'sentences')}, {plural(len(relations), 'statement', 'statements')}, "
        f"{unsure} of them unsure, {plural(len(not_read(reading)), 'sentence', 'sentences')} not read"
    )


def _warnings(reading: Reading) -> str:
    missed = not_read(reading)
    student = reading.provenance.student is not None
    rows = [f"✗ sentence {number}: {own_direction(said)}: {text(reason)}" for number, said, reason in missed]
    head = "✓ EVERY SENTENCE WAS READ"
    if reading.remarks:
        head = "⚠ EVERY SENTENCE WAS READ, but see the remarks"
    if missed:
        head = f"✗ NOT READ: {plural(len(missed), 'sentence', 'sentences')}"
    elif not student or not reading.sentences:
        head = f"✗ NOT READ: the whole text; {'there is no sentence' if student else 'no student took part'}"
    parts = [f"<p><b>{head}</b></p>\n", listed(rows)]
    if reading.remarks:
        parts += ["<p><b>REMARKS</b></p>\n", listed(text(remark) for remark in reading.remarks)]
    parts.append(listed(text(caution) for caution in cautions(reading)))
    return boxed("".join(parts), _WARNING_GROUND if missed or reading.remarks or not student else _CLEAR_GROUND)


def _statements(reading: Reading, relations: Sequence[Stated]) -> str:
    title = heading(2, "What the sentences state")
    if not relations:
        said = "Nothing was read about two names together. That is no proof that there is nothing."
        if reading.provenance.student is None:
            said = "No statement was looked for: no student took part."
        return f"{title}<p>{said}</p>\n"
    rows = []
    for one in relations:
        first, second = pair_of(one.sentence, one.relation)
        pair = f"<b>{own_direction(shown_name(first))}</b> + <b>{own_direction(shown_name(second))}</b>"
        meaning = label_meaning(one.relation.task, one.relation.label)
        what = f"<b>{text(label_words(one.relation.task, one.relation.label))}</b><br><span class='small'>{text(meaning)}</span>"
        changes = [text(direction_words(one.sentence, one.relation)), text(mechanism_words(one.relation))]
        sure = text(sure_words(one.relation))
        rows.append(
            (
                f"{one.number}",
                f"{one.sentence_number + 1}",
                pair,
                what,
                f"<b>⚠ {sure}</b>" if one.relation.abstained else sure,
                "<br>".join(part for part in changes if part) or no_direction_words(one.relation),
                _knowledge(one),
            )
        )
    top = ("No.", "Sentence", "Names", "Statement", "Probability", "Whose change, by what", "Knowledge here")
    return title + table(top, rows, (4, 10, 20, 20, 12, 16, 18))


def _knowledge(one: Stated) -> str:
    said = text(knowledge_words(one.relation.knowledge))
    severity = _severity(one.relation.severity)
    return f"{said}<br>{badge(LOOKS[severity])}" if severity is not None else said


def _severity(name: str | None) -> Severity | None:
    return next((one for one in SEVERITY_ORDER if one == name), None)


def _sentences(reading: Reading, relations: Sequence[Stated]) -> str:
    if not reading.sentences:
        return ""
    parts = [heading(2, "The text, sentence by sentence")]
    of_sentence: dict[int, list[int]] = {}
    for one in relations:
        of_sentence.setdefault(one.sentence_number, []).append(one.number)
    end = 0
    for place, sentence in enumerate(reading.sentences):
        # Nothing of the text is lost, also what belongs to no sentence.
        parts.append(_between(reading.text[end : sentence.start]))
        end = max(end, sentence.start + len(sentence.text))
        numbers = ", ".join(f"{number}" for number in of_sentence.get(place, ()))
        states = f" <span class='small'>[states no. {numbers}]</span>" if numbers else ""
        missed = f" <b>✗ NOT READ: {text(sentence.unread)}</b>" if sentence.unread is not None else ""
        parts.append(f"{PIECE}<p>{place + 1}. {marked(sentence)}{states}{missed}</p>\n")
    parts.append(_between(reading.text[end:]))
    return "".join(parts)


def _between(rest: str) -> str:
    return f"<p class='small'>{own_direction(rest.strip())}</p>\n" if rest.strip() else ""


def marked(sentence: ReadSentence) -> str:
    """A sentence as HTML with its names in bold on a ground; what is no medicine is said behind the name."""
    parts, end = [], 0
    for entity in sorted(sentence.entities, key=lambda one: (one.start, -one.end)):
        if entity.start < end:
            continue
        medicine = entity.kind in _MEDICINES
        ground = _NAME_GROUND if medicine else _OTHER_GROUND
        kind = "" if medicine else f"<span class='small'> ({text(kind_words(entity.kind))})</span>"
        name = text(sentence.text[entity.start : entity.end])
        parts.append(f'{text(sentence.text[end : entity.start])}<b style="background-color:{ground}">{name}</b>{kind}')
        end = entity.end
    return f"&#8296;{''.join(parts)}{text(sentence.text[end:])}&#8297;"


def _names(reading: Reading) -> str:
    found: dict[tuple[str, str], list[Entity]] = {}
    for sentence in reading.sentences:
        for entity in sentence.entities:
            found.setdefault((entity.name or entity.text.casefold(), entity.kind), []).append(entity)
    if not found:
        return heading(2, "Names") + "<p>No name was found.</p>\n"
    order = list(KINDS)
    rows = []
    for (_name, kind), entities in sorted(found.items(), key=lambda one: order.index(one[0][1]) if one[0][1] in order else 99):
        written = ", ".join(dict.fromkeys(own_direction(entity.text) for entity in entities))
        known = text(entities[0].name) if entities[0].name is not None else "not known here"
        sources = "; ".join(SOURCES[source] for source in dict.fromkeys(entity.source for entity in entities))
        sure = [entity.probability for entity in entities if entity.probability is not None]
        rows.append((written, known, text(kind_words(kind)), f"{len(entities)}", sources, percent(min(sure)) if sure else "–"))
    head = ("As written", "Understood as", "Kind", "Times", "Found by", "Least probability")
    return heading(2, "Names") + table(head, rows, (24, 22, 18, 7, 18, 11))


def _spans(reading: Reading) -> str:
    rows = []
    for place, sentence in enumerate(reading.sentences, start=1):
        rows += [_span(place, sentence, span) for span in sentence.spans]
    title = heading(2, "People, treatment and outcome")
    return title + table(("What", "Words", "Sentence", "Probability"), rows, (16, 58, 12, 14)) if rows else ""


def _span(place: int, sentence: ReadSentence, span: Span) -> Iterable[str]:
    words = own_direction(sentence.text[span.start : span.end])
    return (text(SPANS.get(span.kind, span.kind)), words, f"{place}", percent(span.probability))
