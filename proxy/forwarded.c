/* forwarded.c - the client that a proxy names in a field of each request.
 *
 *     X-Forwarded-For: what the client said, 192.0.2.7
 *     Forwarded: for=what.it.said, for="[2001:db8::1]:443";proto=https */
#include "proxy/forwarded.h"

#include <arpa/inet.h>
#include <string.h>

/* Returns the value of the last field of that name, or p NULL. */
static struct slice last_field(const struct request *req, const char *name)
{
	for (size_t i = req->fields.n; i--;)
		if (slice_is_nocase(req->fields.lines[i].name, name))
			return req->fields.lines[i].value;
	return (struct slice){0};
}

/* Cuts off what lies behind the last `mark`. Read from its end, because a client
 * can write the beginning: a quote that it has opened hides nothing of what a
 * proxy has added. */
static struct slice cut_last(struct slice *list, char mark)
{
	const char *p = list->p + list->len;
	struct slice last;
	bool quoted = false;

	while (p > list->p && (quoted || p[-1] != mark)) {
		p--;
		quoted ^= *p == '"' && (p == list->p || p[-1] != '\\');
	}
	last = (struct slice){p, (size_t)(list->p + list->len - p)};
	list->len = p > list->p ? (size_t)(p - 1 - list->p) : 0;
	return slice_trim(last);
}

/* RFC 7239 4: pairs like for="[2001:db8::1]:443", between semicolons. Returns
 * the value of the last `for`, without its quotes. */
static struct slice read_for(struct slice element)
{
	struct slice node = {0};

	while (element.len && !node.p) {
		struct slice pair = cut_last(&element, ';'), value;

		if (slice_is_nocase(slice_cut(pair, '=', &value), "for"))
			node = value;
	}
	if (node.len > 1 && node.p[0] == '"' && node.p[node.len - 1] == '"')
		node = (struct slice){node.p + 1, node.len - 2};
	return node;
}

/* Writes the slice, and returns whether it is an address of this family. RFC 4291
 * 2.5.5.2: a client with IPv4, whose proxy has it from a socket of IPv6. */
static bool read_address(int family, struct slice s, char *text, size_t size)
{
	struct in6_addr address;

	if (!s.len || s.len >= size)
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = 0;
	if (inet_pton(family, text, &address) != 1)
		return false;
	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address))
		inet_ntop(AF_INET, &address.s6_addr[12], text, (socklen_t)size);
	return true;
}

/* RFC 7239 6: "192.0.2.7:443", "[2001:db8::1]:443", either without its port; a
 * port may be hidden behind a name like "_x". X-Forwarded-For also has IPv6
 * addresses without brackets. */
static bool read_node(struct slice node, char *text, size_t size)
{
	struct slice bracket = slice_after(node, "["), rest, port;
	struct slice address = slice_cut(node, ':', &port);

	if (read_address(AF_INET6, node, text, size))
		return true;
	if (bracket.p) {
		address = slice_cut(bracket, ']', &rest);
		if (!rest.p || slice_cut(rest, ':', &port).len)
			return false;
	}
	return slice_span(port, SLICE_UNRESERVED) == port.len &&
	       read_address(
		       bracket.p ? AF_INET6 : AF_INET, address, text, size);
}

const char *forwarded_address(
	const struct request *req, char *text, size_t size)
{
	struct slice list = last_field(req, "X-Forwarded-For"), node;
	bool is_x = list.p;

	if (!is_x)
		list = last_field(req, "Forwarded");
	if (!list.p)
		return NULL;
	node = cut_last(&list, ',');
	return read_node(is_x ? node : read_for(node), text, size) ? text
								   : NULL;
}
