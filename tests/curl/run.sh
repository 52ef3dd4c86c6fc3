#!/bin/sh
# run.sh - curl against the real server, as it is shipped and under the
# sanitizers; ends with `N passed, N failed`.
# shellcheck disable=SC2317 # `check` calls them
set -eu
cd "$(dirname "$0")/../.."

if [ "${1-}" != checks ]; then
	tests/need curl brotli
	make --silent server build/asan/server >&2
	exec tests/clients/count "$0" checks
fi

unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export ASAN_OPTIONS=detect_leaks=1
dir=$(mktemp -d) server='' failed=0
trap 'kill -9 $server 2>/dev/null || :; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
public=$dir/public

# check NAME COMMAND...: shows what the command printed when it fails.
check() {
	name="$program: $1"
	shift
	if "$@" >"$dir/said" 2>&1; then
		echo "ok    $name"
	else
		echo "FAIL  $name"
		cat "$dir/said"
		failed=1
	fi
}

# ask PATH ARGUMENT...: writes the answer to $dir/got and $dir/head. There is one
# answer unless the arguments name other files.
ask() {
	path=$1
	shift
	rm -f "$dir/got" "$dir/head"
	curl -q -sS --max-time 20 -o "$dir/got" -D "$dir/head" \
		"$@" "$url$path"
}

# Each prints what came instead.
status() {
	head -n 1 "$dir/head" | grep "^HTTP/1.1 $1 " || ! cat "$dir/head"
}
field() { grep -i "^$1"'.$' "$dir/head" || ! cat "$dir/head"; }
no_field() { ! grep -i "^$1:" "$dir/head"; }
got() { cmp "$dir/got" "$1"; }
nothing() { [ ! -s "$dir/got" ]; }
is() { [ "$1" = "$2" ] || ! echo "got $1, wanted $2"; }

whole() { ask /public/big "$@" && status 200 && got "$public/big"; }

# part RANGE FIRST LENGTH
part() {
	ask /public/big -r "$1" && status 206 &&
		tail -c +$(($2 + 1)) "$public/big" | head -c "$3" >"$dir/part" &&
		got "$dir/part" &&
		field "content-range: bytes $2-$(($2 + $3 - 1))/$size"
}

no_such_part() {
	ask /public/big -r "$size-" && status 416 &&
		field "content-range: bytes \*/$size"
}

resume() {
	head -c "$1" "$public/big" >"$dir/resumed"
	curl -q -sS --max-time 20 -C - -o "$dir/resumed" "$url/public/big" &&
		cmp "$dir/resumed" "$public/big"
}

# The tag of the first part tells whether the rest still fits.
resume_if_the_same() {
	cp "$public/big" "$public/edited"
	touch -d '2 minutes ago' "$public/edited"
	sleep 0.05
	ask /public/edited -r 0-9 && status 206 &&
		tag=$(sed -n 's/^ETag: \(.*\).$/\1/p' "$dir/head") &&
		ask /public/edited -r 10- -H "If-Range: $tag" && status 206 &&
		echo edited >"$public/edited" &&
		ask /public/edited -r 3- -H "If-Range: $tag" && status 200 &&
		got "$public/edited"
}

since() {
	ask /public/hello.txt -z "$1" && status "$2"
}

# A tag is kept, compared, and differs after an edit.
by_tag() {
	echo one >"$public/tagged.txt"
	sleep 0.05
	ask /public/tagged.txt --etag-save "$dir/tag" && status 200 &&
		ask /public/tagged.txt --etag-compare "$dir/tag" &&
		status 304 && nothing &&
		echo two >"$public/tagged.txt" &&
		ask /public/tagged.txt --etag-compare "$dir/tag" &&
		status 200 && got "$public/tagged.txt"
}

same_head() {
	ask "$1" && grep -v '^Date:' "$dir/head" >"$dir/with-body"
	ask "$1" -I && grep -v '^Date:' "$dir/head" >"$dir/without" &&
		cmp "$dir/with-body" "$dir/without"
}

one_connection() {
	made=$(curl -q -sS --max-time 20 -w '%{num_connects}\n' \
		"$url/public/hello.txt" -o "$dir/got" \
		"$url/public/none" -o "$dir/got" "$url/else" -o "$dir/got" \
		--next -sSI -w '%{num_connects}\n' "$url/public/big" \
		-o "$dir/got" --next -sS -w '%{num_connects}\n' -r 5-9 \
		"$url/public/big" -o "$dir/got" "$url/public/" -o "$dir/got" \
		--next -sS -w '%{num_connects}\n' -X DELETE "$url/" \
		-o "$dir/got" "$url/public/big" -o "$dir/got" |
		tr '\n' ' ')
	is "$made" '1 0 0 0 0 0 0 0 '
}

