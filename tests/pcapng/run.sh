#!/bin/bash
# run.sh - --pcapng against Debian's tshark: what it decodes, field by field, is
# what our own --trace shows of the same connections; and what FILE may be.
set -u
cd "$(dirname "$0")/../.." || exit 1
tests/need tshark curl || exit 1
make --silent server || exit 1
. tests/lib/serve.sh
passed=0 failed=0

# check NAME COMMAND...
check() {
	name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok    $name"
	else
		failed=$((failed + 1))
		echo "FAIL  $name"
	fi
}

# same GOT WANTED: two files
same() { [ -s "$2" ] && diff -u "$2" "$1" | head -n 40 && cmp -s "$1" "$2"; }

# shark FILTER FIELD...: a line for each packet
shark() {
	filter=$1
	shift
	# shellcheck disable=SC2046 # a word each
	tshark -r "$tmp/all" -o http.desegment_body:FALSE -Y "$filter" -T fields \
		$(printf -- '-e %s ' "$@") 2>"$tmp/shark" || cat "$tmp/shark"
}

# The trace as tshark would print it: what=frames, heads or verdicts. Frames that
# were refused are cut off in the trace, and have a verdict instead.
trace() {
	awk -v what="$1" '
	function frame(ext)
	{
		if (kind ~ /frame/ && !refused && what == "frames")
			printf "%d\t%s\t%d\t0x%02x\t%d\t%d\t%s\t%s\t%s\t%s\n", n, way, fin, \
				rsv, opcode, mask, len, ext, key, code
	}
	/^[<>] #/ {
		way = $1 == ">" ? "in" : "out"
		n = substr($2, 2)
		kind = $0
		refused = rsv = opcode = 0
		ext = key = code = ""
	}
	/-- FIN / { fin = $(NF > 0 ? at("FIN") : 0) }
	/-- RSV[123] / { rsv = rsv * 2 + $(at("RSV[123]")) }
	/-- opcode / { opcode = index("0123456789ABCDEF", substr($(at("opcode")), 3)) - 1 }
	/-- MASK / { mask = $(at("MASK")) }
	/-- payload length / { len = $(at("length")) }
	/ extended length / { ext = $(at("length")) }
	/ masking key   / { key = $2 $3 $4 $5 }
	/ close code  +[0-9]/ { code = $5 }
	/^>   target / && what == "heads" { print n "\t" $3 }
	/^<   status / && what == "heads" { print n "\t" $3 }
	/^> !! / {
		refused = 1
		if (what == "verdicts")
			print n "\t" $0
	}
	/^$/ { frame(ext); kind = "" }
	# Returns the number of the word behind the one that matches.
	function at(name, i)
	{
		for (i = 1; i < NF && $i !~ "^" name "$"; i++)
			;
		return i + 1
	}' "$tmp/serve.log"
}

cp -r public "$tmp/public"
head -c 300000 /dev/zero >"$tmp/public/large"
: >"$tmp/all"
chmod 644 "$tmp/all"
serve ./server --trace --public "$tmp/public" --pcapng "$tmp/all" || exit 1
TMPDIR=$tmp timeout 60 tests/pcapng/talk "$port"
kill "$pid"
wait "$pid" # which writes the rest
pid=

trace frames >"$tmp/frames"
# tshark does not know that a frame was refused: leave out what we leave out
shark 'websocket && !frame.comment' tcp.stream tcp.dstport websocket.fin \
	websocket.rsv websocket.opcode websocket.mask websocket.payload_length \
	websocket.payload_length_ext_16 websocket.payload_length_ext_64 \
	websocket.masking_key websocket.payload.close.status_code |
	awk -F '\t' -v OFS='\t' -v port="$port" '{
		print $1 + 1, $2 == port ? "in" : "out", ($3 ~ /1|True/), $4, $5, \
			($6 ~ /1|True/), $7, $8 $9, $10, $11
	}' >"$tmp/shark.frames"
check "each field of each frame" same "$tmp/shark.frames" "$tmp/frames"
check "there are many of them" [ "$(wc -l <"$tmp/frames")" -ge 25 ]

trace heads | sort -s -n -k 1,1 >"$tmp/heads"
shark 'http.request || http.response' tcp.stream http.request.uri \
	http.response.code |
	awk -F '\t' -v OFS='\t' '{ print $1 + 1, $2 $3 }' | sort -s -n -k 1,1 >"$tmp/shark.heads"
check "the target and the status of each head" same "$tmp/shark.heads" "$tmp/heads"

trace verdicts | sed 's/\t> !! byte \([0-9]*\):/\t\1/' >"$tmp/verdicts"
shark frame.comment tcp.stream frame.comment |
	awk -F '\t' -v OFS='\t' '{
		sub(/^byte /, "", $2)
		sub(/ of the [^:]*:/, "", $2)
		print $1 + 1, $2
	}' >"$tmp/shark.verdicts"
