#!/bin/sh
# run.sh - permessage-deflate with third-party clients: npm's ws with each
# parameter, Python's websockets and autobahn, Chromium, Firefox; and the shapes
# of the Autobahn test suite. Installs them; ends with `N passed, N failed`.
# tests/deflate/run.sh [MESSAGES]: for each shape, 8 by default.
set -eu
cd "$(dirname "$0")/../.."

if [ "${1-}" != clients ]; then
	tests/need npm chromium firefox-esr python3-websockets python3-autobahn
	[ -d build/npm/node_modules/ws ] || npm install --silent --no-package-lock \
		--no-audit --no-fund --prefix build/npm ws@8 >&2
	make --silent server >&2
	exec tests/clients/count "$0" clients "${1-8}"
fi

. tests/lib/serve.sh
failed=0

# browse NAME AGREED COMMAND...: a browser, which ends with this check
browse() {
	name=$1 agreed=$2
	shift 2
	serve ./server --site tests/deflate/page
	HOME="$tmp/$name" setsid "$@" "http://localhost:$port/" \
		>"$tmp/$name.log" 2>&1 </dev/null &
	browser=$!
	line=
	for _ in $(seq 300); do
		line=$(sed -n 's/.*Just got this : finished //p' "$tmp/serve.log")
		[ -z "$line" ] || break
		sleep 0.2
	done
	kill -s KILL -- "-$browser" 2>/dev/null || :
	wait "$browser" 2>/dev/null || :
	end
	case $line in
	"1000  308 of 308 $agreed"*) echo "ok    $name: $line" ;;
	*)
		echo "FAIL  $name: ${line:-it has not finished}"
		tail -n 5 "$tmp/$name.log" "$tmp/serve.log"
		failed=1
		;;
	esac
}

serve ./server
timeout 120 node tests/deflate/ws.mjs "$port" || failed=1
timeout 120 /usr/bin/python3 tests/deflate/clients.py "$port" || failed=1
timeout 900 /usr/bin/python3 tests/deflate/shapes.py "$port" /deflate "$2" ||
	failed=1
saved=$(grep -c '^Compression saved ' "$tmp/serve.log")
end
if [ "$saved" -gt 100 ]; then
	echo "ok    the log says $saved times what was saved"
else
	echo "FAIL  the log says $saved times what was saved"
fi
for window in 8 15; do
	serve ./server --deflate --deflate-window "$window"
	timeout 300 /usr/bin/python3 tests/deflate/shapes.py "$port" /echo 4 |
		sed "s/:/, windows of 2^$window:/" || failed=1
	end
done
mkdir "$tmp/Chromium" "$tmp/Firefox"
browse Chromium permessage-deflate chromium --headless --no-sandbox \
	--disable-gpu --no-first-run --user-data-dir="$tmp/Chromium/data"
browse Firefox permessage-deflate firefox-esr --headless --no-remote \
	--profile "$tmp/Firefox"
exit "$failed"
