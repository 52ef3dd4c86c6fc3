#!/bin/sh
# run.sh - what a process of the server may open, as it is shipped; ends with
# `N passed, N failed`. Where the kernel has no Landlock, only what does not need
# it is tested, and a line says so.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/serve.sh
. tests/lib/check.sh
spy=$tmp/taken_over.so

logged() {
	for _ in $(seq 50); do
		grep -qF -- "$1" "$tmp/serve.log" && return
		sleep 0.1
	done
	echo "not logged: $1"
	return 1
}

get() { curl -sf --max-time 10 "http://127.0.0.1:$port$1"; }
gets() { [ "$(get "$1")" = "$2" ]; }
status() {
	[ "$(curl -s --max-time 10 -o "$tmp/body" -w '%{http_code}' \
		"http://127.0.0.1:$port$1")" = "$2" ]
}

# with WORDS OPTION...: a server that tries these when a client comes.
with() {
	export TRY="$1"
	shift
	serve env LD_PRELOAD="$spy" ./server "$@"
}

no_rules() { ! find "/proc/$pid/fd" -lname '*landlock*' | grep .; }

refuses() {
	./server --port 0 --site "$1" >"$tmp/said" 2>&1
	[ $? = 2 ] && grep -q 'no-landlock' "$tmp/said"
}

# the number that follows a name in the process's status
state() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$2/status"; }
child() { pgrep -P "$pid" | tail -n 1; }

# as with --user: no right of root is left
has_no_rights() {
	for name in CapInh CapPrm CapEff CapAmb; do
		[ "$(state $name "$1")" = 0000000000000000 ] || return 1
	done
	[ "$(state NoNewPrivs "$1")" = 1 ] && [ -z "$(state Groups "$1" | tr -d ' ')" ]
}

tests/need curl procps || exit 1
make -s server || exit 1
${CC:-cc} -shared -fPIC -O1 -Wall -Wextra -o "$spy" tests/landlock/spy/taken_over.c \
	-ldl || exit 1
mkdir -p "$tmp/www/one" "$tmp/www/two" "$tmp/other" "$tmp/logs" "$tmp/run"
for name in www/one www/two other; do
	echo "$name" >"$tmp/$name/index.html"
done
ln -s one "$tmp/www/current"

check 'a folder in / is refused' refuses /tmp
check 'and one in /etc' refuses /etc/ssl
check 'and / itself' refuses /
serve ./server --site /tmp --no-landlock
check 'but not with --no-landlock' status / 404
end
export NO_LANDLOCK=1
with 'r//etc/passwd' --site "$tmp/www/one"
check 'without Landlock it serves' gets / www/one
check 'and says so' logged 'No Landlock (the kernel has none)'
check 'once' [ "$(grep -c Landlock "$tmp/serve.log")" = 1 ]
check 'and the attempts are real' logged 'r//etc/passwd: done'
end
unset NO_LANDLOCK
with 'r//etc/passwd' --site "$tmp/www/one" --no-landlock
check 'nor with --no-landlock' gets / www/one
check 'the same' logged 'r//etc/passwd: done'
end

serve ./server --site "$tmp/www/one"
sleep 0.2
grep -q 'No Landlock' "$tmp/serve.log" && landlock=no || landlock=yes
end
if [ "$landlock" = no ]; then
	echo 'This kernel has no Landlock: the rest of its tests is skipped.'
else
	ours="r/$tmp/www/two/index.html w/$tmp/logs/new u/$tmp/run/removed"
	others="r//etc/passwd r//etc/shadow r//proc/1/environ r//home
		w/$tmp/www/one/new w/$tmp/other/new w//tmp/taken_over.new
		u/$tmp/www/one/index.html u/$tmp/logs/kept"
	for workers in 1 2; do
		touch "$tmp/run/removed" "$tmp/logs/kept"
		rm -f "$tmp/logs/new"
		with "$ours $others b/ c/1" --site "$tmp/www/current" \
			--access-log "$tmp/logs/access" --workers $workers
		check 'it serves' gets / www/one
		for word in $ours; do
			[ "${word%%/*}" = u ] || check "may: $word" logged "$word: done"
		done
		for word in $others; do
			case $word in
			r//proc/*) check "may not: $word" logged "$word: " ;;
			*) check "may not: $word" logged "$word: Permission denied" ;;
			esac
		done
		check 'bind' logged 'b/: Permission denied'
		check 'connect' logged 'c/1: Permission denied'
		check 'says what it reads' logged \
			"only files beneath $PWD, $tmp/www can be read from here on"
		check 'once' [ "$(grep -c Landlock: "$tmp/serve.log")" = 1 ]

		# releases: another one beneath the same folder, and one elsewhere
		ln -sfn two "$tmp/www/current"
		sleep 1.2
		check 'another release' gets / www/two
		rm -r "$tmp/www/two"
		mkdir "$tmp/www/two"
		echo new >"$tmp/www/two/index.html"
		sleep 1.2
		check 'a folder that was built anew' gets / new
		ln -sfn ../other "$tmp/www/current"
		sleep 1.2
		check 'a release elsewhere needs a restart' status / 403
		ln -sfn one "$tmp/www/current"
		echo www/two >"$tmp/www/two/index.html"

		# a log that was renamed
		mv "$tmp/logs/access" "$tmp/logs/access.1"
		kill -HUP "$pid"
		check 'the log is opened again' logged 'is open again'
		check 'and written' [ -e "$tmp/logs/access" ]
		end
	done
	with 'c/1 c/2' --site "$tmp/www/one" --redis 127.0.0.1:1
	check 'it serves without Redis' gets / www/one
	check 'may connect to Redis' logged 'c/1: Connection refused'
	check 'but to no other port' logged 'c/2: Permission denied'
	end
	serve ./server --public public --book "$tmp/other"
	check 'each folder is named once' logged "beneath $PWD, $tmp can"
	check 'the rules are closed' no_rules
	end

	touch "$tmp/run/removed"
	TRY="u/$tmp/run/removed u/$tmp/logs/kept" LD_PRELOAD=$spy ./server \
		--site "$tmp/www/one" --unix "$tmp/run/socket" >"$tmp/serve.log" 2>&1 &
	pid=$!
	for _ in $(seq 50); do
		[ ! -S "$tmp/run/socket" ] || break
		sleep 0.1
	done
	check 'over a Unix socket' curl -sf --unix-socket "$tmp/run/socket" http://x/
	check 'may remove there' logged "u/$tmp/run/removed: done"
	check 'but not elsewhere' logged "u/$tmp/logs/kept: Permission denied"
	end
	check 'its socket is removed' [ ! -e "$tmp/run/socket" ]
