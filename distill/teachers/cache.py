"""Replies of language models, kept by SHA-256 of prompt, model and settings, so that nothing is asked or paid for twice.

One file for all processes of this machine. It also counts requests and keeps their pace, which processes share through it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from distill.teachers.accounting import Account
from distill.teachers.chat import ChatModel, Prompt, Reply, Sampling, reply_key
from distill.teachers.database import Kind, damaged, faults_of, opened

# "CRTC" in ASCII.
REPLIES = Kind(
    "replies of teachers",
    0x43525443,
    1,
    (
        """CREATE TABLE replies (key TEXT PRIMARY KEY, model TEXT NOT NULL, text TEXT NOT NULL, prompt_tokens INTEGER,
        answer_tokens INTEGER, whole INTEGER NOT NULL, seal TEXT NOT NULL) WITHOUT ROWID""",
        "CREATE TABLE pace (model TEXT PRIMARY KEY, next_at REAL NOT NULL, requests INTEGER NOT NULL) WITHOUT ROWID",
    ),
)


class ReplyCache:
    """A file of replies, shared by threads and processes: it is opened for each question to it."""

    def __init__(self, path: Path) -> None:
        """Make the file where there is none.

        Raises:
            InputError: it cannot be used.
        """
        self._path = path
        with self._database():
            pass

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with faults_of(self._path, REPLIES), closing(opened(self._path, REPLIES)) as database:
            yield database

    def get(self, key: str) -> Reply | None:
        """The reply that was kept, or None.

        Raises:
            InputError: the file is damaged.
        """
        with self._database() as database:
            found = database.execute(
                "SELECT model, text, prompt_tokens, answer_tokens, whole, seal FROM replies WHERE key = ?", (key,)
            ).fetchone()
        if found is None:
            return None
        model, text, prompt_tokens, answer_tokens, whole, seal = found
        if seal != _seal(key, model, text, prompt_tokens, answer_tokens, whole):
            raise damaged(self._path, REPLIES)
        return Reply(text, prompt_tokens, answer_tokens, bool(whole))

    def put(self, key: str, model: str, reply: Reply) -> None:
        """Keep a reply; it is on the disk when this returns. Of two to the same question the first is kept."""
        whole = int(reply.whole)
        # A lone surrogate cannot be kept: a mark takes its place.
        text = reply.text.encode("utf-8", "replace").decode("utf-8")
        counts = (reply.prompt_tokens, reply.answer_tokens, whole)
        row = (key, model, text, *counts, _seal(key, model, text, *counts))
        with self._database() as database:
            database.execute("INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def turn(self, model: str, now_s: float, interval_s: float) -> float:
        """Count a request and take the next place in the row of all processes' requests to this model.

        `now_s`: the clock, seconds since 1970. Returns for how many seconds the caller has to wait before it asks.
        """
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            at = _taken_turn(database, model, now_s, interval_s)
            database.execute("COMMIT")
        return at - now_s

    def account(self, model: str) -> Account:
        """What this model has used, over all runs that shared the file."""
        with self._database() as database:
            requests = database.execute("SELECT requests FROM pace WHERE model = ?", (model,)).fetchone()
            used = database.execute(_USED, (model,)).fetchone()
        return Account(requests[0] if requests else 0, *used)


_TURN = """INSERT INTO pace VALUES (?, ?, 1)
ON CONFLICT (model) DO UPDATE SET next_at = excluded.next_at, requests = requests + 1"""
_USED = (
    "SELECT COUNT(*), COALESCE(SUM(prompt_tokens), 0), COALESCE(SUM(answer_tokens), 0),"
    " COALESCE(SUM(prompt_tokens IS NULL OR answer_tokens IS NULL), 0) FROM replies WHERE model = ?"
)


def asked_once(model: ChatModel, prompt: Prompt, sampling: Sampling, cache: ReplyCache) -> Reply:
    """The reply of a model, kept the first time and taken from the file from then on.

    Raises:
        PromptTooLongError: the item cannot be asked.
        InputError: the model cannot be used, or the file is damaged.
    """
    key = reply_key(model.identity, prompt, sampling)
    kept = cache.get(key)
    if kept is None:
        kept = model.reply(prompt, sampling)
        cache.put(key, model.identity, kept)
    return kept


def _seal(*values: str | int | None) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()


def _taken_turn(database: sqlite3.Connection, model: str, now_s: float, interval_s: float) -> float:
    row = database.execute("SELECT next_at FROM pace WHERE model = ?", (model,)).fetchone()
    at = now_s
    # A clock that was set back must not make anybody wait for longer than the row of processes can be.
    if row is not None and row[0] <= now_s + 1000 * interval_s:
        at = max(now_s, row[0])
    database.execute(_TURN, (model, at + interval_s))
    return at
