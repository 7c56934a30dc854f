"""Replies of language models, kept by SHA-256 of prompt, model and settings, so that nothing is asked or paid for twice.

One file for all processes of this machine. It also counts requests and keeps their pace, which processes share through it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import TracebackType
from typing import Self

from distill.teachers.accounting import Account
from distill.teachers.chat import Reply
from distill.teachers.database import Kind, damaged, faults_of, opened

# "CRTC" in ASCII.
REPLIES = Kind(
    "replies of teachers",
    0x43525443,
    1,
    (
        "CREATE TABLE replies (key TEXT PRIMARY KEY, model TEXT NOT NULL, text TEXT NOT NULL, prompt_tokens INTEGER,"
        " answer_tokens INTEGER, whole INTEGER NOT NULL, seal TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE pace (model TEXT PRIMARY KEY, next_at REAL NOT NULL, requests INTEGER NOT NULL) WITHOUT ROWID",
    ),
)


class ReplyCache:
    """An open file of replies; used by one thread, shared with other processes."""

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            InputError: it cannot be.
        """
        self._path = path
        self._database = opened(path, REPLIES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def get(self, key: str) -> Reply | None:
        """The reply that was kept, or None.

        Raises:
            InputError: the file is damaged.
        """
        with faults_of(self._path, REPLIES):
            found = self._database.execute(
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
        # A lone surrogate cannot be kept; a reply that holds one is nonsense anyway, and is read as such with a mark in its place.
        text = reply.text.encode("utf-8", "replace").decode("utf-8")
        counts = (reply.prompt_tokens, reply.answer_tokens, whole)
        row = (key, model, text, *counts, _seal(key, model, text, *counts))
        with faults_of(self._path, REPLIES):
            self._database.execute("INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def turn(self, model: str, now_s: float, interval_s: float) -> float:
        """Count a request and take the next place in the row of all processes' requests to this model.

        `now_s`: the clock, seconds since 1970. Returns for how many seconds the caller has to wait before it asks.
        """
        with faults_of(self._path, REPLIES):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                at = self._taken_turn(model, now_s, interval_s)
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")
        return at - now_s

    def _taken_turn(self, model: str, now_s: float, interval_s: float) -> float:
        row = self._database.execute("SELECT next_at FROM pace WHERE model = ?", (model,)).fetchone()
        at = now_s
        # A clock that was set back must not make anybody wait for longer than the row of processes can be.
        if row is not None and row[0] <= now_s + 1000 * interval_s:
            at = max(now_s, row[0])
        statement = "INSERT INTO pace VALUES (?, ?, 1) ON CONFLICT (model) DO UPDATE SET next_at = excluded.next_at, requests = requests + 1"
        self._database.execute(statement, (model, at + interval_s))
        return at

    def account(self, model: str) -> Account:
        """What this model has used, over all runs that shared the file."""
        with faults_of(self._path, REPLIES):
            requests = self._database.execute("SELECT requests FROM pace WHERE model = ?", (model,)).fetchone()
            used = self._database.execute(_USED, (model,)).fetchone()
        return Account(requests[0] if requests else 0, *used)


_USED = (
    "SELECT COUNT(*), COALESCE(SUM(prompt_tokens), 0), COALESCE(SUM(answer_tokens), 0),"
    " COALESCE(SUM(prompt_tokens IS NULL OR answer_tokens IS NULL), 0) FROM replies WHERE model = ?"
)


def _seal(*values: str | int | None) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()
