#!/usr/bin/env bash
# Measures the two commands where nothing is prepared: makes a bare Debian 12 root by debootstrap, clones this repository
# into it under a path with a space and a non-ASCII letter, and runs there, each twice: `make run` without a display,
# `make run` until its window is visible, and `make test`. Prints a table of minutes. Needs root and about 3 GB.
#
#   tools/bare_root.sh [FOLDER]      the root is made in FOLDER (default: a new one under /var/tmp), removed afterwards
#   KEEP=1 tools/bare_root.sh …      keeps it, logs included
#
# Where packages come from is this machine's business and is read from its own apt and pip settings at run time.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=bookworm
checkout='/root/Prüf stand/coprescribe'
screen=:87
limit_s=2400

say() { printf 'bare_root: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
[ "$(id -u)" = 0 ] || stop 'needs root: debootstrap and chroot'

base=${1:-$(mktemp -d /var/tmp/coprescribe-bare.XXXXXX)}
mkdir -p "$base"
base=$(cd "$base" && pwd -P)
root=$base/root
logs=$base/logs
server=''
failures=0
mkdir -p "$root" "$logs"

end_inside() { # every process whose file system is the bare root, and no other
    local process
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/root" 2>/dev/null)" != "$root" ] || kill "${process#/proc/}" 2>/dev/null || true
    done
}

clean_up() {
    end_inside
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    local place
    # Deepest first; what is bound in from this machine must be gone before anything is removed.
    awk -v top="$root/" 'index($2, top) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r place; do
        umount -l "$place"
    done
    if grep -qF " $root/" /proc/self/mounts; then stop "still mounted under $root: nothing removed"; fi
    if [ -z "${KEEP:-}" ]; then rm -rf --one-file-system "$base"; else say "kept: $base"; fi
}
trap clean_up EXIT

host_tools() { # debootstrap, a virtual screen and a way to ask it for windows, on this machine and not in the bare root
    local missing=''
    command -v debootstrap >/dev/null || missing="$missing debootstrap"
    command -v Xvfb >/dev/null || missing="$missing xvfb"
    command -v xwininfo >/dev/null || missing="$missing x11-utils"
    [ -z "$missing" ] || { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $missing; } >/dev/null
}

debian_sources() { # this machine's Debian archives for the suite, as sources.list lines
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v suite="$suite" '$3 == suite || index($3, suite "-") == 1' | sort -u
}

copy_in() { # FILE: the same file at the same place in the root
    [ ! -f "$1" ] || { mkdir -p "$root$(dirname "$1")" && cp -L "$1" "$root$1"; }
}

bind() { # FOLDER [OPTION]
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    [ -z "${2:-}" ] || mount -o "remount,bind,$2" "$root$1"
}

make_root() {
    local mirror
    mirror=$(debian_sources | awk -v suite="$suite" '$3 == suite { print $2; exit }')
    [ -n "$mirror" ] || stop "no $suite archive among this machine's apt sources"
    say "debootstrap $suite"
    debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$logs/debootstrap" 2>&1 ||
        stop "debootstrap failed: $(tail -n 3 "$logs/debootstrap")"
    debian_sources >"$root/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(Check-|http|https|ftp|Retries)' >"$root/etc/apt/apt.conf.d/99of-the-host" || true
    copy_in /etc/resolv.conf
    copy_in /etc/hosts
    mount -t proc proc "$root/proc"
    bind /sys ro
    bind /dev
    bind /dev/pts
    mkdir -p /tmp/.X11-unix
    bind /tmp/.X11-unix
    inside "$logs/packages" 'apt-get -qq update && apt-get -qq install --yes --no-install-recommends \
        python3 git make ca-certificates' || stop "packages failed: $(tail -n 3 "$logs/packages")"
    pass_on_pip
}

pass_on_pip() { # this machine's pip settings, with the certificates and local folders that they name
    local folder
    copy_in /etc/ssl/certs/ca-certificates.crt
    copy_in /etc/pip.conf
    copy_in "$HOME/.pip/pip.conf"
    copy_in "$HOME/.config/pip/pip.conf"
    python3 -m pip config list | grep -oE "(file://)?/[^' ]+" | sed 's,^file://,,' | while read -r folder; do
        folder=${folder%/simple} # a local index: its files lie beside it
        if [ -d "$folder" ]; then bind "$folder" ro; fi
    done
}

inside() { # LOG COMMAND [NAME=VALUE…]: a clean environment, but for pip's own variables
    local log=$1 command=$2
    shift 2
    local pip=() name
    while read -r name; do pip+=("$name=${!name}"); done < <(compgen -e | grep '^PIP_' || true)
    env -i "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root TERM=dumb \
        DEBIAN_FRONTEND=noninteractive "${pip[@]}" "$@" \
        timeout "$limit_s" chroot "$root" /bin/sh -c "$command" </dev/null >"$log" 2>&1
}

clone() {
    git clone --quiet --bare "$repository" "$root/root/coprescribe.git"
    inside "$logs/clone" "git clone --quiet /root/coprescribe.git '$checkout'" || stop "clone failed: $(cat "$logs/clone")"
}

row() { # WHAT STATUS SECONDS
    [ "$2" = 0 ] || failures=$((failures + 1))
    awk -v what="$1" -v status="$2" -v seconds="$3" \
        'BEGIN { printf "%-44s %8.2f min   %s\n", what, seconds / 60, status == 0 ? "ok" : "FAILED (" status ")" }'
}

timed() { # WHAT LOG COMMAND
    local status=0 began=$EPOCHREALTIME
    inside "$logs/$2" "cd '$checkout' && $3" || status=$?
    row "$1" "$status" "$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
}

window_is_visible() { # of the application, on our screen
    local id
    id=$(xwininfo -display "$screen" -root -tree 2>/dev/null | grep -i 'coprescribe' | awk '{ print $1 }' | head -n 20)
    for id in $id; do
        if xwininfo -display "$screen" -id "$id" 2>/dev/null | grep -q 'Map State: IsViewable'; then return 0; fi
    done
    return 1
}

timed_window() { # WHAT LOG: ends once the window is there
    local status=1 began=$EPOCHREALTIME ends=$((SECONDS + limit_s)) job
    inside "$logs/$2" "cd '$checkout' && exec make run" "DISPLAY=$screen" 2>/dev/null &
    job=$!
    while [ "$SECONDS" -lt "$ends" ]; do
        if window_is_visible; then status=0 && break; fi
        kill -0 "$job" 2>/dev/null || break
        sleep 0.2
    done
    row "$1" "$status" "$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
    end_inside
    wait "$job" 2>/dev/null || true
    window_is_visible && stop 'the window outlived its program' || true
}

host_tools
make_root
clone
Xvfb "$screen" -screen 0 1600x1000x24 -nolisten tcp >"$logs/xvfb" 2>&1 &
server=$!
for attempt in first second; do timed "make run, no display, $attempt" "run-$attempt" 'make run'; done
for attempt in first second; do timed_window "make run until the window, $attempt" "window-$attempt"; done
for attempt in first second; do timed "make test, $attempt" "test-$attempt" 'make test'; done
if [ "$failures" != 0 ]; then
    for log in "$logs"/run-* "$logs"/window-* "$logs"/test-*; do
        printf '\n--- %s\n' "${log##*/}" && tail -n 40 "$log"
    done >&2
    stop "$failures of 6 failed"
fi
