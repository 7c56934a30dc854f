"""Text normalisation and the mirror grouping of the ANSM readers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.knowledge.ansm_text import (
    distinct_texts,
    group_mirrors,
    join_lines,
    name_key,
    split_members,
    text_key,
)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("SELS DE FER ", "sel de fer"),
        ("MÉDICAMENTS À RISQUE D'ANGIO-ŒDÈME", "medicament à risque d’angio-oedème"),
        ("DIMÉTHYLE ( FUMARATE DE)", "dimethyle (fumarate de)"),
        ("GAS", "gas"),
    ],
)
def test_a_name_is_compared_without_accents_spacing_and_plural(written: str, same: str) -> None:
    assert name_key(written) == name_key(same)


def test_doses_count_when_texts_are_compared() -> None:
    assert text_key("Dose > 20 mg") != text_key("Dose < 20 mg")
    assert text_key("l’Arrêt,  brutal") == text_key("L'arret brutal")
    assert distinct_texts(["A b", "a  B.", "c"]) == ("A b", "c")


def test_wrapped_lines_are_joined_and_a_hyphen_is_closed_up() -> None:
    assert join_lines(["doses anti-", "inflammatoires  de", "", "l'acide "]) == "doses anti-inflammatoires de l'acide"
    assert join_lines(["artérielle - ", "diurétiques"]) == "artérielle - diurétiques"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("(a, b)", ("a", "b")),
        ("(potassium (citrate de), gallium [67ga])", ("potassium (citrate de)", "gallium [67ga]")),
        ("(abciximab (c 7e3b fab))", ("abciximab (c 7e3b fab)",)),
        ("(nicotine", ("nicotine",)),
        ("(x, sodium (nitroprussiate de)", ("x", "sodium (nitroprussiate de)")),
    ],
)
def test_a_member_list_is_split_outside_inner_brackets(text: str, names: tuple[str, ...]) -> None:
    assert split_members(text) == names


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"))))
def test_every_entry_is_in_one_group_whatever_its_direction(pairs: list[tuple[str, str]]) -> None:
    groups = group_mirrors(pairs)
    assert sorted(index for group in groups for index in group) == list(range(len(pairs)))
    for group in groups:
        assert len({frozenset(pairs[index]) for index in group}) == 1
    assert len({frozenset(pairs[group[0]]) for group in groups}) == len(groups)
