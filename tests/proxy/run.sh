#!/bin/sh
# run.sh - the files of docs/deploy with real nginx, haproxy, stunnel, hitch and
# Redis, real Chromium and the real ./server. Installs them; ends with
# `N passed, N failed`. Everything is on the
# loopback interface and in a temporary folder, and runs as nobody when it is
# started as root.
# shellcheck disable=SC2086 # $client, $as_nobody and $options are words
# shellcheck disable=SC2317 # check and without_failure call what they are given
set -eu
cd "$(dirname "$0")/../.."
PATH=$PATH:/usr/sbin:/sbin
client='/usr/bin/python3 tests/proxy/client.py'

if [ "${1-}" != proxies ]; then
	tests/need nginx haproxy stunnel4 hitch redis-server openssl python3 npm chromium
	[ -d build/npm/node_modules/playwright-core ] ||
		npm install --silent --no-package-lock --no-audit --no-fund \
			--prefix build/npm playwright-core@1 >&2
	make --silent server >&2
	dir=$(mktemp -d)
	trap 'rm -rf "$dir"' EXIT
	[ "$(id -u)" != 0 ] || chown nobody "$dir"
	tests/clients/count timeout -k 5 120 $client listen "$dir/hello.sock" \
		"$0" proxies "$dir"
	exit
fi

# From here on descriptor 3 is a listening socket, as systemd hands it over.
dir=$2 deploy=docs/deploy failed=0 running=
trap 'for pid in $running; do kill -9 "$pid" 2>/dev/null || :; done' EXIT
trap 'exit 1' INT TERM
as_nobody=
[ "$(id -u)" != 0 ] ||
	as_nobody='setpriv --reuid=nobody --regid=nogroup --clear-groups'

# check NAME COMMAND...: shows what the command printed when it fails.
check() {
	name=$1
	shift
	if "$@" >"$dir/check.log" 2>&1; then
		echo "ok    $name"
	else
		failed=1
		echo "FAIL  $name"
		cat "$dir/check.log"
	fi
}

# client WHAT...: client.py
client() {
	$client "$@" 3>&-
}

# shown FILE PATTERN: waits until the file has such a line.
shown() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		! grep -qE "$2" "$1" || return 0
		sleep 0.1
	done
	cat "$1"
	return 1
}

# never FILE PATTERN: the file has no such line.
never() {
	! grep -nE "$2" "$1"
}

# begin NAME COMMAND...: starts it. $pid is its process, NAME.log its output.
begin() {
	log=$dir/$1.log
	shift
	"$@" >>"$log" 2>&1 &
	pid=$!
	running="$running $pid"
}

# stop PID: sends SIGTERM, and fails unless it ends with status 0.
stop() {
	kill -TERM "$1"
	status=0
	wait "$1" || status=$?
	[ "$status" = 0 ] || echo "ended with $status"
	return $status
}

# tcp NAME PORT OPTIONS...: a server behind haproxy.
tcp() {
	server=$1 port=$2
	shift 2
	begin "$server" ./server --port "$port" "$@" 3>&-
}

# activated OPTIONS...: the server behind nginx, with the socket handed over.
activated() {
	# shellcheck disable=SC2016 # the pid of that shell, which is the server's
	begin unix sh -c 'LISTEN_FDS=1 LISTEN_PID=$$ exec ./server "$@"' \
		server "$@"
}

# port NAME: prints the port that it listens on.
port() {
	shown "$dir/$1.log" '^Listening on ws' &&
		sed -n 's|^Listening on ws://localhost:||p' "$dir/$1.log"
}

