#!/bin/sh
# run.sh - makes each call of the server that can fail do so, in turn:
# tests/faults/run.sh [short | CALL NUMBER ERROR once|on WAY]
# The short form tries a sample. A call that has no wrapper, and is not in the
# list of those that need none, is a failure as well.
set -eu
cd "$(dirname "$0")/../.."
out=build/faults
sanitize='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all'
sanitize=${SANITIZE:-$sanitize}
program=$(make -s sources | tr ' ' '\n' | sed 's|^\(.*\)c$|build/asan/\1o|')
tests=$(printf "%s\n" tests/faults/*.c | sed 's|^\(.*\)c$|build/asan/\1o|')

# names TYPE OBJECT...: U for those that are undefined, T for functions.
names() {
	type=$1
	shift
	nm -g "$@" | sed -n "s/.* $type //p" | sort -u
}

mkdir -p $out
# shellcheck disable=SC2086
make -s --no-print-directory SANITIZE="$sanitize" $program $tests >&2
objcopy --redefine-sym main=hello_main build/asan/hello.o $out/hello.o
# shellcheck disable=SC2086
{
	names '[A-TV-Z]' $program >$out/own
	names U $program >$out/used
}
names T build/asan/tests/faults/wrap.o | sed -n 's/^__wrap_//p' >$out/wrapped
bare=$(sort $out/own $out/wrapped tests/faults/unwrapped |
	comm -13 - $out/used |
	grep -vE '^_(_asan|_ubsan|_gcov|_stack_chk|GLOBAL_OFFSET)' || true)
if [ -n "$bare" ]; then
	echo "there is no wrapper for: $bare"
	echo "0 passed, 1 failed"
	exit 1
fi
# shellcheck disable=SC2046,SC2086
${CC:-cc} $sanitize $(sed 's/^/-Wl,--wrap=/' $out/wrapped) -o $out/faults \
	$out/hello.o $(echo "$program" | grep -v /hello.o) $tests
export ASAN_OPTIONS=detect_leaks=1:exitcode=99
[ "${1-}" != short ] || set -- 61
exec $out/faults "$@"
