#!/bin/sh
# media.sh - headless Chromium on a page of pictures, fonts, scripts and a video,
# from the real server under the sanitizers; ends with `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."

tests/need npm chromium woff2 fonts-dejavu-core
[ -d build/npm/node_modules/playwright-core ] ||
	npm install --silent --no-package-lock --no-audit --no-fund \
		--prefix build/npm playwright-core@1 >&2
make --silent build/asan/server >&2
export ASAN_OPTIONS=detect_leaks=1
exec tests/clients/count timeout -k 5 120 node tests/browser/media.mjs
