#!/usr/bin/env bash
# Every check of `make test`, each with its seconds. A failed step does not hide the next one; the exit status does not
# forget it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=''
# Tests run in as many processes as there are cores: threads of the numeric library would only wait for each other.
export OPENBLAS_NUM_THREADS=1

step() {
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    TIMEFORMAT="== $name: %R s"
    if ! time "$@"; then failed="$failed $name"; fi
}

step 'ruff-check' .venv/bin/python -m ruff check .
step 'ruff-format' .venv/bin/python -m ruff format --check .
step 'mypy' .venv/bin/python -m mypy
step 'import-contracts' .venv/bin/lint-imports
step 'pytest' .venv/bin/python -m pytest -n auto --dist loadfile "$@"

if [ -n "$failed" ]; then
    printf '\nmake test: failed in%s\n' "$failed" >&2
    exit 1
fi
