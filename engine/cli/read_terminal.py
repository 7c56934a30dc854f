"""A reading for a terminal: sentences with their names, what they state, explanations, remarks, provenance and terms of use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from engine.cli.output import printable, writing
from engine.cli.terminal import OutputConsole
from engine.reports.reading_material import Explained, Stated, cautions, stated, terms_of, versions_of
from engine.reports.reading_trust import CAUTION, method_words, mode_words, trust_lines, unstable_words, what_was_asked
from engine.reports.reading_weights import ranked
from engine.reports.reading_words import (
    direction_words,
    kind_words,
    knowledge_words,
    label_words,
    mechanism_words,
    no_direction_words,
    percent,
    shown_name,
    sure_words,
)

if TYPE_CHECKING:
    from engine.abstracts.model import Abstract
    from engine.reading.model import Reading, ReadSentence

# Where nobody sees a terminal's edge, a table may be as wide as its words need.
_WIDTH_ELSEWHERE = 200
_MOST_WORDS = 10
_COLUMNS = ("No.", "First", "Second", "Statement", "Probability", "Direction", "Knowledge")


def print_reading(abstract: Abstract, reading: Reading, explanations: Sequence[Explained]) -> None:
    """Print a reading to standard output. Nothing of the text is interpreted as markup.

    Raises:
        ResourceError: the standard output takes no more.
    """
    with writing():
        console = OutputConsole(markup=False, emoji=False, highlight=False)
        if not console.is_terminal:
            console = OutputConsole(markup=False, emoji=False, highlight=False, width=_WIDTH_ELSEWHERE)
        _print(console, abstract, reading, explanations)


def _print(console: OutputConsole, abstract: Abstract, reading: Reading, explanations: Sequence[Explained]) -> None:
    origin = ", ".join(filter(None, (f"PMID {abstract.pmid}" if abstract.pmid else "", f"{abstract.year or ''}")))
    if origin:
        console.print(printable(origin), style="dim", soft_wrap=True)
    for number, sentence in enumerate(reading.sentences, start=1):
        console.print(_marked(number, sentence), soft_wrap=True)
        names = "; ".join(_named(sentence))
        if names:
            console.print(f"   names: {printable(names)}", style="dim", soft_wrap=True)
        if sentence.unread is not None:
            console.print(f"   ✗ not read: {printable(sentence.unread)}", soft_wrap=True)
    console.print()
    relations = stated(reading)
    if relations:
        console.print(_table(relations))
    elif reading.provenance.student is not None:
        console.print("No statement on two names was read. This does not mean that they do not interact.", soft_wrap=True)
    for one in explanations:
        _print_explanation(console, relations, one)
    for remark in reading.remarks:
        console.print(f"Remark: {printable(remark)}", soft_wrap=True)
    for caution in cautions(reading):
        console.print(caution, soft_wrap=True)
    console.print(printable(versions_of(reading.provenance)), style="dim", soft_wrap=True)
    terms = terms_of(reading.provenance)
    if terms:
        console.print(printable(terms), soft_wrap=True)
    console.print(reading.notice, soft_wrap=True)


def _marked(number: int, sentence: ReadSentence) -> Text:
    """The sentence with its names in brackets, so that they are told without colour; of names one in another, the outer."""
    line, end = Text(f"{number}. "), 0
    for entity in sorted(sentence.entities, key=lambda one: (one.start, -one.end)):
        if entity.start < end:
            continue
        line.append(printable(sentence.text[end : entity.start]))
        line.append(f"[{printable(sentence.text[entity.start : entity.end])}]", style="bold")
        end = entity.end
    line.append(printable(sentence.text[end:]))
    return line


def _named(sentence: ReadSentence) -> list[str]:
    """Each name once, with its kind; that the knowledge does not have it is said, and how sure the student is of its kind."""
    found: dict[str, None] = {}
    for entity in sentence.entities:
        known = ""
        if not entity.substance_ids and entity.kind not in ("disease", "protein", "group"):
            known = ", not in the knowledge"
            if entity.probability is not None:
                known += f", {percent(entity.probability)} sure"
        found[f"{shown_name(entity)}: {kind_words(entity.kind)}{known}"] = None
    return list(found)


def _table(relations: Sequence[Stated]) -> Table:
    table = Table(title="What the text states", title_justify="left", show_lines=False)
    for column in _COLUMNS:
        table.add_column(column, overflow="fold")
    for one in relations:
        relation, sentence = one.relation, one.sentence
        first, second = sentence.entities[relation.first], sentence.entities[relation.second]
        means = mechanism_words(relation)
        label = label_words(relation.task, relation.label)
        severity = f"; the two at most {relation.severity}" if relation.severity else ""
        table.add_row(
            f"{one.number} (sentence {one.sentence_number + 1})",
            printable(shown_name(first)),
            printable(shown_name(second)),
            f"{label} ({means})" if means else label,
            sure_words(relation),
            printable(direction_words(sentence, relation)) or no_direction_words(relation),
            f"{knowledge_words(relation.knowledge)}{severity}",
        )
    return table


def _print_explanation(console: OutputConsole, relations: Sequence[Stated], one: Explained) -> None:
    explanation = one.explanation
    place = next(row for row in relations if (row.sentence_number, row.relation_number) == (one.sentence, one.relation))
    first, second = place.sentence.entities[place.relation.first], place.sentence.entities[place.relation.second]
    method = f"{method_words(explanation.method)}, {mode_words(explanation.mode)}"
    console.print()
    console.print(
        f"Statement {place.number}: {printable(first.text)} + {printable(second.text)}; {method}", style="bold", soft_wrap=True
    )
    console.print(f"  {what_was_asked(explanation, label_words(place.relation.task, explanation.label))}", soft_wrap=True)
    if explanation.stable:
        for word in ranked(explanation)[:_MOST_WORDS]:
            way = "▲ for the class" if word.weight > 0 else "▽ against the class"
            console.print(f"  {word.weight:+.3f}  {printable(word.word)}  {way}", soft_wrap=True)
    else:
        console.print(f"  ✗ {unstable_words(explanation)}", soft_wrap=True)
    for line in trust_lines(explanation):
        console.print(f"  {line.name}: {line.figure}. {line.sentence}", style="dim", soft_wrap=True)
    console.print(f"  {CAUTION}", soft_wrap=True)