fi

if [ "$(id -u)" = 0 ]; then
	chmod -R a+rX "$tmp"
	# root has opened the folder, and its user cannot reach it by its path
	mkdir "$tmp/home"
	cp -r server public "$tmp/www" "$tmp/home"
	chmod 700 "$tmp/home"
	for workers in 1 2; do
		serve ./server --site "$tmp/home/www/one" --workers $workers --user 54321
		check 'serves from a home' gets / www/one
		end
		serve "$tmp/home/server" --workers $workers --user 54321
		check 'and a page beside the program' status /public/style.css 200
		end
	done
	for workers in 1 2; do
		serve ./server --site "$tmp/www/one" --workers $workers --user 54321
		sleep 0.3
		check 'no rights are left' has_no_rights "$pid"
		[ $workers = 1 ] || check 'to a worker' has_no_rights "$(child)"
		end
	done
	if command -v setpriv >/dev/null; then
		serve setpriv --reuid 54321 --regid 54321 --clear-groups \
			--inh-caps +net_bind_service --ambient-caps +net_bind_service \
			./server --site "$tmp/www/one"
		sleep 0.3
		check 'nor are those that it was given' has_no_rights "$pid"
		end
	fi
fi
if command -v systemd-analyze >/dev/null; then
	for unit in docs/deploy/*.service; do
		check "exposure of $unit" systemd-analyze security --offline=1 \
			--threshold=8 "$unit"
	done
fi
summary
