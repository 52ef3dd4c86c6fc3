# rooms.sh - what a room costs: a message that 1,000 members hear, beside a
# program that writes a frame to each, and a message over Redis, beside
# redis-cli. To be sourced after lib.sh.
# shellcheck shell=sh

# Each server has a fresh room, since those who enter hear its history first.
cast_row() {
	cast_raw=$(start_raw cast_raw) &&
		cast_ours=$(start_ours cast_ours --chat-rate 1000000 \
			--ping-after 0) || return
	row "125 B to 1,000 members" cast -c 1000 "$@" "$cast_raw/cast" \
		"$cast_ours/chat/bench"
	stop cast_raw
	stop cast_ours
}

# Starts a Redis that waits for no disk; $redis_pid is empty where there is none.
start_redis() {
	redis_pid=
	command -v redis-server >/dev/null && command -v redis-cli >/dev/null ||
		return
	redis-server --port 0 --unixsocket "$tmp/redis.sock" --save '' \
		--dir "$tmp" >"$tmp/redis.log" 2>&1 </dev/null &
	redis_pid=$!
	echo $redis_pid >"$tmp/redis.pid"
	for _ in $(seq 100); do
		[ ! -S "$tmp/redis.sock" ] || return 0
		sleep 0.05
	done
	return 1
}

# Prints how long a message takes from one server to another, over Redis.
redis_rows() {
	start_redis || return
	echo
	echo "| a message of 125 B over Redis, p50 us | redis-cli: XADD to XREAD | member to member, two servers | ratio |"
	echo "|---|---:|---:|---:|"
	if [ ! "$redis_pid" ]; then
		echo "| not measured: there is no redis-server |"
		return
	fi
	# four processes and redis-cli's take turns: each where there is room
	pinned=$server_cpu server_cpu=
	one=$(start_ours redis_one --redis "$tmp/redis.sock" --chat-rate 1000000) &&
		two=$(start_ours redis_two --redis "$tmp/redis.sock") || return
	server_cpu=$pinned
	redis_us=$(timeout 60 /usr/bin/python3 bench/redis.py "$tmp/redis.sock" \
		"${one##*:}" "${two##*:}")
	redis_ratio=$(awk "BEGIN { print ${redis_us#* } / ${redis_us% *} }")
	printf '| | %s | %s | %.2f |\n' "${redis_us% *}" "${redis_us#* }" \
		"$redis_ratio"
	stop redis_one
	stop redis_two
	stop redis
}
