#!/bin/sh
# run - proves by Frama-C's WP that no input makes these files do what C does not
# define, and that they keep their contracts, which stand in tests/prove/*.acsl:
# tests/prove/run.sh [NAME...]. What is listed in tests/prove/open, the name of
# the goal behind that of the file, the provers may fail to find in 20 s, as they do
# on a busy machine; nothing else. The contracts of a file that is not
# named are only tried for their places.
set -u
cd "$(dirname "$0")/../.." || exit 1
tests/need frama-c-base why3 z3 cvc4 || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
names=$* proved=0 failed=0
cc -o "$tmp/axioms" tests/prove/axioms.c && "$tmp/axioms" >/dev/null || exit 1
why3 config detect >"$tmp/detected" 2>&1

# annotated FILE: the contracts find their places, so they are of this code
annotated() {
	name=$(basename "$1" .c)
	awk -f tests/prove/annotate "tests/prove/$name.acsl" "$1" \
		>"$tmp/$name.c"
}

asked() { [ -z "$names" ] || case " $names " in *" $name "*) ;; *) false ;; esac; }

# prove FILE
prove() {
	# Where a pointer is cast, it is from or to void or char.
	frama-c -machdep gcc_x86_64 -c11 \
		-cpp-extra-args='-I. -D_GNU_SOURCE -D__FRAMAC__' \
		-kernel-warn-key annot-error=abort -wp -wp-rte -wp-literals \
		-wp-model Typed+Cast -wp-prover z3,cvc4 -wp-timeout 20 \
		-wp-par "$(nproc)" "$tmp/$name.c" >"$tmp/log" 2>&1 || return
	sed -n "s/^\[wp\] \[[A-Z][a-z]*\] Goal typed_cast_\([a-z0-9_]*\)\( (.*\)*\$/$name \1/p" \
		"$tmp/log" | sort >"$tmp/left"
	grep "^$name " tests/prove/open | sort >"$tmp/open"
	grep 'Proved goals' "$tmp/log" | sed "s|.*:|$1:|"
	comm -23 "$tmp/open" "$tmp/left" | sed 's/^/proved, though listed: /'
	! comm -13 "$tmp/open" "$tmp/left" | grep .
}

for file in ws/frame.c utf8.c base64.c sha1.c http/slice.c; do
	: >"$tmp/log"
	if ! annotated "$file" || { asked && ! prove "$file"; }; then
		failed=$((failed + 1))
		tail -n 5 "$tmp/log"
		echo "FAIL  $file"
	elif asked; then
		proved=$((proved + 1))
	fi
done
echo "$proved passed, $failed failed"
[ "$failed" = 0 ]
