"""What we call of RDKit."""

# Only machines that train have it. Its log is switched off, since every odd structure would print lines of its own.
class rdBase:
    class BlockLogs:
        def __enter__(self) -> object: ...
        def __exit__(self, *values: object) -> None: ...
