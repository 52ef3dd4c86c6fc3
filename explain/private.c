/* private.c - who may see what crosses the wire: RFC 6455 10.2. */
#include "explain/private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* RFC 6761 6.3 and RFC 1122 3.2.1.3: names that always lead to this machine,
 * so that no DNS answer can make them somebody else's. */
static bool is_loopback(struct slice host)
{
	if (slice_is_nocase(host, "localhost") || slice_is(host, "::1"))
		return true;
	if (host.len < 5 || memcmp(host.p, "127.", 4))
		return false;
	for (size_t i = 0; i < host.len; i++)
		if (host.p[i] != '.' && !slice_in_class(host.p[i], SLICE_DIGIT))
			return false;
	return true;
}

bool private_server(const struct options *o)
{
	struct slice host = {o->host, strlen(o->host)};

	/* sockets that were handed over (listen.h) may be on any address */
	return is_loopback(host) && !getenv("LISTEN_FDS") && o->workers == 1 &&
	       !o->unix_path && !o->trust_proxy && !o->no_trace_page;
}

/* A host without its port, and an address without its brackets. */
static struct slice name_of(struct slice host)
{
	struct slice rest;

	if (!host.len || *host.p != '[')
		return slice_cut(host, ':', &rest);
	return slice_cut((struct slice){host.p + 1, host.len - 1}, ']', &rest);
}

bool private_request(const struct request *req)
{
	static const char scheme[] = "http://";
	struct slice origin = request_header(req, "Origin");
	size_t n = sizeof scheme - 1;

	return is_loopback(name_of(req->host)) &&
	       fields_count(&req->fields, "Origin") == 1 &&
	       origin.len == n + req->host.len &&
	       !memcmp(origin.p, scheme, n) &&
	       !strncasecmp(origin.p + n, req->host.p, req->host.len);
}
