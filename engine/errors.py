"""Faults that are shown to people in one sentence, apart from bugs.

A fault of the input or of the installation is a :class:`CoprescribeError`; everything else is a bug and is left to propagate.
The sentence never repeats text that a person typed about a patient.
"""

from __future__ import annotations


class CoprescribeError(Exception):
    """A fault with one sentence for the person who meets it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InputError(CoprescribeError):
    """What was given cannot be used (exit code 2 on the command line)."""


class ResourceError(CoprescribeError):
    """A file of this installation is missing, damaged or of another version (exit code 1 on the command line)."""


class ProcessError(CoprescribeError):
    """A process of ours ended, or could not begin, because of this machine: a crash, memory, time (exit code 1 as well). Nothing
    is damaged by it; the same may be asked again."""
