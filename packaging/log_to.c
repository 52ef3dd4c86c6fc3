/* log_to.c - what the library has in the place of serve/outlet.c: the same, and
 * before it a choice that the server itself has no use for. */
#include "packaging/log_to.h"

#include "serve/outlet.h"

#define outlet_open standard_open
#define outlet_write standard_write
#include "serve/outlet.c"
#undef outlet_open
#undef outlet_write

static void (*taker)(const char *, size_t);

void log_to(void (*take)(const char *, size_t))
{
	taker = take;
}

void outlet_open(struct outlet *o, bool several,
	void (*become)(const struct options *), const struct options *options)
{
	if (!taker)
		standard_open(o, several, become, options);
}

/* A file of a wing's own, such as the access log, is no part of the log. */
ssize_t outlet_write(struct outlet *o, const char *text, size_t len)
{
	if (!taker || o->fd)
		return standard_write(o, text, len);
	taker(text, len);
	return (ssize_t)len;
}
