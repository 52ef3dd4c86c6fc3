# check.sh - counts what passes and what fails in a script. To be sourced after
# serve.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # tmp is set by serve.sh
passed=0 failed=0

# check NAME COMMAND...: when it fails, shows all that the command printed, and
# what the server has logged.
check() {
	name=$1
	shift
	if "$@" >"$tmp/said" 2>&1; then
		passed=$((passed + 1))
		echo "ok    $name"
	else
		failed=$((failed + 1))
		cat "$tmp/said"
		[ ! -e "$tmp/serve.log" ] || cat "$tmp/serve.log"
		echo "FAIL  $name"
	fi
}

# The last line of a script, and its status.
summary() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
