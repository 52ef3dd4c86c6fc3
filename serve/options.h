/* options.h - the command line: every default in one table.
 *
 * A wing adds rows of its own and reads their values by name. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_LIST_MAX 16 /* values of one option */
#define OPTIONS_MAX 64      /* rows, including those of the wings */
#define OPTIONS_VERSION "1.0"

struct wing;

/* A SIZE is in bytes, K, M or G may follow, and it is kept in 64 bits. A TIME is
 * in seconds, may have a fraction, and is kept in milliseconds; 0 is never. A
 * LIST may be given several times. */
enum option_kind {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_LIST,
	OPTION_NUMBER,
	OPTION_SIZE,
	OPTION_TIME
};

/* A row of the table: --name ARGUMENT. The argument is called DIR where it is a
 * folder that is served, FILE where it is a log, PATH where it is a socket's file,
 * and PLACE where it is HOST:PORT to connect to, or a path: a wing may act on
 * that. */
struct option {
	uint16_t at; /* offset of its value in struct options; 0 for a wing's */
	char name[16];
	char argument[7];   /* what the help calls its value */
	unsigned char kind; /* enum option_kind */
	char initial[10];   /* as it would be given; "": none, 0 or false */
	uint64_t min, max;
	const char *help;
};

/* The value of a wing's row. */
union option_value {
	bool flag;
	uint32_t number; /* also milliseconds */
	uint64_t size;
	const char *text;
	const char *list[OPTIONS_LIST_MAX + 1]; /* NULL at the end */
};

/* Times are in milliseconds, sizes in bytes. Texts are constants, or belong to
 * argv or the environment. */
struct options {
	/* All rows, yours to read. They come first, so that no value has the
	 * offset 0. The port is that of --port alone, and private. */
	struct option_row {
		const struct option *option; /* NULL after the last */
		union option_value value;
	} rows[OPTIONS_MAX + 1];
	size_t n;
	uint32_t port;

	/* Yours to read. */
	const char *host;
	const char *origins[OPTIONS_LIST_MAX + 1]; /* NULL at the end */
	bool http_only, ws_only, quiet;
	uint32_t max_requests;
	uint64_t max_message, max_backlog, max_memory;
	uint32_t head_timeout, idle_timeout, send_timeout, message_timeout,
		ping_after, pong_timeout, close_timeout, linger_timeout;
};

/* Reads the command line. `wings` (NULL at the
 * end, or NULL) add their rows. The command word of one of them runs that, and
 * ends the program with its status. After --help and --version the program ends
 * with 0. A mistake is reported in one sentence on stderr, and the program ends
 * with 2. */
void options_parse(struct options *, const struct wing *const *wings, int argc,
	char **argv);

/* Reads digits, with a decimal fraction or without. Returns what is behind them, or
 * the text itself when that does not begin with a number. */
const char *options_decimal(const char *text, double *number);

/* Returns the port of --port, or else that of PORT in the environment. Only a
 * server that listens on a port asks for it: a mistake in PORT ends the program
 * as above. */
uint32_t options_port(const struct options *);

/* Returns the value of a wing's row. Asserts that there is a row with that
 * name. */
union option_value options_value(const struct options *, const char *name);

#endif
