#!/bin/sh
# run.sh - valgrind's memcheck over the unit tests: tests/memcheck/run.sh
# [short]. The short form leaves out the suites that take longest, which are
# those of the trace. The suites that start the program are always left out, and
# so are those that use up descriptors, some of which are valgrind's.
set -eu
cd "$(dirname "$0")/../.."
out=build/memcheck
flags='-std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -O2 -g -I. -Itests/memcheck'
without='accept header limit loop program sending server span tcp workers'
[ "${1-}" != short ] || without="$without sandbox lesson watch wire"

tests/need valgrind
rm -rf $out
mkdir -p $out
{
	make -s sources tests | tr ' ' '\n'
	echo tests/memcheck/memcheck.c
} | grep -vx hello.c |
	xargs -P "$(nproc)" -I{} sh -c \
		"${CC:-cc} $flags -c -o $out/\$(echo {} | tr / _).o {}"
${CC:-cc} @tests/lib/wrapped -o $out/memcheck $out/*.o
# shellcheck disable=SC2086
exec valgrind -q --leak-check=full --errors-for-leak-kinds=definite \
	--error-exitcode=99 $out/memcheck $without
