"""The part of an export that shows explanations: the sentence by weight, the words in order, and the figures of trust."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from engine.reports.markup import boxed, heading, listed, own_direction, table, text
from engine.reports.reading_material import Explained, Stated
from engine.reports.reading_trust import (
    CAUTION,
    about_method,
    method_words,
    mode_words,
    signed,
    trust_lines,
    unstable_words,
    what_was_asked,
)
from engine.reports.reading_weights import WordWeight, ground_of, ranked, word_weights
from engine.reports.reading_words import label_words, pair_of

if TYPE_CHECKING:
    from engine.explain.model import Explanation
    from engine.reading.model import Reading

_PAPER = (255, 255, 255)
_UNSTABLE_GROUND = "#fff4d6"
# Words of an export; the data holds all of them.
_MOST_WORDS = 15
_BLOCKS = 10


def explained_html(reading: Reading, relations: Sequence[Stated], explanations: Sequence[Explained]) -> Iterator[str]:
    """HTML of the explanations, piece by piece; nothing where there are none.

    Raises:
        KeyError: an explanation is of a relation that the reading does not have.
    """
    if not explanations:
        return
    numbered = {(one.sentence_number, one.relation_number): one for one in relations}
    yield heading(2, "Which words moved the student")
    yield f"<p><b>{text(CAUTION)}</b></p>\n"
    for one in explanations:
        yield from _one(numbered[one.sentence, one.relation], one.explanation)


def _one(stated: Stated, explanation: Explanation) -> Iterator[str]:
    first, second = pair_of(stated.sentence, stated.relation)
    pair = f"{own_direction(first.text)} + {own_direction(second.text)}"
    method = f"{method_words(explanation.method)}, {mode_words(explanation.mode)}"
    yield heading(3, f"Statement {stated.number}: {pair}; {text(method)}")
    yield f"<p>{text(about_method(explanation.method))}</p>\n"
    yield f"<p>{text(what_was_asked(explanation, label_words(stated.relation.task, explanation.label)))}</p>\n"
    if explanation.stable:
        key = "▲, underlined: speaks for the class; ▽, in italics: against it; [in brackets]: the two names, which always stand."
        yield f"<p>{_coloured(stated.sentence.text, explanation)}</p>\n<p class='small'>{key}</p>\n"
        yield _words(explanation)
    else:
        yield boxed(f"<p><b>✗ {text(unstable_words(explanation))}</b></p>\n", _UNSTABLE_GROUND)
    lines = trust_lines(explanation)
    yield listed(f"<b>{text(line.name)}: {text(line.figure)}.</b> {text(line.sentence)}" for line in lines)


def _coloured(sentence: str, explanation: Explanation) -> str:
    parts, end = [], 0
    for word, (start, stop), fixed in zip(word_weights(explanation), explanation.spans, explanation.fixed, strict=True):
        parts.append(text(sentence[end:start]))
        parts.append(_word(text(sentence[start:stop]), word, fixed=fixed))
        end = stop
    return f"&#8296;{''.join(parts)}{text(sentence[end:])}&#8297;"


def _word(written: str, word: WordWeight, *, fixed: bool) -> str:
    if fixed:
        return f"<b>[{written}]</b>"
    ground = ground_of(word.share, _PAPER)
    if ground is None:
        return written
    colour = "#{:02x}{:02x}{:02x}".format(*ground)
    if word.share > 0:
        return f'<span style="background-color:{colour};text-decoration:underline">▲{written}</span>'
    return f'<span style="background-color:{colour};font-style:italic">▽{written}</span>'


def _words(explanation: Explanation) -> str:
    words = ranked(explanation)
    if not words:
        return "<p>No word has a weight.</p>\n"
    rows = []
    for number, word in enumerate(words[:_MOST_WORDS], start=1):
        blocks = "▇" * max(1, round(abs(word.share) * _BLOCKS))
        way = "▲ for the class" if word.weight > 0 else "▽ against the class"
        rows.append((f"{number}", own_direction(word.word), signed(word.weight, 3), way, blocks))
    more = len(words) - _MOST_WORDS
    left = f"<p class='small'>{more} more words have a smaller weight.</p>\n" if more > 0 else ""
    return table(("Rank", "Word", "Weight", "Speaks", "Size"), rows, (8, 32, 15, 22, 23)) + left