# The files of docs/deploy, with other ports, addresses and paths.
fill_in() {
	sed "s|unix:/run/hello-socket.sock|unix:$dir/hello.sock|
		s|listen 443|listen 127.0.0.1:$nginx_port|
		s|/etc/ssl/example.org|$dir/tls|" \
		$deploy/nginx.conf >"$dir/site.conf"
	sed "s|bind :443|bind 127.0.0.1:$haproxy_port|
		s|/etc/ssl/example.org|$dir/tls|
		s|192.0.2.11:3000|127.0.0.1:$port_one|
		s|192.0.2.12:3000|127.0.0.1:$port_two|" \
		$deploy/haproxy.cfg >"$dir/haproxy.cfg"
	sed "s|bind :443|bind 127.0.0.1:$proxy2_port|
		s|/etc/ssl/example.org|$dir/tls|
		s|127.0.0.1:3000|127.0.0.1:$port_proxied|" \
		$deploy/haproxy-tcp.cfg >"$dir/haproxy-tcp.cfg"
	# haproxy has both versions
	sed "s|send-proxy-v2|send-proxy|; s|:$proxy2_port|:$proxy1_port|
		s|hello-|hello1-|g" "$dir/haproxy-tcp.cfg" >>"$dir/haproxy.cfg"
	cat "$dir/haproxy-tcp.cfg" >>"$dir/haproxy.cfg"
	{
		echo "foreground = yes"
		echo "pid ="
		sed "s|accept = .*|accept = 127.0.0.1:$stunnel_port|
			s|127.0.0.1:3000|127.0.0.1:$port_proxied|
			s|/etc/ssl/example.org|$dir/tls|" $deploy/stunnel.conf
		sed "s|accept = .*|accept = 127.0.0.1:$redis_port|
			s|connect = .*|connect = 127.0.0.1:$redis_tls_port|
			s|redis.example.org|example.org|
			s|/etc/ssl/certs/ca-certificates.crt|$dir/tls.crt|" \
			$deploy/stunnel-redis.conf
	} >"$dir/stunnel.conf"
	{
		cat $deploy/redis.conf
		echo "dir $dir"
		echo "port 0"
		echo "unixsocket $dir/redis.sock"
		echo "bind 127.0.0.1"
		echo "tls-port $redis_tls_port"
		echo "tls-cert-file $dir/tls.crt"
		echo "tls-key-file $dir/tls.key"
		echo "tls-auth-clients no"
	} >"$dir/redis.conf"
	sed "s|\\[\\*\\]:443|[127.0.0.1]:$hitch_port|
		s|127.0.0.1\\]:3000|127.0.0.1]:$port_proxied|
		s|/etc/ssl/example.org|$dir/tls|
		/^user/d" $deploy/hitch.conf >"$dir/hitch.conf"
	cat >"$dir/nginx.conf" <<-END
		daemon off;
		pid $dir/nginx.pid;
		error_log stderr;
		events {}
		http {
			access_log off;
			client_body_temp_path $dir/body;
			proxy_temp_path $dir/proxy;
			fastcgi_temp_path $dir/fastcgi;
			scgi_temp_path $dir/scgi;
			uwsgi_temp_path $dir/uwsgi;
			include $dir/site.conf;
			# as many do: what the client says comes first
			server {
				listen 127.0.0.1:$append_port ssl;
				ssl_certificate $dir/tls.crt;
				ssl_certificate_key $dir/tls.key;
				location / {
					proxy_pass http://hello;
					proxy_http_version 1.1;
					proxy_set_header Upgrade \$http_upgrade;
					proxy_set_header Connection upgrade;
					proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
				}
				# the page under a prefix
				location /hello/ {
					proxy_pass http://hello/;
					proxy_http_version 1.1;
					proxy_set_header Host \$http_host;
					proxy_set_header Upgrade \$http_upgrade;
					proxy_set_header Connection \$hello_connection;
				}
				location /forwarded {
					proxy_pass http://hello;
					proxy_http_version 1.1;
					proxy_set_header Upgrade \$http_upgrade;
					proxy_set_header Connection upgrade;
					proxy_set_header X-Forwarded-For '';
					proxy_set_header Forwarded 'for="10.0.0.1, for="\$remote_addr:\$remote_port";proto=https';
				}
			}
		}
	END
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
		-subj /CN=example.org -keyout "$dir/tls.key" -out "$dir/tls.crt" \
		2>/dev/null
	cat "$dir/tls.crt" "$dir/tls.key" >"$dir/tls.pem"
	chmod 644 "$dir/tls.key" "$dir/tls.pem"
}

