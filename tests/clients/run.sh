#!/bin/sh
# run.sh - third-party clients against the real ./server: `ws` for node,
# websockets for Python. Installs both; ends with `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."

if [ "${1-}" != clients ]; then
	tests/need npm
	[ -d build/npm/node_modules/ws ] || npm install --silent --no-package-lock \
		--no-audit --no-fund --prefix build/npm ws@8 >&2
	/usr/bin/python3 -c 'import websockets' 2>/dev/null ||
		tests/need python3-websockets
	make --silent server >&2
	exec tests/clients/count "$0" clients
fi

log=build/clients.log
: >"$log" # it may hold the port of an earlier run
./server --port 0 >"$log" 2>&1 &
server=$!
trap 'kill -9 $server 2>/dev/null || :' EXIT
trap 'exit 1' INT TERM

for _ in 1 2 3 4 5 6 7 8 9 10; do
	port=$(sed -n 's|^Listening on ws://localhost:||p' "$log")
	[ -z "$port" ] || break
	sleep 0.5
done
[ -n "$port" ] || { echo 'FAIL  the server does not listen'; cat "$log"; exit 1; }

failed=0
timeout 120 node tests/clients/ws.mjs "$port" "$log" || failed=1
timeout 120 /usr/bin/python3 tests/clients/websockets_client.py \
	"$port" "$log" || failed=1

kill -TERM $server
status=0
wait $server || status=$?
trap - EXIT
if [ "$status" = 0 ]; then
	echo 'ok    server: ends with status 0 after all this'
else
	echo "FAIL  server: ends with status $status"
	failed=1
fi
[ "$failed" = 0 ] || cat "$log"
exit "$failed"
