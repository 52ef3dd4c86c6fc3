#!/bin/sh
# run.sh - runs each fuzzer for some time:
# tests/fuzz/run.sh [--keep] [SECONDS [NAME...]]
# It begins with tests/fuzz/corpus and with what earlier runs have left in
# build/fuzz. An input that breaks a law is saved in build/fuzz/broken. With
# --keep, inputs of at most 4 KiB that reach code which no file in
# tests/fuzz/corpus reaches are added there.
set -u
cd "$(dirname "$0")/../.." || exit 1
export ASAN_OPTIONS=detect_leaks=1
out=build/fuzz
flags='-std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. -g -O1 -fno-sanitize-recover=all'
sanitize='address,undefined'
passed=0 failed=0

# shellcheck disable=SC2086
build_modules() {
	mkdir -p $out/objects
	rm -f $out/objects/*
	make -s sources | tr ' ' '\n' | grep -vx hello.c |
		xargs -P "$(nproc)" -I{} sh -c "clang $flags \
			-fsanitize=fuzzer-no-link,$sanitize \
			-c -o $out/objects/\$(echo {} | tr / _).o {}" &&
		ar rcs $out/objects/all.a $out/objects/*.o
}

# parts NAME: prints what a fuzzer is built from, besides the program.
parts() {
	case $1 in
	simulation)
		tests/simulation/wrapped
		printf '%s\n' tests/simulation/*.c | grep -v /main.c
		;;
	*) echo "tests/fuzz/fuzz_$1.c tests/lib/loop.c" ;;
	esac
}

# build NAME: builds a fuzzer; its function becomes libFuzzer's entry point.
build() {
	# shellcheck disable=SC2046,SC2086
	clang $flags -fsanitize=fuzzer,$sanitize \
		-D"fuzz_$1=LLVMFuzzerTestOneInput" \
		-o "$out/$1" $(parts "$1") $out/objects/all.a
}

# figure PATTERN: the last number after the pattern in the log.
figure() {
	grep -oE "$1 *[0-9]+" "$log" | tail -n 1 | grep -oE '[0-9]+$'
}

run() {
	mkdir -p "$out/found/$1" $out/broken
	"$out/$1" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
		-artifact_prefix="$out/broken/$1-" \
		"$out/found/$1" "tests/fuzz/corpus/$1" >"$log" 2>&1
}

report() {
	echo "$1: $(figure number_of_executed_units:) runs," \
		"$(figure 'INITED cov:') edges reached at first," \
		"$(figure 'DONE *cov:') now"
}

keep() {
	small=$(mktemp -d)
	find "$out/found/$1" -type f -size -9 -exec cp -t "$small" {} +
	"$out/$1" -merge=1 -use_counters=0 "tests/fuzz/corpus/$1" "$small" \
		>"$log" 2>&1
	echo "$1: $(figure 'MERGE-OUTER:') new inputs kept"
	rm -rf "$small"
}

# fuzz NAME
fuzz() {
	if build "$1" && run "$1"; then
		passed=$((passed + 1))
		echo "ok    $(report "$1")"
		[ -z "$keeping" ] || keep "$1"
	else
		failed=$((failed + 1))
		tail -n 60 "$log"
		echo "FAIL  $1"
	fi
}

keeping=
[ "${1-}" != --keep ] || { keeping=yes && shift; }
seconds=${1:-60}
case $seconds in
*[!0-9]*) echo "tests/fuzz/run.sh [--keep] [SECONDS [NAME...]]" >&2 && exit 2 ;;
esac
[ $# = 0 ] || shift
[ $# != 0 ] || for folder in tests/fuzz/corpus/*; do
	set -- "$@" "${folder##*/}"
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT

tests/need clang && version=$(clang -dumpversion) &&
	tests/need "libclang-rt-${version%%.*}-dev" || exit 1
if build_modules; then
	for name; do
		fuzz "$name"
	done
else
	failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
