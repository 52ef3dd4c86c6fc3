/* proxy.c - the door of this wing. */
#include "proxy/proxy.h"

#include "proxy/header.h"
#include "serve/options.h"

#include <stdio.h>
#include <stdlib.h>

static ssize_t on_preface(const struct app *app, const char *p, size_t len,
	char peer[PEER_MAX], const char **why)
{
	(void)app;
	return header_parse(p, len, peer, why);
}

/* wing.start: the same application, which expects a header. In hello.c this wing
 * is the first, so that the others find the header expected. */
static const struct app *start(const struct options *o, const struct app *inner)
{
	struct app *app;

	if (!options_value(o, "proxy-protocol").flag)
		return inner;
	app = malloc(sizeof *app);
	if (!app) {
		fputs("server: no memory\n", stderr);
		exit(1);
	}
	*app = *inner;
	app->on_preface = on_preface;
	return app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	if (app->on_preface)
		free((void *)app);
}

static const struct option options[] = {
	{0, "proxy-protocol", "", OPTION_FLAG, "", 0, 0,
		"require a PROXY header (v1, v2), and log the client it names"},
	{.name = ""},
};

const struct wing proxy_wing = {
	.options = options, .start = start, .stop = stop};
