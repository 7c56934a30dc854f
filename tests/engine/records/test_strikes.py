"""What is struck out where it is copied stays in the list as what it is: not taken. The checker has the last word on that."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.checking import CheckOptions
from engine.errors import InputError
from engine.records.pasting import MAX_HTML_CHARACTERS, text_of_paste

QUICK = CheckOptions(with_alternatives=False)
STRIKES = [
    "<s>{}</s>",
    "<strike>{}</strike>",
    "<del>{}</del>",
    "<S>{}</S>",
    "<span style='text-decoration:line-through'>{}</span>",
    "<font style='color: red; TEXT-DECORATION: underline line-through'>{}</font>",
    "<span style='text-decoration-line: line-through'><b>{}</b></span>",
    "<s><span>{}</span></s>",
]
EXCEL = """<html><head><style><!--table {color: red}
.xl65 {mso-style-parent:style0;}
td.xl66, .other {mso-style-parent:style0; text-decoration:line-through;}
--></style></head><body><table>
<tr><td class=xl65>Aspirin</td><td class=xl65>75 mg</td></tr>
<tr><td class=xl66>Warfarin</td><td class=xl66>5 mg; od</td></tr>
</table></body></html>"""


def taken(application: Application, text: str) -> list[str]:
    return [drug.name for drug in application.checker.check(text, options=QUICK).drugs]


@pytest.mark.parametrize("strike", STRIKES)
def test_a_struck_line_is_not_taken(application: Application, strike: str) -> None:
    html = f"<p>Aspirin 75 mg od</p><p>{strike.format('Warfarin 5 mg od')}</p><p>Ibuprofen 400 mg tds</p>"
    text = text_of_paste("Aspirin 75 mg od\nWarfarin 5 mg od\nIbuprofen 400 mg tds", html)
    assert text == "Aspirin 75 mg od\nstruck out: Warfarin 5 mg od\nIbuprofen 400 mg tds"
    report = application.checker.check(text, options=QUICK)
    assert [drug.name for drug in report.drugs] == ["acetylsalicylic acid", "ibuprofen"]
    (named,) = report.not_checked
    assert (named.line_number, named.reason) == (2, "Warfarin: the line says that it is not taken")


@pytest.mark.parametrize(
    "line",
    [
        "Take one warfarin 5 mg tablet daily",
        "1. T. Warfarin 5 mg, clopidogrel 75 mg od; simvastatin 40 mg",
        "Allergies: none; warfarin 5 mg od",
        "aspirin + clopidogrel 75 mg",
        "he takes warfarin and was given aspirin 75 mg daily by his doctor",
        "co-amoxiclav 625 mg tds x 7 days",
        "Rx: 5 mg warfarin",
    ],
)
def test_nothing_of_a_struck_line_is_taken_whatever_it_says(application: Application, line: str) -> None:
    text = text_of_paste(line, f"<s>{line}</s>")
    assert text == f"struck out: {line.replace(';', ',')}"
    assert taken(application, text) == []
    assert application.checker.check(text, options=QUICK).not_checked


def test_a_spreadsheet_strikes_by_classes(application: Application) -> None:
    text = text_of_paste("Aspirin\t75 mg\nWarfarin\t5 mg; od", EXCEL)
    assert text == "Aspirin 75 mg\nstruck out: Warfarin 5 mg, od"
    assert taken(application, text) == ["acetylsalicylic acid"]


@pytest.mark.parametrize(
    ("html", "expected", "names", "dose_mg"),
    [
        ("<p>Prednisolone <s>5 mg</s> 3 mg od</p>", "Prednisolone 3 mg od\nstruck out: 5 mg", ["prednisolone"], 3),
        ("<p><s>Warfarin</s> Apixaban 5 mg bd</p>", "struck out: Warfarin\nApixaban 5 mg bd", ["apixaban"], 5),
        ("<tr><td>Aspirin 75 mg<tr><td><s>Warfarin</s><td>5 mg", "Aspirin 75 mg\nstruck out: Warfarin\n5 mg", None, 75),
        ("<p>Aspirin 75 mg <s>bd</s> od</p>", "Aspirin 75 mg od\nstruck out: bd", ["acetylsalicylic acid"], 75),
        ("<p>Aspirin 75 mg od</p><p><s>500 mg</s></p>", "Aspirin 75 mg od\nstruck out: 500 mg", None, 75),
    ],
)
def test_a_part_of_a_line(application: Application, html: str, expected: str, names: list[str] | None, dose_mg: float) -> None:
    text = text_of_paste("", html)
    assert text == expected
    drugs = application.checker.check(text, options=QUICK).drugs
    assert [drug.name for drug in drugs] == (names or ["acetylsalicylic acid"])
    assert drugs[0].dose_mg == dose_mg


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ul><li style='text-decoration:line-through'>Warfarin<li>Aspirin</ul>", "struck out: Warfarin\nAspirin"),
        ("<p style='text-decoration:line-through'>Warfarin<p>Aspirin", "struck out: Warfarin\nAspirin"),
        ("<ul><li><s>Warfarin</s><ul><li>Aspirin</ul></ul>", "struck out: Warfarin\nAspirin"),
        ("<s><p>Warfarin</p><p>Aspirin</p></s><p>Ibuprofen", "struck out: Warfarin\nstruck out: Aspirin\nIbuprofen"),
        ("<p><s>Warfarin</p><p>Aspirin</s></p>Ibuprofen", "struck out: Warfarin\nstruck out: Aspirin\nIbuprofen"),
        ("<span style='text-decoration:line-through'><span>Warfarin</span> 5</span> Aspirin", "struck out: Warfarin 5\nAspirin"),
        ("<s style='text-decoration: none'>Warfarin</s>", "Warfarin"),
        ("<p>Warfarin<s> </s></p>", "Warfarin"),
        ("<pre><s>Warfarin\nAspirin</s></pre>Ibuprofen", "struck out: Warfarin\nstruck out: Aspirin\nIbuprofen"),
        ("<span>Sotalol</span><strong>Aspirin</strong>", "SotalolAspirin"),
    ],
)
def test_where_a_strike_ends(html: str, expected: str) -> None:
    assert text_of_paste("", html) == expected


def test_plain_text_stays_where_nothing_is_struck() -> None:
    assert text_of_paste("1. Warfarin", "<style>.a {text-decoration: line-through}</style><p>Warfarin") == "1. Warfarin"


def test_too_long_to_know_what_is_struck_is_refused() -> None:
    with pytest.raises(InputError, match="longer than 1,000,000 characters"):
        text_of_paste("Warfarin", "<s>Warfarin</s>" + " " * MAX_HTML_CHARACTERS)


@pytest.mark.parametrize("part", ["<s>", "<s></p>", "<p><s>", "<li><s>", "</s>", "line-through{", ".a{line-through", "<s></b>x"])
def test_hostile_html_is_read_in_time(part: str) -> None:
    # Processor time: what else the machine does is left out. What grew with the square of the length would take minutes.
    begun = time.process_time()
    text_of_paste(None, part * (150_000 // len(part)))
    assert time.process_time() - begun < 5


@given(st.lists(st.sampled_from(["<s>", "</s>", "<p>", "</p>", "<li>", "<td>", "<tr>", "<del>", "</del>", "x1", " ", "; "])))
def test_no_word_is_lost_and_none_made_up(parts: list[str]) -> None:
    text = text_of_paste(None, "".join(parts))
    assert text.count("x1") == parts.count("x1")
    for line in text.split("\n"):
        assert line.count("struck out:") == line.startswith("struck out: ")
        assert not (line.startswith("struck out: ") and ";" in line)