# Prints nothing when all is well; neither program nor manual need be installed.
verify_units() {
	mkdir -p "$dir/units"
	cp $deploy/hello-socket.socket "$dir/units"
	sed "s|/usr/local/bin/hello-socket|$PWD/server|" \
		$deploy/hello-socket.service >"$dir/units/hello-socket.service"
	SYSTEMD_UNIT_PATH="$dir/units:" systemd-analyze --man=no verify \
		"$dir/units/hello-socket.service" >"$dir/units.log" 2>&1
	never "$dir/units.log" hello-socket
}

# While handshakes go on, stops one server for a while, and then the other. Each
# gets the time to be noticed by haproxy again.
restart_both() {
	for _ in 1 2; do
		stop "$one" || return 1
		sleep 0.5
		tcp one "$port_one" $one_options && one=$pid
		sleep 1.5
		stop "$two" || return 1
		sleep 0.5
		tcp two "$port_two" $two_options && two=$pid
		sleep 1.5
	done
}

restart_activated() {
	for _ in 1 2 3 4; do
		stop "$unix" || return 1
		sleep 0.2
		activated $options && unix=$pid
		sleep 0.3
	done
}

# without_failure PORT RESTART: no handshake may fail meanwhile.
without_failure() {
	rm -f "$dir/stop"
	begin handshakes client handshakes "$1" "$dir/stop"
	clients=$pid restarted=0
	sleep 0.3
	$2 || restarted=$?
	touch "$dir/stop"
	wait "$clients" && tail -n 1 "$dir/handshakes.log" && return $restarted
	cat "$dir/handshakes.log"
	return 1
}

options=$(sed -n 's|^ExecStart=/usr/local/bin/hello-socket ||p' \
	$deploy/hello-socket.service)
# shellcheck disable=SC2046 # a word each
set -- $(client ports 9)
nginx_port=$1 haproxy_port=$2 append_port=$3
proxy1_port=$4 proxy2_port=$5 stunnel_port=$6 hitch_port=$7
redis_port=$8 redis_tls_port=$9
# one server is beside the Redis of both, the other speaks TLS to it
one_options="--trust-proxy --redis $dir/redis.sock"
two_options="--redis 127.0.0.1:$redis_port"
tcp one 0 $one_options && one=$pid
tcp two 0 $two_options && two=$pid
activated && unix=$pid
tcp proxied 0 --proxy-protocol && proxied=$pid
port_one=$(port one) port_two=$(port two) port_proxied=$(port proxied)
fill_in

if command -v systemd-analyze >/dev/null; then
	check 'systemd: the units are in its grammar' verify_units
fi
check 'nginx: takes its file' $as_nobody nginx -t -e stderr -p "$dir" \
	-c "$dir/nginx.conf"
check 'haproxy: takes its file' $as_nobody haproxy -c -f "$dir/haproxy.cfg"
begin nginx $as_nobody nginx -e stderr -p "$dir" -c "$dir/nginx.conf" 3>&-
nginx=$pid
begin haproxy $as_nobody haproxy -db -f "$dir/haproxy.cfg" 3>&-
haproxy=$pid
begin stunnel $as_nobody stunnel4 "$dir/stunnel.conf" 3>&-
stunnel=$pid
begin redis $as_nobody redis-server "$dir/redis.conf" 3>&-
redis=$pid
begin hitch $as_nobody hitch --config="$dir/hitch.conf" 3>&-
hitch=$pid
sleep 1

check 'LISTEN_FDS: it listens on what it is handed' \
	shown "$dir/unix.log" '^Listening on 1 inherited'
check 'nginx: the page' client page "$nginx_port"
check 'nginx: upgrade and echo' client echo "$nginx_port"
check 'nginx: the address is the proxy without --trust-proxy' \
	shown "$dir/unix.log" '✅ #[0-9]+ unix /echo'
check 'nginx: X-Forwarded-For is nowhere without it' \
	never "$dir/unix.log" '127\.0\.0\.5|forged'
check 'the server behind nginx ends with 0' stop "$unix"
activated $options && unix=$pid
check "nginx: upgrade and echo with the unit's options" client echo "$nginx_port"
check 'nginx: the address is X-Forwarded-For with --trust-proxy' \
	shown "$dir/unix.log" '✅ #[0-9]+ 127\.0\.0\.5 /echo'
