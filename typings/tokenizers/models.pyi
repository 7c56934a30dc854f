"""What we call of models."""

from collections.abc import Sequence

class Model: ...

class BPE(Model):
    def __init__(self, *, vocab: dict[str, int], merges: Sequence[tuple[str, str]]) -> None: ...

class WordLevel(Model):
    def __init__(self, vocab: dict[str, int], unk_token: str) -> None: ...
