"""What we call of pre_tokenizers."""

from tokenizers import Regex

class PreTokenizer: ...

class Whitespace(PreTokenizer):
    def __init__(self) -> None: ...

class Split(PreTokenizer):
    def __init__(self, pattern: Regex, *, behavior: str, invert: bool) -> None: ...

class ByteLevel(PreTokenizer):
    def __init__(self, *, add_prefix_space: bool, trim_offsets: bool, use_regex: bool) -> None: ...

class Sequence(PreTokenizer):
    def __init__(self, pre_tokenizers: list[PreTokenizer]) -> None: ...
