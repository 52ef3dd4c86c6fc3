#!/bin/sh
# run - RFC 3629's table, with every sequence of up to four bytes at every cut: the
# code that is proved (tests/prove), and the same with the vector code, which
# tests/test_utf8.c compares with it in longer texts. `all`: see table.c.
set -u
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0
for plain in -D__FRAMAC__ -U__FRAMAC__; do
	if "${CC:-cc}" -std=c11 -O2 -D_GNU_SOURCE $plain -I. -o "$tmp/table" \
		tests/utf8/table.c utf8.c && "$tmp/table" "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
