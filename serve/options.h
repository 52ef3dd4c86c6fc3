/* options.h - the command line: every default in one table. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define OPTIONS_ORIGINS_MAX 16
#define OPTIONS_VERSION "1.0"

/* Times are in milliseconds, sizes in bytes. Texts are those of argv or of
 * the environment, or constants. */
struct options {
	const char *host;
	uint32_t port;
	const char *public; /* NULL: the folder beside the program */
	const char *origins[OPTIONS_ORIGINS_MAX + 1]; /* NULL at the end */
	bool http_only, ws_only, quiet, trust_proxy;
	bool trace, no_trace_page;
	const char *unix_path, *user; /* NULL: none */
	uint32_t workers;             /* 0: one a processor */
	uint32_t max_message, max_requests;
	uint32_t head_timeout, idle_timeout, send_timeout, ping_after,
		pong_timeout, close_timeout, linger_timeout;
};

/* Reads the command line and PORT in the environment. Prints --help and
 * --version and ends with 0; a mistake is one sentence on stderr, and ends
 * with 2. */
void options_parse(struct options *, int argc, char **argv);

#endif
