#!/usr/bin/env bash
# Makes this checkout ready to run: system libraries, .venv from the hash-locked file, the editable install, and the
# knowledge store. Each stage leaves a stamp (a digest of what it was made from), so a second run only compares digests.
#
# One package is compiled: llama-cpp-python, which is published as source only (some minutes, once; pip keeps what it built).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What Qt loads at start on Linux, and the Debian package that carries it. `ldconfig` is asked for the library and not
# dpkg for the package: package names differ between releases, library names don't.
qt_libraries='
libEGL.so.1 libegl1
libGL.so.1 libgl1
libX11.so.6 libx11-6
libX11-xcb.so.1 libx11-xcb1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libfreetype.so.6 libfreetype6
libglib-2.0.so.0 libglib2.0-0
libwayland-client.so.0 libwayland-client0
libwayland-cursor.so.0 libwayland-cursor0
libxcb.so.1 libxcb1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render.so.0 libxcb-render0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-shm.so.0 libxcb-shm0
libxcb-sync.so.1 libxcb-sync1
libxcb-util.so.1 libxcb-util1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
'

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

digest() { # of standard input
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

digest_of_files() { # names and contents of the files listed on standard input
    LC_ALL=C sort | while IFS= read -r file; do printf '%s\n' "$file"; cat "$file"; done | digest
}

stamped() { [ -f ".venv/stamps/$1" ] && [ "$(cat ".venv/stamps/$1")" = "$2" ]; }
stamp() { mkdir -p .venv/stamps && printf '%s\n' "$2" >".venv/stamps/$1"; }

missing_packages() { # Debian packages whose content this machine lacks, one a line
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    command -v c++ >/dev/null || echo g++
    local known library package
    known=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p)
    while read -r library package; do
        [ -z "$library" ] || grep -qF "	$library " <<<"$known" || echo "$package"
    done <<<"$qt_libraries"
    [ -n "$(find -L /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print -quit 2>/dev/null)" ] ||
        echo fonts-dejavu-core
}

add_system_packages() {
    [ "$(uname -s)" = Linux ] || return 0
    local missing
    missing=$(missing_packages | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || stop "missing from this system (named as Debian packages): $missing"
    [ "$(id -u)" = 0 ] || stop "missing Debian packages; as root run: apt-get install $missing"
    say "adding Debian packages: $missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >&2
    # Word splitting is meant: one argument a package.
    apt-get -qq install --yes --no-install-recommends $missing >/dev/null
}

make_environment() {
    if stamped place "$PWD" && .venv/bin/python -c '' 2>/dev/null; then return; fi
    say "making .venv"
    rm -rf .venv # interrupted, moved with its checkout, or its Python is gone: scripts in it hold absolute paths
    python3 -m venv .venv
    stamp place "$PWD"
}

install_locked() {
    local want
    want=$(digest <requirements.lock)
    if stamped packages "$want"; then return; fi
    say "installing $(grep -c '==' requirements.lock) locked packages"
    # `lime`, `readability` (grades the patient's sheet in the tests) and `llama-cpp-python` are published as source only: they
    # are built after the rest, by the locked setuptools and CMake, so that nothing is fetched beside the lock.
    local pip=(.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps)
    awk '/^[a-z]/ { skip = /^(lime|llama-cpp-python|readability)==/ } !skip' requirements.lock > .venv/wheels.lock
    awk '/^[a-z]/ { keep = /^(lime|llama-cpp-python|readability)==/ } keep' requirements.lock > .venv/sources.lock
    "${pip[@]}" --only-binary=:all: -r .venv/wheels.lock
    say "compiling llama.cpp (some minutes, unless pip has kept it)"
    PATH="$PWD/.venv/bin:$PATH" "${pip[@]}" --no-build-isolation -r .venv/sources.lock
    stamp packages "$want"
}

install_project() {
    local want
    want=$(digest <pyproject.toml)
    if stamped project "$want"; then return; fi
    say "installing this checkout (editable)"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
    stamp project "$want"
}

digest_of_store() { # both files: what the program would refuse to open, `make run` mends
    cat resources/compiled/knowledge.sqlite resources/compiled/manifest.json 2>/dev/null | digest
}

build_knowledge() {
    local want
    # The code counts as much as the tables: the build takes parts of the engine, and the engine must fit the store.
    want=$(find resources/knowledge distill/knowledge engine -name '*.tsv' -o -name '*.py' | digest_of_files)
    if stamped knowledge "$want" && stamped store "$(digest_of_store)"; then return; fi
    say "building the knowledge store"
    .venv/bin/coprescribe-distill knowledge build
    stamp knowledge "$want"
    stamp store "$(digest_of_store)"
}

command -v python3 >/dev/null || stop "python3 is missing: version 3.11 or later is needed"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$(python3 --version) is too old: version 3.11 or later is needed"
if command -v flock >/dev/null; then # two set-ups at once would undo each other
    exec 9>.setup.lock
    flock 9
fi
add_system_packages
make_environment
install_locked
install_project
build_knowledge
