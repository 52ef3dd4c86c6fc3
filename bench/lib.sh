# lib.sh - what run, compare and instructions share: starting servers on the
# first CPU, and the load generator on the last. Source it in the project's
# folder. Everything uses the loopback interface and a folder that is removed at
# the end, and whatever was started is ended by its process id.
# shellcheck shell=sh
# shellcheck disable=SC3045 # every sh that Linux comes with has ulimit -n
server=${SERVER:-./server}
raw=${RAW:-build/bench/raw}
load=${LOAD:-build/bench/load}
bench/build || exit 1
tmp=$(mktemp -d)
trap 'stop_all; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP
ulimit -n "$(ulimit -H -n)"

cpus=$(taskset -cp $$ 2>/dev/null | sed 's/.*: //')
server_cpu=${SERVER_CPU:-${cpus%%[!0-9]*}}
load_cpu=${LOAD_CPU:-${cpus##*[!0-9]}}
[ "$server_cpu" != "$load_cpu" ] ||
	echo "One CPU for server and load generator: times will mislead." >&2

# on CPU COMMAND...: runs the command in place of this shell.
on() {
	cpu=$1
	shift
	if [ "$cpu" ]; then exec taskset -c "$cpu" "$@"; else exec "$@"; fi
}

# start NAME COMMAND...: starts a server whose first line says where it listens,
# and prints the target NAME=PID:PORT.
start() {
	name=$1
	shift
	: >"$tmp/$name.log" # it may hold the port of an earlier server
	(on "$server_cpu" "$@") >"$tmp/$name.log" 2>&1 </dev/null &
	echo $! >"$tmp/$name.pid"
	for _ in $(seq 200); do
		port=$(sed -n 's/^Listening on ws:[^:]*:\([0-9]*\).*/\1/p' \
			"$tmp/$name.log" | head -n 1)
		[ "$port" ] && break
		sleep 0.05
	done
	if [ -z "$port" ]; then
		echo "$name did not start: $(head -n 3 "$tmp/$name.log")" >&2
		return 1
	fi
	echo "$name=$(cat "$tmp/$name.pid"):$port"
}

# $under is what the servers run under: nothing, or valgrind with its options.
# Ours logs to a file, as it does by default.
under=
# shellcheck disable=SC2086
start_raw() { start "$1" $under "$raw"; }
# shellcheck disable=SC2086
start_turns() { start "$1" $under "$raw" turns; }
# shellcheck disable=SC2086
start_ours() {
	name=$1
	shift
	start "$name" $under "$server" --port 0 --public "$tmp/public" "$@"
}

# stop NAME: ends what `start` started, and waits until it is gone.
stop() {
	pid=$(cat "$tmp/$1.pid")
	rm "$tmp/$1.pid"
	kill "$pid" 2>/dev/null
	for _ in $(seq 100); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -9 "$pid"
}

stop_all() {
	for file in "$tmp"/*.pid; do
		[ -e "$file" ] && stop "$(basename "$file" .pid)"
	done
}

# The files that are served.
mkdir "$tmp/public"
for size in 1k 1M 100M; do
	yes 'one line of a file' | head -c $size >"$tmp/public/$size.txt"
done
cp "$tmp/public/1k.txt" "$tmp/public/index.html"

# measured LABEL LOAD-ARGUMENTS...: writes the figures that the load generator
# prints to $tmp/row, and keeps them for `figure`. When they cannot be measured,
# it prints a line of the table that says so.
measured() {
	label=$1
	shift
	if ! (on "$load_cpu" "$load" "$@") >"$tmp/row" 2>"$tmp/why"; then
		echo "| $label | not measured: $(tail -n 1 "$tmp/why") |"
		return 1
	fi
	awk -F '\t' -v OFS='\t' -v label="$label" '{ print label, $0 }' \
		"$tmp/row" >>"$tmp/rows"
}

# figure LABEL NAME COLUMN: prints one of the figures measured. The columns are
# those of measure.h and hold.h, beginning with the name.
figure() {
	[ ! -e "$tmp/rows" ] || awk -F '\t' -v label="$1" -v name="$2" -v n="$3" \
		'$1 == label && $2 == name { print $(n + 1) }' "$tmp/rows"
}

row_head() {
	cat <<-END

		| work | server | messages/s | CPU us | user | system | p50 us | p99 us | ratio |
		|---|---|---:|---:|---:|---:|---:|---:|---:|
	END
}

# row LABEL LOAD-ARGUMENTS...: prints a line of that table for each server.
row() {
	measured "$@" && awk -F '\t' -v label="$1" '
	function us(x) {
		return sprintf(x < 1 ? "%.3f" : x < 100 ? "%.2f" : "%.0f", x)
	}
	{
		printf "| %s | %s | %d | %s | %s | %s | %d | %d | %.3f |\n",
			label, $1, $2, us($3), us($4), us($5), $6, $7, $8
		label = ""
	}' "$tmp/row"
}