# coded ACCEPT CODING FILE
coded() {
	ask /public/page.html -H "Accept-Encoding: $1" && status 200 &&
		got "$public/$3" && field 'vary: accept-encoding' &&
		field "content-type: text/html; charset=utf-8" &&
		if [ "$2" = none ]; then
			no_field content-encoding
		else
			field "content-encoding: $2"
		fi
}

decoded() {
	ask /public/page.html --compressed && got "$public/page.html" &&
		grep -i '^content-encoding: ' "$dir/head"
}

goes_to() {
	to=$(ask "$1" -w '%{http_code} %{redirect_url}') && is "$to" "302 $url$2"
}

follows() { ask "$1" -L && got "$public/$2"; }

http_1_0() {
	ask /public/big -0 && got "$public/big" && field 'connection: close' &&
		made=$(curl -q -sS -0 -H 'Connection: keep-alive' \
			-w '%{num_connects} ' "$url/public/hello.txt" \
			-o "$dir/got" "$url/public/hello.txt" -o "$dir/got") &&
		is "$made" '1 0 ' &&
		ask /public/hello.txt -0 -H 'Connection: keep-alive' &&
		field 'connection: keep-alive'
}

as_proxy() {
	curl -q -sS --max-time 5 -x "$url" -o "$dir/got" \
		http://elsewhere.test/public/hello.txt &&
		got "$public/hello.txt"
}

no_tunnel() {
	code=$(curl -q -s --max-time 5 -p -x "$url" -w '%{http_connect}' \
		http://elsewhere.test/ || :)
	is "$code" 405
}

# The body is 3 MB that nobody reads. There is no 100, but an immediate answer.
refused() {
	took=$(ask / -w '%{time_total}' --expect100-timeout 15 "$@") &&
		status 405 && field 'allow: get, head, options' &&
		grep -q '^405 Method Not Allowed: ' "$dir/got" &&
		is "$(wc -c <"$dir/got")" "$(sed -n \
			's/^Content-Length: \([0-9]*\).$/\1/p' "$dir/head")" &&
		case $took in [0-4].*) ;; *) ! echo "$took s" ;; esac
}

not_tls() {
	code=0
	curl -q -s --max-time 5 -k "https${url#http}" || code=$?
	is "$code" 35
}

at_once() {
	curl -q -sS --max-time 20 -Z --parallel-immediate \
		-o "$dir/copy#1" "$url/public/big?[1-8]" &&
		for i in 1 2 3 4 5 6 7 8; do
			cmp "$dir/copy$i" "$public/big" || return
			rm "$dir/copy$i"
		done
}

huge_at_once() {
	sizes=$(curl -q -sS --max-time 20 -Z --parallel-immediate \
		-w '%{size_download} ' -o /dev/null "$url/public/huge" \
		-o /dev/null "$url/public/huge") &&
		is "$sizes" '1073741824 1073741824 '
}

# curl: (18) transfer closed with outstanding read data remaining
cut_off() {
	truncate -s 256M "$public/shrinks"
	curl -q -s --max-time 10 --limit-rate 30M -o /dev/null \
		"$url/public/shrinks" &
	client=$!
	sleep 0.3
	truncate -s 0 "$public/shrinks"
	code=0
	wait "$client" || code=$?
	is "$code" 18 && ask /public/shrinks && status 200 && nothing
}

encoded() { printf %s "$1" | od -An -tx1 | tr -d '\n' | tr ' ' %; }

named() {
	echo "$1" >"$public/$1"
	ask "/public/$(encoded "$1")" && status 200 && got "$public/$1"
}

no_way_out() {
	ask "/public/$1" --path-as-is && status 404
}

stalls_not() { ask "/public/$1" && status 404; }

small_memory() {
	kib=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$server/status")
	[ "$kib" -lt 100000 ] || ! echo "$kib KiB"
}

ends_well() {
	kill -TERM "$server"
	code=0
	wait "$server" || code=$?
	server=''
	is "$code" 0 || ! cat "$dir/log"
}

