# lib.sh - what tests/attacks and tests/soak share: the server, the programs
# that attack it, and a folder for it. Source it in the project's folder.
# shellcheck shell=sh
# shellcheck disable=SC3045 # every sh that Linux comes with has ulimit -n
out=build/attack
flags='-std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wpedantic -Wshadow -I.'
shared='tests/attack/attack.c tests/attack/figures.c tests/attack/waiting.c tests/attack/flooding.c
	tests/attack/odd.c tests/attack/hostile.c tests/attack/honest.c
	tests/attack/victim.c bench/target.c bench/tally.c buf.c ws/frame.c utf8.c'
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP
ulimit -n "$(ulimit -H -n)"

# The server is the one that `make` builds, or $SERVER. A file of holes needs no
# disk space.
prepare() {
	mkdir -p $out "$tmp/public"
	cp -r public/* "$tmp/public"
	truncate -s 4M "$tmp/public/medium"
	truncate -s 4G "$tmp/public/large"
	[ "${SERVER-}" ] || make --no-print-directory server >&2 || return
	# shellcheck disable=SC2086
	${CC:-cc} $flags -shared -fPIC -o $out/wakes.so tests/attack/wakes.c
}

# build NAME SOURCE...
build() {
	name=$1
	shift
	# shellcheck disable=SC2086
	${CC:-cc} $flags -o "$out/$name" "$@" $shared
}
