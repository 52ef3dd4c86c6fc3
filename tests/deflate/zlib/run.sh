#!/bin/sh
# run.sh - our DEFLATE against zlib's, both ways, under the sanitizers:
#
#     tests/deflate/zlib/run.sh                  every window and level
#     tests/deflate/zlib/run.sh fuzz [SECONDS]   any bytes
#
# Only this test uses zlib. An input on which they differ is kept in build/fuzz.
set -eu
cd "$(dirname "$0")/../../.."
out=build/zlib
flags='-std=c11 -D_GNU_SOURCE -I. -g -O1 -fno-sanitize-recover=all'
seconds=${2-60}

tests/need zlib1g-dev
mkdir -p $out build/fuzz/broken build/fuzz/found/zlib
# build OPTION...
build() {
	# shellcheck disable=SC2086
	"$@" $flags -Wall -Wextra tests/deflate/zlib/agree.c  \
		deflate/compress.c deflate/huffman.c deflate/inflate.c deflate/window.c buf.c -lz
}
if [ "${1-}" = fuzz ]; then
	tests/need clang
	build clang -DFUZZ -fsanitize=fuzzer,address,undefined -o $out/fuzz
	exec $out/fuzz -max_total_time="$seconds" -timeout=10 -max_len=2000 \
		-artifact_prefix=build/fuzz/broken/zlib- build/fuzz/found/zlib
fi
build "${CC:-cc}" -fsanitize=address,undefined -o $out/agree
exec $out/agree