make_files() {
	mkdir -p "$public/folder"
	echo 'Hello Socket!' >"$public/hello.txt"
	echo home >"$public/index.html"
	echo inside >"$public/folder/index.html"
	size=16777216
	head -c $size /dev/urandom >"$public/big"
	touch -d '2 minutes ago' "$public/big" # so its tag is strong at once
	truncate -s 1G "$public/huge"
	yes '<p>hello</p>' | head -n 1000 >"$public/page.html"
	gzip -k "$public/page.html"
	brotli "$public/page.html"
	mkfifo "$public/fifo"
	echo secret >"$dir/secret"
	ln -s ../secret "$public/link"
	head -c 3000000 /dev/zero >"$dir/upload"
	touch -d '2 minutes ago' "$public"/*.*
}

start() {
	: >"$dir/log"
	"$program" --port 0 --public "$public" >"$dir/log" 2>&1 &
	server=$! port=''
	for _ in $(seq 50); do
		port=$(sed -n 's|^Listening on ws://localhost:||p' "$dir/log")
		[ -z "$port" ] || break
		sleep 0.1
	done
	url=http://127.0.0.1:$port
}

visit() {
	check 'a whole file' whole
	check 'the first 100 bytes' part 0-99 0 100
	check 'some in the middle' part 65530-131080 65530 65551
	check 'all but the first 10 million' part 10000000- 10000000 6777216
	check 'the last byte' part -1 16777215 1
	check 'several ranges are the whole file' whole -r 0-9,20-29
	check 'a range after the end: 416' no_such_part
	check 'a download resumes where it was broken off' resume 5000000
	check 'one that is complete stays as it is' resume $size
	check 'If-Range: the rest, or after an edit all' resume_if_the_same
	check 'not modified since: 304' since "$public/hello.txt" 304
	check 'modified since: 200' since 'Sun, 06 Nov 1994 08:49:37 GMT' 200
	check 'a tag: 304, and 200 after an edit' by_tag
	check 'HEAD of a file' same_head /public/big
	check 'HEAD of a file that does not exist' same_head /public/none
	check 'HEAD of a redirect' same_head /else
	check 'eight requests on one connection' one_connection
	check 'br, and curl decodes it' decoded
	check 'gzip' coded gzip gzip page.html.gz
	check 'br before gzip' coded 'gzip, br' br page.html.br
	check 'gzip before br, by q' coded 'br;q=0.5, gzip' gzip page.html.gz
	check 'br by *, not gzip' coded 'gzip;q=0, *' br page.html.br
	check 'no known coding' coded 'zstd, deflate' none page.html
	check '302 to the home page' goes_to /anything/else /
	check '302 to the folder' goes_to /public/folder /public/folder/
	check 'the home page, by a redirect' follows /anything index.html
	check 'the page of a folder' follows /public/folder folder/index.html
	check 'HTTP/1.0, and its keep-alive' http_1_0
	check 'absolute-form, as to a proxy' as_proxy
	check 'no tunnel: 405' no_tunnel
	check 'POST of 3 MB that expects 100-continue: 405' \
		refused --data-binary "@$dir/upload"
	check 'POST of 3 MB that is sent at once: 405' \
		refused --data-binary "@$dir/upload" -H 'Expect:'
	check 'POST of 3 MB in chunks: 405' refused -H 'Expect:' \
		--data-binary "@$dir/upload" -H 'Transfer-Encoding: chunked'
	check 'PUT of 3 MB: 405' refused -T "$dir/upload"
	check 'an upgrade to h2c is ignored' whole -H 'Upgrade: h2c' \
		-H 'Connection: Upgrade, HTTP2-Settings' -H 'HTTP2-Settings: '
	check 'TLS is refused at once' not_tls
	check 'eight downloads at once' at_once
	check 'two of 1 GiB at once' huge_at_once
	check 'a file that shrinks: curl can tell' cut_off
	check 'a name in Korean' named '안녕 하세요.txt'
	check 'a name with signs' named "100% #1 ?'\"+&;.txt"
	check 'no way out by dots' no_way_out ../../secret
	check 'no way out by encoded dots' no_way_out %2e%2e/%2e%2e/secret
	check 'no way out by a link' no_way_out link
	check 'a FIFO does not stall' stalls_not fifo
	check 'its memory does not depend on what it sends' small_memory
	check 'it ends with status 0' ends_well
}

make_files
for program in ./server build/asan/server; do
	start
	visit
done
exit "$failed"
