# many.sh - 300,000 WebSockets at once. Where the limit on open files is lower,
# several workers hold them, for several load generators. Source it after
# lib.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154,SC3045 # lib.sh sets some; as there

# Prints the resident KiB of a process and its children; shared pages count
# once.
memory() {
	for pid in "$1" $(cat "/proc/$1/task/$1/children"); do
		cat "/proc/$pid/smaps_rollup"
	done | awk '/^Pss:/ { kib += $2 } END { print kib }'
}

# Waits until each load generator has opened all its connections, and stopped.
until_held() {
	for part in "$@"; do
		pid=$(cat "$tmp/part$part.pid")
		until grep -q '^State:.T' "/proc/$pid/status"; do
			kill -0 "$pid" || return
			sleep 0.1
		done
	done 2>/dev/null
}

continue_all() {
	for part in "$@"; do
		kill -CONT "$(cat "$tmp/part$part.pid")"
	done
	# shellcheck disable=SC2086 # a word each
	wait $pids
}

# Prints one line for the lines of all parts; the columns are those of hold.h.
together() {
	awk -F '\t' -v OFS='\t' -v kib="$1" '
	{ count += $2; opened += $3; pinged += $5 }
	{ p50 = $6 > p50 ? $6 : p50; p99 = $7 > p99 ? $7 : p99 }
	END { printf "held\tours\t%d\t%d\t%d\t%d\t%d\t%d\n", count, opened,
		kib * 1024 / count, pinged, p50, p99 }' "$tmp"/part*.out
}

hold_rows() {
	many=300000 room=$(($(ulimit -n) - 100))
	parts=$(seq $(((many + room - 1) / room)))
	# shellcheck disable=SC2086 # a word each
	set -- $parts
	# the kernel spreads them at random, so there is room for them in one
	# worker more
	workers=$(($# > 1 ? $# + 1 : 1)) pids=
	target=$(start_ours hold --workers $workers) || return
	server_pid=${target#*=} server_pid=${server_pid%:*}
	before=$(memory "$server_pid")
	for part in "$@"; do
		(on "$load_cpu" "$load" hold -w -m 10000 -c $((many / $#)) \
			-d $((64 / $#)) "ours=${target#*=}/") >"$tmp/part$part.out" 2>"$tmp/why" &
		echo $! >"$tmp/part$part.pid"
		pids="$pids $!"
	done
	echo
	if ! until_held "$@"; then
		echo "300,000 could not be held: $(tail -n 1 "$tmp/why")"
		return
	fi
	kib=$(($(memory "$server_pid") - before))
	continue_all "$@"
	rm "$tmp"/part*.pid
	together $kib >>"$tmp/rows"
	echo "| held | by | opened/s | bytes each | Pings/s | p50 us | p99 us |"
	echo "|---:|---|---:|---:|---:|---:|---:|"
	awk -F '\t' -v workers=$workers '$1 == "held" {
		printf "| %d | %d processes | %d | %d | %d | %d | %d |\n",
			$3, workers, $4, $5, $6, $7, $8 }' "$tmp/rows"
	stop hold
}
