# growth.sh - does a message cost the same however many clients there are, and a
# byte however long the message is? And what many processes, clients and floods
# do. Source it after lib.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154,SC3045 # lib.sh sets some; as there

files=$(ulimit -n)

# fits CLIENTS: may one process have so many open?
fits() {
	[ "$1" -le $((files - 200)) ] && return
	echo "| $1 clients: left out, since ulimit -n is $files |"
	return 1
}

# pair LABEL CLIENTS LOAD-ARGUMENTS...: as `row`, of the raw echo and ours; one
# after the other where a load generator cannot hold the clients of both, so that
# the ratio is not paired.
pair() {
	both=$1 clients=$2
	shift 2
	fits "$clients" || return
	if [ $((2 * clients)) -lt $((files - 200)) ]; then
		row "$both" echo -c "$clients" "$@" "$echo_raw" "$ours"
		return
	fi
	row "$both, apart" echo -c "$clients" "$@" "$echo_raw"
	row "$both, apart" echo -c "$clients" "$@" "$ours"
}

# over LABEL BYTES X: prints a row of a table of growth: for X, what so many bytes
# of a message cost, and the ratio.
over() {
	awk -F '\t' -v label="$1" -v bytes="$2" -v x="$3" '
	$1 == label { ratio = $9 }
	$1 == label || $1 == label ", apart" { cpu[$2] = $4 * 1000 / bytes }
	END {
		if (cpu["raw"] && cpu["ours"])
			printf "| %d | %.4g | %.4g | %.3f |\n", x, cpu["raw"],
				cpu["ours"], ratio ? ratio : cpu["ours"] / cpu["raw"]
	}' "$tmp/rows"
}

# shellcheck disable=SC2086 # a word each
growth_rows() {
	client_counts="1 10 100 1000 9000 100000"
	sizes="16 128 1024 8192 65536 524288 1048576 4194304 16777216"
	row_head
	for count in $client_counts; do
		pair "125 B, $count clients" "$count" $pace
	done
	for size in $sizes; do
		pair "$size B, one at once" 1 -s "$size" $pace
	done
	echo
	echo "| clients | raw: CPU ns a message | ours | ratio |"
	echo "|---:|---:|---:|---:|"
	for count in $client_counts; do
		over "125 B, $count clients" 1 "$count"
	done
	echo
	echo "| bytes of a message | raw: CPU ns a byte | ours | ratio |"
	echo "|---:|---:|---:|---:|"
	for size in $sizes; do
		over "$size B, one at once" "$size" "$size"
	done
}

# The shape of HttpArena's benchmark echo-ws: many clients, 5 bytes.
# shellcheck disable=SC2086
arena_rows() {
	row_head
	for count in 512 4096 16384; do
		for depth in 1 16; do
			pair "5 B, $count x $depth" "$count" -s 5 -d $depth $pace
		done
	done
}

# With --workers 2 the server and the load generator have two processors between
# them, so that only a part of what a second worker brings can be seen.
# shellcheck disable=SC2086
workers_rows() {
	pinned=$server_cpu server_cpu=
	one=$(start_ours one --workers 1) && two=$(start_ours two --workers 2)
	server_cpu=$pinned
	row_head
	row "125 B, 64 clients, not pinned" echo $pace "$one" "$two"
	row "the same, 16 a write" echo -d 16 $pace "$one" "$two"
	stop one
	stop two
}

# An honest client's GET beside 1000 that flood: the figures of tests/attacks.
floods_rows() {
	echo
	echo "| beside 1000 peers | GET ms p50 | p99 | echo ms p50 | p99 |"
	echo "|---|---:|---:|---:|---:|"
	PEERS=1000 SERVER=$server tests/attacks fragments pipelined 2>&1 |
		awk -F ' *[|] *' '$3 == 1000 {
			printf "| %s | %s | %s | %s | %s |\n", $2, $4, $5, $6, $7
		}' | tee "$tmp/floods"
}

# Prints the longest p99 of a GET in these rows.
flood_worst() {
	[ ! -e "$tmp/floods" ] || awk -F ' *[|] *' '$4 > worst { worst = $4 }
		END { print worst }' "$tmp/floods"
}
