#!/bin/sh
# run - proves by Frama-C's WP that no input makes these files do what C does not
# define, and that they keep their contracts, which stand in tests/prove/*.acsl:
# tests/prove/run.sh [NAME...]. Of buf.c and deflate/inflate.c its Eva shows the first
# of these for every input up to a size: tests/prove/buf.c and inflate.c are the
# programs that it runs. The contracts of a file that is not named are only tried
# for their places.
set -u
cd "$(dirname "$0")/../.." || exit 1
tests/need frama-c-base why3 z3 cvc4 || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
names=$* proved=0 failed=0
cc -o "$tmp/axioms" tests/prove/axioms.c && "$tmp/axioms" >/dev/null || exit 1
export WHY3CONFIG="$tmp/why3.conf"
why3 config detect >"$tmp/detected" 2>&1
# z3 once more, which does not look for a counterexample: where much is assumed, it
# finds proofs that the other does not, and the other way round.
cat >>"$WHY3CONFIG" <<END
[prover]
name = "Z3"
alternative = "patterns"
shortcut = "patterns"
version = "$(z3 --version | cut -d ' ' -f 3)"
driver = "z3_471"
command = "$(command -v z3) -smt2 -T:%t auto_config=false smt.mbqi=false %f"
in_place = false
interactive = false
END

# annotated FILE: the contracts find their places, so they are of this code
annotated() {
	name=$(basename "$1" .c)
	awk -f tests/prove/annotate "tests/prove/$name.acsl" "$1" \
		>"$tmp/annotated/$name.c"
}

asked() { [ -z "$names" ] || case " $names " in *" $name "*) ;; *) false ;; esac; }

# of_c OPTION...
of_c() {
	frama-c -machdep gcc_x86_64 -c11 \
		-cpp-extra-args="-I. -I$tmp -D_GNU_SOURCE -D__FRAMAC__" \
		-kernel-warn-key annot-error=abort "$@"
}

# prove FILE
prove() {
	# Where a pointer is cast, it is from or to void or char.
	of_c -wp -wp-rte -wp-literals -wp-no-pruning \
		-wp-model Typed+Cast -wp-prover patterns,cvc4,z3 -wp-timeout 60 \
		-wp-par "$(nproc)" "$tmp/annotated/$name.c" >"$tmp/log" 2>&1 ||
		return
	grep -E -A 3 '^\[wp\] \[(Failed|Timeout|Unknown)' "$tmp/log"
	grep 'Proved goals' "$tmp/log" | sed "s|.*:|$1:|" |
		awk '{ print; exit $(NF - 2) < $NF }'
}

# eva FUNCTION OPTION...: runs this function of tests/prove/$name.c with every value
# that it may meet; each function that it calls comes to its end, and nothing gives
# an alarm.
eva() {
	main=$1
	shift
	if of_c -eva -main "$main" -eva-slevel 20 -eva-ilevel 64 \
		-eva-split-return full -eva-split-limit 400 \
		-eva-interprocedural-splits -eva-interprocedural-history \
		-eva-alloc-builtin fresh -eva-no-show-progress \
		-eva-msg-key=-final-states "$@" "tests/prove/$name.c" \
		>"$tmp/$main.log" 2>&1 &&
		grep -q 'done for function' "$tmp/$main.log" &&
		! grep -A 3 -E 'eva:alarm|NON TERMINATING' "$tmp/$main.log"; then
		echo "$name.c: $main: no alarm"
	else
		cat "$tmp/$main.log" >>"$tmp/log"
	fi
}

# Each call of `eva` takes up to a minute of a processor.
prove_buf() {
	eva grow -eva-slevel 1000000 &
	eva turn -eva-slevel 1000000 &
	wait
	[ ! -s "$tmp/log" ]
}

# In symbols, Eva needs of a number only whether it is 0.
prove_inflate() {
	numbers=begin:0,take:0,take_code:0,take_number:0
	numbers=$numbers,next_bits:0,huffman_decode:0
	eva stored -eva-slevel-function stored:1000,read_stored:5000 &
	eva symbols -eva-split-return-function "$numbers" \
		-eva-slevel-function symbols:1000,read_match:1000,read_symbols:0 &
	wait
	eva codes -eva-slevel-function codes:1000 &
	eva message -eva-use-spec read_codes,read_stored,read_symbols \
		-eva-slevel-function inflate_message:30,read_block:200 &
	wait
	[ ! -s "$tmp/log" ]
}

mkdir "$tmp/annotated"
for file in buf.c deflate/inflate.c ws/frame.c utf8.c base64.c sha1.c http/slice.c; do
	: >"$tmp/log"
	case $file in
	buf.c) prove=prove_buf ;;
	deflate/inflate.c) prove=prove_inflate ;;
	*) prove=prove ;;
	esac
	if ! annotated "$file" || { asked && ! "$prove" "$file"; }; then
		failed=$((failed + 1))
		tail -n 5 "$tmp/log"
		echo "FAIL  $file"
	elif asked; then
		proved=$((proved + 1))
	fi
done
echo "$proved passed, $failed failed"
[ "$failed" = 0 ]
