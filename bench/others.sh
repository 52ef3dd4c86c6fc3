# others.sh - third-party servers to compare with: bench/run starts them where
# they are installed. Source it after lib.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # lib.sh sets some, run uses others

# Serves the file with nginx at its best: one process, files kept open, no log.
start_nginx() {
	cat >"$tmp/nginx.conf" <<-END
		daemon off; master_process off; pid $tmp/nginx.id;
		error_log stderr error;
		events { worker_connections 10000; }
		http {
			access_log off; sendfile on; tcp_nopush on;
			keepalive_requests 1000000000; keepalive_timeout 600;
			open_file_cache max=100; open_file_cache_valid 600;
			client_body_temp_path $tmp; proxy_temp_path $tmp;
			fastcgi_temp_path $tmp; uwsgi_temp_path $tmp;
			scgi_temp_path $tmp;
			server { listen 127.0.0.1:$1; root $tmp/public; }
		}
	END
	# if it could not bind it has ended, and the load generator finds no
	# process
	(on "$server_cpu" nginx -e stderr -p "$tmp" -c "$tmp/nginx.conf") \
		>"$tmp/nginx.log" 2>&1 </dev/null &
	echo $! >"$tmp/nginx.pid"
	sleep 0.5
	"$load" get -c 1 -n 1 -r 1 -f "$tmp/public/1k.txt" \
		"nginx=$!:$1/1k.txt" >/dev/null 2>&1 && nginx="nginx=$!:$1"
}

# nginx cannot choose a port itself, so a few are tried, below the range that
# the kernel gives to clients.
find_nginx() {
	nginx=
	if ! command -v nginx >/dev/null; then
		echo "nginx is not installed: left out"
		return
	fi
	for try in 1 2 3 4 5; do
		start_nginx $((20000 + ($$ * 7 + try * 1009) % 12000)) && return
		stop nginx
	done
	echo "nginx did not start: left out"
}

# An echo with libwebsockets, from its development package.
find_lws() {
	lws=
	if ! ${CC:-cc} -O2 -o "$tmp/lws" bench/lws.c -lwebsockets \
		2>/dev/null; then
		echo "libwebsockets (with headers) is not installed: left out"
		return
	fi
	lws=$(start libwebsockets "$tmp/lws")
}
