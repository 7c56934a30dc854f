"""The composition root: decides between worker, command line and window before anything heavy is imported."""

from __future__ import annotations

import sys

# How a frozen program starts itself as the process that runs llama.cpp; nothing for people.
WORKER = "--worker"
COMMANDS = frozenset({"check", "read", "drug", "doctor", "schema", "--help", "-h"})


def main() -> int:
    """Entry point: a sub-command goes to the engine's command line without importing Qt; otherwise the window opens."""
    arguments = sys.argv[1:]
    if arguments == [WORKER]:
        from engine.students.worker.serving import run_worker

        return run_worker()
    if arguments and arguments[0] in COMMANDS:
        from engine.cli.main import main as run_command_line

        return run_command_line(arguments)
    if arguments and (arguments[0] != "desktop" or len(arguments) > 2):
        sys.stderr.write(
            "Unknown command; known are: desktop [FILE], check, read, drug, doctor, schema. See 'coprescribe --help'.\n"
        )
        return 2
    from desktop.start import run_desktop

    return run_desktop(arguments[1] if len(arguments) > 1 else None)


if __name__ == "__main__":
    sys.exit(main())
