/* proxy.c - the door of this wing. */
#include "proxy/proxy.h"

#include "proxy/forwarded.h"
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

static const char *on_peer(const struct app *app, const struct request *req,
	char *text, size_t size)
{
	(void)app;
	return forwarded_address(req, text, size);
}

/* wing.start: the same application, which believes a proxy. In hello.c this wing
 * comes before those that ask for that. */
static const struct app *start(const struct options *o, const struct app *inner)
{
	bool has_header = options_value(o, "proxy-protocol").flag;
	bool has_field = options_value(o, "trust-proxy").flag;
	struct app *app;

	if (!has_header && !has_field)
		return inner;
	app = malloc(sizeof *app);
	if (!app) {
		fputs("server: no memory\n", stderr);
		exit(1);
	}
	*app = *inner;
	if (has_header)
		app->on_preface = on_preface;
	if (has_field)
		app->on_peer = on_peer;
	return app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	if (app->on_preface == on_preface || app->on_peer == on_peer)
		free((void *)app);
}

static const struct option options[] = {
	{0, "proxy-protocol", "", OPTION_FLAG, "", 0, 0,
		"require a PROXY header (v1, v2), and log the client it names"},
	{0, "trust-proxy", "", OPTION_FLAG, "", 0, 0,
		"log the address that X-Forwarded-For or Forwarded names"},
	{.name = ""},
};

const struct wing proxy_wing = {
	.options = options, .start = start, .stop = stop};
