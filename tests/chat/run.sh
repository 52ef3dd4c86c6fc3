#!/bin/sh
# run.sh - rooms of several processes and servers, with a real redis-server that
# is killed, stopped and started again. Installs it; ends with `N passed, N
# failed`. REDIS_SERVER=valkey-server runs it with Valkey. Its Redis listens on a
# socket in a temporary folder, and on no port.
set -eu
cd "$(dirname "$0")/../.."

if [ "${1-}" != rooms ]; then
	tests/need npm "${REDIS_SERVER-redis-server}" procps iproute2
	[ -d build/npm/node_modules/ws ] || npm install --silent \
		--no-package-lock --no-audit --no-fund --prefix build/npm ws@8 >&2
	make --silent server >&2
	exec tests/clients/count "$0" rooms
fi

failed=0
timeout -k 5 300 node tests/chat/redis.mjs || failed=1
timeout -k 5 300 node tests/chat/workers.mjs || failed=1
timeout -k 5 60 node tests/chat/deflate.mjs || failed=1
# only the program as it is built for use shows what a member takes
[ "${SERVER-}" ] || timeout -k 5 120 node tests/chat/memory.mjs || failed=1
exit "$failed"
