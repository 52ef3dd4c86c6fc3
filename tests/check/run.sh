#!/bin/sh
# run.sh - grades the grader: ./server check against the real ./server, against
# npm's ws with express, servers that lack steps or are wrong, one of TLS, and
# ones that answer garbage. Ends with `N passed, N failed`.
#
#     tests/check/run.sh [SEEDS]    so many servers that answer garbage
# shellcheck disable=SC2317 # check calls what it is given
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/serve.sh
. tests/lib/check.sh
seeds=${1-12}
python=/usr/bin/python3

# status NUMBER COMMAND...: it ends with that status, and soon.
status() {
	expected=$1
	shift
	timeout 120 "$@"
	got=$?
	[ "$got" = "$expected" ] || { echo "ended with status $got" && false; }
}

# begin COMMAND...: starts a server that prints its port.
begin() {
	: >"$tmp/serve.log"
	"$@" >"$tmp/serve.log" 2>/dev/null </dev/null &
	pid=$!
	for _ in $(seq 100); do
		port=$(sed -n 's/^\(ACCEPT .*:\)\{0,1\}\([0-9]\{1,\}\)$/\2/p' "$tmp/serve.log")
		[ -z "$port" ] || return 0
		sleep 0.1
	done
	return 1
}

# says PATTERN COMMAND...: prints such a line.
says() {
	pattern=$1
	shift
	"$@" >"$tmp/says" 2>&1
	grep -qE -- "$pattern" "$tmp/says" || { cat "$tmp/says" && false; }
}

# The words of both languages are there, and no line is too long.
lists() {
	./server check --list --lang en | grep -c '(RFC ' | grep -qx 35 &&
		./server check --list --lang ko |
		LC_ALL=C grep -c "$(printf '[\352-\355]')" | grep -qx 35
}

full_disk() {
	status 2 ./server check --list >/dev/full 2>"$tmp/says" &&
		grep -q 'could not be written' "$tmp/says"
}

# json STATUS STEPS WORD...: prints JSON with so many steps.
json() {
	due=$1 steps=$2
	shift 2
	status "$due" ./server check --json "$@" >"$tmp/json" 2>/dev/null &&
		$python -c 'import json, sys
said = json.load(sys.stdin)
sys.exit(len(said["steps"] if isinstance(said, dict) else said) != int(sys.argv[1]))' \
			"$steps" <"$tmp/json"
}

# all_but STEP...: exactly these fail.
all_but() {
	echo "$*" >"$tmp/due"
	status 1 ./server check --all --json --lang en "localhost:$port" |
		$python -c 'import json, sys
print(*[s["step"] for s in json.load(sys.stdin)["steps"] if not s["passed"]])' \
			>"$tmp/failed"
	cmp "$tmp/due" "$tmp/failed" || { cat "$tmp/failed" && false; }
}

notes() {
	if [ ! -d build/npm/node_modules/express ] ||
		[ ! -d build/npm/node_modules/ws ]; then
		npm install --silent --no-package-lock --no-audit --no-fund \
			--prefix build/npm ws@8 express@4 || return 1
	fi
	NODE_PATH=build/npm/node_modules begin node tests/check/notes.js &&
		all_but 24 25
}

real_tls() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
		-keyout "$tmp/key" -out "$tmp/crt" 2>/dev/null &&
		begin openssl s_server -accept 0 -key "$tmp/key" -cert "$tmp/crt" -www &&
		says 'This is TLS' ./server check --lang en --wait 0.5 "localhost:$port"
}

# noise SEED: it fails in good order, whatever comes, and its JSON is JSON.
noise() {
	begin $python tests/check/noise.py "$1" || return 1
	if [ $(($1 % 2)) = 0 ]; then
		status 1 build/asan/server check --all --wait 0.1 "localhost:$port"
	else
		status 1 build/asan/server check --all --wait 0.1 --json \
			"localhost:$port" >"$tmp/json" &&
			$python -m json.tool <"$tmp/json"
	fi
}

tests/need python3 npm openssl || exit 1
make -s server build/asan/server >&2 || exit 1

check 'the list' lists
check '0: a step that passes' begin $python tests/check/small.py
check '0' status 0 ./server check 1 "ws://localhost:$port/"
check '1: a step that fails' status 1 ./server check --echo / "localhost:$port"
check 'paths are options' status 0 ./server check --page /x --greeting /y \
	--file /public/style.css "127.0.0.1:$port"
end
check '3: nobody listens' status 3 ./server check "localhost:$port"
for words in '' localhost '36 localhost:1' 'localhost:1 localhost:2' \
	'--lang fr localhost:1' '--wait x localhost:1' '--none localhost:1' \
	'--echo' '--echo echo localhost:1' 'wss://localhost:1' 'a:b:c:1' \
	'localhost:none'; do
	# shellcheck disable=SC2086 # words
	check "2: $words" status 2 ./server check $words
done
for words in '36 localhost:1' '0 localhost:1'; do
	# shellcheck disable=SC2086 # words
	check "a step that is none: $words" says 'the steps are 1 to 35' \
		./server check $words
done
check 'an option that is none' says 'no option --none' ./server check --none
check 'a port that is none' says 'at most 65535' ./server check localhost:70000
check 'no brackets' says 'in brackets' ./server check ::1:80
check 'TLS in capitals' says 'TLS is not spoken' ./server check WSS://localhost:1
check 'a full disk' full_disk
check 'JSON: the list' json 0 35 --list
check 'JSON: nobody' json 3 0 localhost:1
check 'JSON: no host' json 2 0 localhost:none
for options in '' '--workers 2'; do
	# shellcheck disable=SC2086 # words
	serve ./server $options && check "the real server $options" status 0 \
		build/asan/server check "localhost:$port"
	end
done
serve ./server && check 'a long greeting' says '81 7e 00 c8 and' ./server check \
	--lang en --says "$(printf '%200s' '')" "localhost:$port"
end
check 'npm ws with express' notes
end
check 'a real server of TLS' real_tls
end
check 'mutants' $python tests/check/mutants.py ./server
for seed in $(seq "$seeds"); do
	check "garbage $seed" noise "$seed"
	end
done
summary