check "the verdicts are comments" same "$tmp/shark.verdicts" "$tmp/verdicts"

# Three are the client's, and the longest is echoed in the same way.
inflated() {
	shark 'websocket.rsv == 4 && !frame.comment' text | grep -c 'Hello$'
}
check "tshark inflates the compressed messages" [ "$(inflated)" = 4 ]

# A file that sendfile sends is not seen: its bytes are missing, and no others.
gaps() { shark tcp.analysis.flags tcp.stream | sort -u; }
large=$(shark 'http.request.uri == "/public/large"' tcp.stream)
check "a gap where a file was, and no other" \
	[ "$(gaps)" = "$large" ]
bad() {
	tshark -r "$tmp/all" -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
		-Y 'tcp.checksum.status == "Bad" || ip.checksum.status == "Bad" ||
		_ws.malformed' 2>"$tmp/shark"
}
check "all checksums are right, and no packet is malformed" [ -z "$(bad)" ]
ports() { shark http.request tcp.dstport | sort -u; }
check "the server has its port" [ "$(ports)" = "$port" ]
times() { shark tcp frame.time_epoch; }
are_now() {
	times | sort -c && [ "$(date +%s)" -lt $(($(times | sed 's/\..*//;q') + 600)) ]
}
check "the times go up, and are of now" are_now
check "only the owner may read it, though the file was there" \
	[ "$(stat -c %a "$tmp/all")" = 600 ]
check "it is said loudly" grep -q 'WARNING: --pcapng writes every byte' "$tmp/serve.log"

# to_output: the packets on standard output, the log on standard error
to_output() {
	./server --port 0 --pcapng - 2>"$tmp/log" | tshark -i - -w "$tmp/all" \
		>"$tmp/shark" 2>&1 &
	reader=$!
	for _ in $(seq 100); do
		port=$(sed -n 's/^Listening on ws:[^:]*:\([0-9]*\).*/\1/p' "$tmp/log")
		[ -z "$port" ] || break
		sleep 0.05
	done
	curl -s -o "$tmp/page" --max-time 5 "http://localhost:$port/"
	kill "$(pgrep -P $$ -f -- '^./server --port 0 --pcapng -')"
	wait "$reader"
	[ "$(shark http.request http.request.uri)" = / ]
}
check "- is standard output, and the log is on standard error" to_output

mkfifo "$tmp/fifo"
no_reader() {
	timeout 5 ./server --port 0 --pcapng "$tmp/fifo" >"$tmp/log" 2>&1
	[ $? = 1 ] && grep -q 'nobody reads this pipe' "$tmp/log"
}
check "a FIFO without a reader is an error at the start" no_reader

with_reader() {
	cat "$tmp/fifo" >"$tmp/all" &
	reader=$!
	sleep 0.2
	serve ./server --pcapng "$tmp/fifo" || return 1
	curl -s -o "$tmp/page" --max-time 5 "http://[::1]:$port/"
	end
	wait "$reader"
	[ "$(shark http.request ipv6.dst http.request.uri)" = "::1	/" ]
}
check "a FIFO with a reader, and IPv6" with_reader

reader_leaves() {
	head -c 10 "$tmp/fifo" >"$tmp/ten" &
	sleep 0.2
	serve ./server --pcapng "$tmp/fifo" || return 1
	for _ in 1 2 3; do
		curl -sf -o "$tmp/page" --max-time 5 "http://127.0.0.1:$port/" ||
			return 1
	done
	end
	grep -q 'The capture .* is over: Broken pipe' "$tmp/serve.log"
}
check "a reader that leaves ends the capture, not the server" reader_leaves

slow_reader() {
	(
		exec 0<"$tmp/fifo"
		exec sleep 20
	) &
	reader=$!
	sleep 0.2
	serve ./server --pcapng "$tmp/fifo" --public "$tmp/public" || return 1
	head -c 60000 /dev/zero >"$tmp/public/medium"
	for _ in $(seq 120); do
		curl -sf -o "$tmp/page" --max-time 5 \
			"http://127.0.0.1:$port/public/medium" || return 1
	done
	kill "$reader"
	end
}
check "a reader that does not read holds up nobody" slow_reader

mistake() {
	timeout 5 ./server --port 0 "$@" >"$tmp/log" 2>&1
	[ $? -le 2 ] && grep -q -- --pcapng "$tmp/log" && ! grep -q Listening "$tmp/log"
}
check "a folder is no file" mistake --pcapng "$tmp"
check "nor is a file in a folder that is not there" mistake --pcapng "$tmp/a/b"
check "several processes cannot write one file" \
	mistake --pcapng "$tmp/x" --workers 2

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
