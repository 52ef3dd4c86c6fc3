# serve.sh - a server for a script: starts it, waits until it listens, ends it
# by its process id. To be sourced in the project's folder.
# shellcheck shell=sh
# shellcheck disable=SC2034 # load is for the script
load=$PWD/build/bench/load
tmp=$(mktemp -d)
pid=
trap 'end; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP

# serve PROGRAM ARGUMENT...: sets $pid and $port; the log is $tmp/serve.log.
serve() {
	: >"$tmp/serve.log" # an earlier one's port is not this one's
	"$@" --port 0 >"$tmp/serve.log" 2>&1 </dev/null &
	pid=$!
	for _ in $(seq 100); do
		port=$(sed -n 's/^Listening on ws:[^:]*:\([0-9]*\).*/\1/p' \
			"$tmp/serve.log")
		[ -z "$port" ] || return 0
		sleep 0.05
	done
	cat "$tmp/serve.log"
	return 1
}

end() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	[ -z "$pid" ] || wait "$pid"
	pid=
}