check 'nginx: the greeting, with what nginx appends to X-Forwarded-For' \
	client greet "$append_port" /appended
check 'nginx: no quote of the client swallows what nginx appends' \
	shown "$dir/unix.log" '✅ #[0-9]+ 127\.0\.0\.5 /appended'
check 'nginx: the greeting, with what nginx appends to Forwarded' \
	client greet "$append_port" /forwarded
check 'nginx: the address is Forwarded where there is no X-Forwarded-For' \
	shown "$dir/unix.log" '✅ #[0-9]+ 127\.0\.0\.5 /forwarded'
check 'nginx: the log has no word of the client' \
	never "$dir/unix.log" 'forged|203\.0\.113|10\.0\.0\.1'

check 'nginx: the greeting under a prefix' client greet "$append_port" /hello/
check 'nginx: the page under a prefix, in Chromium' \
	node tests/proxy/prefix.mjs "https://localhost:$append_port/hello" 3>&-

# named PORT: through that proxy, the server knows who the client is.
named() {
	known=$(grep -c '✅ #[0-9]* 127\.0\.0\.5:[0-9]* /echo' \
		"$dir/proxied.log" || :)
	client page "$1" && client echo "$1" &&
		[ "$(grep -c '✅ #[0-9]* 127\.0\.0\.5:[0-9]* /echo' \
			"$dir/proxied.log")" = $((known + 1)) ]
}

check 'PROXY v1: haproxy send-proxy' named "$proxy1_port"
check 'PROXY v2: haproxy send-proxy-v2' named "$proxy2_port"
check 'PROXY v1: stunnel protocol = proxy' named "$stunnel_port"
check 'PROXY v2: hitch write-proxy-v2' named "$hitch_port"
check 'PROXY: nothing that a proxy sent was refused' \
	never "$dir/proxied.log" '^Refused '
check 'PROXY: without a header it is 400' client bare "$port_proxied"

check 'haproxy: the page' client page "$haproxy_port"
check 'haproxy: upgrade and echo' client echo "$haproxy_port"
check 'haproxy: upgrade and echo, of the other server' \
	client echo "$haproxy_port"
check 'redis: it is back for the server beside it' \
	shown "$dir/one.log" '^Redis at .* is back'
check 'redis: it is back for the server that speaks TLS to it' \
	shown "$dir/two.log" '^Redis at .* is back'
check 'haproxy: two members of a room talk' client room "$haproxy_port" deploy
check 'haproxy: one of them by each server' shown "$dir/one.log" '/chat/deploy'
check 'haproxy: and the other' shown "$dir/two.log" '/chat/deploy'
check 'haproxy: the address is X-Forwarded-For with --trust-proxy' \
	shown "$dir/one.log" '✅ #[0-9]+ 127\.0\.0\.5 /echo'
check 'haproxy: the address is the proxy without it' \
	shown "$dir/two.log" '✅ #[0-9]+ 127\.0\.0\.1:[0-9]+ /echo'
check 'haproxy: X-Forwarded-For is nowhere without it' \
	never "$dir/two.log" '127\.0\.0\.5|forged'

begin nginx_hello client hello "$nginx_port"
stays=$pid
shown "$log" greeted
check 'nginx: restarts of its only server: no handshake fails' \
	without_failure "$nginx_port" restart_activated
tail -n 1 "$dir/handshakes.log" >&2
check 'nginx: a socket that was open is told 1001' wait "$stays"

begin haproxy_hello client hello "$haproxy_port"
stays=$pid
shown "$log" greeted
check 'haproxy: restarts of one of two servers: no handshake fails' \
	without_failure "$haproxy_port" restart_both
tail -n 1 "$dir/handshakes.log" >&2
check 'haproxy: a socket that was open is told 1001' wait "$stays"
check 'haproxy: nobody was told what the client says of itself' \
	never "$dir/one.log" forged

kill -TERM "$nginx" "$haproxy" "$stunnel" "$hitch" "$redis"
wait "$nginx" "$haproxy" "$stunnel" "$hitch" "$redis" || :
for pid in $one $two $unix $proxied; do
	check 'a server ends with 0' stop "$pid"
done
running=
exit "$failed"
