#!/bin/sh
# run.sh - headless Chromium on the page of the real ./server. Installs Chromium
# and playwright-core, leaves pictures in build/screenshots/; ends with
# `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."

tests/need npm chromium
emoji=/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
[ -e "$emoji" ] || tests/need fonts-noto-color-emoji ||
	echo 'The pictures will lack ✅ and ❌.' >&2
[ -d build/npm/node_modules/playwright-core ] ||
	npm install --silent --no-package-lock --no-audit --no-fund \
		--prefix build/npm playwright-core@1 >&2
make --silent server >&2
exec tests/clients/count timeout -k 5 180 node tests/browser/page.mjs
