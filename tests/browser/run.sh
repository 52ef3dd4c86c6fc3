#!/bin/sh
# run.sh - headless Chromium on the page of the real ./server: tests/browser/run.sh
# [STORY...]. Installs Chromium, playwright-core, axe-core and fonts, leaves pictures in
# build/screenshots/; ends with `N passed, N failed`.
set -eu
cd "$(dirname "$0")/../.."

tests/need npm chromium tshark
fonts=/usr/share/fonts/truetype
[ -e $fonts/noto/NotoColorEmoji.ttf ] || tests/need fonts-noto-color-emoji ||
	echo 'The pictures will lack ✅ and ❌.' >&2
[ -e $fonts/nanum/NanumGothic.ttf ] || tests/need fonts-nanum ||
	echo 'The pictures will lack Korean.' >&2
for package in playwright-core@1 axe-core@4; do
	[ -d "build/npm/node_modules/${package%@*}" ] ||
		npm install --silent --no-package-lock --no-audit --no-fund \
			--prefix build/npm "$package" >&2
done
case " $* " in *" pictures "*) tests/need pngquant ;; esac
make --silent server >&2
[ $# != 0 ] || set -- page alone waits wire exercises keyboard looks axe refused \
	raw site book room
exec tests/clients/count timeout -k 5 "$((180 * $#))" \
	node tests/browser/visit.mjs "$@"
