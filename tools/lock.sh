#!/usr/bin/env bash
# Rewrites requirements.lock from pyproject.toml: one file with hashes for application, knowledge extra, development
# tools and build backend, for every Python and system that the project runs on. Arguments go to uv (try --upgrade).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install -qq --disable-pip-version-check uv
"$scratch/venv/bin/uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
    --extra knowledge --group build --group dev --output-file requirements.lock "$@" pyproject.toml >/dev/null
printf 'lock: %s packages in requirements.lock\n' "$(grep -c '==' requirements.lock)"
