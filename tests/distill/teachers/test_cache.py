"""Replies are kept under all that they depend on, shared between processes, and never believed when damaged; accounts add up."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from distill.teachers.accounting import Account, Prices, within_budget
from distill.teachers.cache import ReplyCache
from distill.teachers.chat import Prompt, Reply, Sampling, reply_key
from engine.errors import InputError

REPLY = Reply("Ja, größer.", 10, 5, whole=True)
PROMPT = Prompt("system", "question", {"type": "object"})


def test_a_reply_is_kept(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "replies")
    assert cache.get("key") is None
    cache.put("key", "tiny", REPLY)
    cache.put("key", "tiny", replace(REPLY, text="second"))
    cache.put("other", "tiny", Reply("", None, None, whole=False))
    again = ReplyCache(tmp_path / "replies")
    assert again.get("key") == REPLY
    assert again.get("other") == Reply("", None, None, whole=False)
    assert again.account("tiny") == Account(replies=2, prompt_tokens=10, answer_tokens=5, uncounted=1)
    assert again.account("another") == Account()


def test_a_reply_that_no_file_can_hold_is_kept_with_a_mark(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "replies")
    cache.put("key", "tiny", replace(REPLY, text="a\ud800b\0c"))
    assert cache.get("key") == replace(REPLY, text="a?b\0c")


def test_a_key_depends_on_prompt_model_and_settings() -> None:
    sampling = Sampling()
    keys = [
        reply_key("model", PROMPT, sampling),
        reply_key("other", PROMPT, sampling),
        reply_key("model", replace(PROMPT, system="x"), sampling),
        reply_key("model", replace(PROMPT, question="x"), sampling),
        reply_key("model", replace(PROMPT, schema=None), sampling),
        *(reply_key("model", PROMPT, sampling.again(attempt)) for attempt in (1, 2)),
        reply_key("model", PROMPT, replace(sampling, temperature=0.0)),
        reply_key("model", PROMPT, replace(sampling, top_p=0.5)),
        reply_key("model", PROMPT, replace(sampling, max_tokens=1)),
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == reply_key("model", replace(PROMPT), Sampling())
    assert len(keys[0]) == 64


def test_a_reply_that_was_changed_is_refused(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "replies")
    cache.put("key", "tiny", REPLY)
    with closing(sqlite3.connect(tmp_path / "replies")) as database:
        database.execute("UPDATE replies SET text = 'Nein.'")
        database.commit()
    with pytest.raises(InputError, match="damaged"):
        cache.get("key")


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\0" + b"x" * 200])
def test_a_file_that_is_no_cache_stays_as_it_is(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "replies").write_bytes(content)
    with pytest.raises(InputError, match="does not hold replies of teachers"):
        ReplyCache(tmp_path / "replies")
    assert (tmp_path / "replies").read_bytes() == content


def test_a_cache_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        ReplyCache(tmp_path / "nowhere" / "replies")


def test_turns_are_given_one_after_the_other(tmp_path: Path) -> None:
    cache = ReplyCache(tmp_path / "replies")
    waits = [cache.turn("tiny", 1000.0, 2.0) for _ in range(3)]
    assert waits == [0.0, 2.0, 4.0]
    assert cache.turn("tiny", 1005.0, 2.0) == 1.0
    assert cache.turn("another", 1000.0, 2.0) == 0.0
    # Later nobody waits any more; a clock that was set back by a day makes nobody wait for a day.
    assert cache.turn("tiny", 5000.0, 2.0) == 0.0
    assert cache.turn("tiny", 5000.0 - 86400.0, 2.0) == 0.0
    assert cache.account("tiny").requests == 6


def test_turns_of_several_threads_are_all_counted_and_apart(tmp_path: Path) -> None:
    waits: list[float] = []

    def take() -> None:
        cache = ReplyCache(tmp_path / "replies")
        waits.extend(cache.turn("tiny", 1000.0, 1.0) for _ in range(5))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [float(place) for place in range(20)]
    assert ReplyCache(tmp_path / "replies").account("tiny").requests == 20


def test_accounts_in_words() -> None:
    account = Account(requests=5, replies=4, prompt_tokens=1_000_000, answer_tokens=500_000, uncounted=1)
    prices = Prices(2.0, 8.0, "EUR", budget=6.0)
    assert list(account.lines(prices)) == [
        "Requests: 5; replies kept: 4.",
        "Tokens of prompts: 1000000; of answers: 500000.",
        "Replies whose tokens the server did not count: 1; their cost is not in the sum.",
        "Cost at the prices given: 6.0000 EUR.",
    ]
    assert len(list(Account().lines(Prices()))) == 2
    with pytest.raises(InputError, match="is spent"):
        within_budget(account, prices)
    within_budget(account, replace(prices, budget=6.01))
    within_budget(account, Prices())


@pytest.mark.parametrize(
    ("amounts", "words"),
    [((-1.0, 0.0, None), "0 or more"), ((float("nan"), 0.0, None), "0 or more"), ((0.0, 0.0, 5.0), "A budget needs prices")],
)
def test_prices_that_are_none(amounts: tuple[float, float, float | None], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Prices(amounts[0], amounts[1], "EUR", amounts[2])


@pytest.mark.parametrize(
    "wrong",
    [lambda: Sampling(temperature=-0.1), lambda: Sampling(top_p=0.0), lambda: Sampling(max_tokens=0)],
)
def test_settings_that_are_none(wrong: Callable[[], Sampling]) -> None:
    with pytest.raises(InputError, match="temperature is 0 to 2"):
        wrong()
