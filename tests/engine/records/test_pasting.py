"""A pasted list keeps its rows, loses what is no text, and never takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.records.pasting import MAX_HTML_CHARACTERS, MAX_PASTE_CHARACTERS, text_of_paste

LIST = "<ul><li>Warfarin 5 mg od</li><li>Aspirin 75 mg od</li></ul>"
TABLE = """<html><head><style>td {color: red}</style></head><body><!--StartFragment--><table>
<tr><th>Drug</th><th>Dose</th></tr>
<tr><td><p>Warfarin</p></td><td>5&nbsp;mg<br>od</td></tr>
<tr><td>Aspirin</td><td>75 mg</td></tr></table><!--EndFragment--></body></html>"""


def test_plain_text_is_preferred() -> None:
    assert text_of_paste("Warfarin 5 mg\nAspirin", "<p>Warfarin 5 mg</p><p>Aspirin</p>") == "Warfarin 5 mg\nAspirin"
    assert text_of_paste("1. Warfarin\n2. Aspirin", "<ol><li>Warfarin<li>Aspirin</ol>") == "1. Warfarin\n2. Aspirin"
    assert text_of_paste(None, None) == ""


def test_a_list_that_the_plain_text_lost() -> None:
    assert text_of_paste("Warfarin 5 mg odAspirin 75 mg od", LIST) == "Warfarin 5 mg od\nAspirin 75 mg od"
    # Other words: the HTML is not the same text, and nobody knows which is meant.
    assert text_of_paste("Simvastatin", LIST) == "Simvastatin"


def test_a_spreadsheet_is_one_line_a_row() -> None:
    assert text_of_paste("Warfarin\t5 mg\toral\r\nAspirin\t75 mg\toral\r\n", TABLE) == "Warfarin 5 mg oral\nAspirin 75 mg oral"
    assert text_of_paste(None, TABLE) == "Drug Dose\nWarfarin 5 mg od\nAspirin 75 mg"


def test_scripts_styles_and_hidden_parts_are_no_text() -> None:
    html = "<script>let a = '<b>';</script><p>Warfarin</p><p hidden>Aspirin</p><div style='display: none'><div>x</div>y</div>z"
    assert text_of_paste("", html) == "Warfarin\nz"
    assert text_of_paste("", "<p>Warfarin</p><script>alert(1)") == "Warfarin"


def test_preformatted_text_and_stray_signs() -> None:
    assert text_of_paste("", "<pre>Warfarin\nAspirin</pre>") == "Warfarin\nAspirin"
    assert text_of_paste("", "<p>INR < 2 &amp; eGFR > 60</p>") == "INR < 2 & eGFR > 60"


def test_controls_are_no_text() -> None:
    assert text_of_paste("War\0farin\x07 5\u00a0mg\u2028Aspirin\v", None) == "War farin 5 mg\nAspirin"
    assert text_of_paste("\ud800Warfarin", None).encode("utf-8") == b"Warfarin"


def test_too_much_is_one_sentence() -> None:
    with pytest.raises(InputError, match="longer than 200,000 characters"):
        text_of_paste("x" * (MAX_PASTE_CHARACTERS + 1), None)
    with pytest.raises(InputError, match="longer than 1,000,000 characters"):
        text_of_paste("", "x" * (MAX_HTML_CHARACTERS + 1))
    # The plain text is there and short: the styles around it do not matter.
    assert text_of_paste("Warfarin", "<table>" + "x" * MAX_HTML_CHARACTERS) == "Warfarin"


@pytest.mark.parametrize(
    "part",
    [
        "<a ",
        "<a>",
        "<!--",
        "</",
        "<![CDATA[",
        "<?",
        "<a b='",
        "<a b='>",
        '<a b="c" ',
        "<script>",
        "&#",
        "<td>",
        "<!-->",
        "<ul><li>",
    ],
)
def test_hostile_html_is_read_in_time(part: str) -> None:
    html = part * (50_000 // len(part))
    begun = time.perf_counter()
    text_of_paste("", html + "<p " + "a='1' " * 10_000 + ">")
    # Untamed, the first of them takes twenty seconds.
    assert time.perf_counter() - begun < 3


@given(text=st.text(), html=st.text(alphabet=st.sampled_from("<>/!-?&;'\"= abtdlipre\n\0[")))
def test_any_clipboard_is_text(text: str, html: str) -> None:
    for pasted in (text_of_paste(text, html), text_of_paste(None, html)):
        pasted.encode("utf-8")
        assert not {"\0", "\t", "\r"} & set(pasted)
        assert pasted == pasted.strip("\n")
