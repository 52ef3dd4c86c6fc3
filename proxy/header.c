/* header.c - the header of the PROXY protocol.
 *
 *     version 1: a line of at most 107 bytes
 *
 *         PROXY TCP4 192.0.2.1 198.51.100.7 50512 443 CR LF
 *                    source    destination  their ports
 *
 *     version 2: a signature, 4 bytes, and what they announce
 *
 *         0              12        13        14       16
 *         +--------------+---------+---------+--------+----------- - - -
 *         | CR LF CR LF  | 0x20    | 0x11 v4 |  size  | both addresses,
 *         | NUL CR LF    |  LOCAL  | 0x21 v6 |   of   | both ports,
 *         | Q U I T LF   | 0x21    | 0x31    |  what  | perhaps fields of type,
 *         |              |  PROXY  |    Unix |follows | length and value
 *         +--------------+---------+---------+--------+----------- - - - */
#include "proxy/header.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1_MAX 107
#define V2_HEAD 16

static const char v1_begin[] = "PROXY ";
static const char v2_begin[] = "\r\n\r\n\0\r\nQUIT\n";

static ssize_t refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return -400;
}

/* An IPv4 client of an IPv6 socket has its IPv4 address behind 12 bytes. */
static void name(char *peer, int family, const void *from, unsigned port)
{
	struct in6_addr address = {0};
	const unsigned char *bytes = address.s6_addr;
	char host[INET6_ADDRSTRLEN] = "?";

	memcpy(&address, from, family == AF_INET ? 4 : sizeof address);
	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address)) {
		family = AF_INET;
		bytes += 12;
	}
	inet_ntop(family, bytes, host, sizeof host);
	snprintf(peer, PEER_MAX, family == AF_INET6 ? "[%s]:%u" : "%s:%u", host,
		port);
}

/* A port in its only form: no sign and no zero before it. */
static bool read_port(const char *text, unsigned *port)
{
	char again[8];

	*port = (unsigned)strtoul(text, NULL, 10);
	snprintf(again, sizeof again, "%u", *port);
	return *port <= 65535 && !strcmp(text, again);
}

/* A line without its end. One blank stands between two fields. */
static bool read_line(char *line, char *peer)
{
	const char *fields[6]; /* PROXY, a family, two addresses, two ports */
	struct in6_addr address;
	unsigned from, to;
	int type;

	for (size_t i = 0; i < 6; i++)
		if (!(fields[i] = strsep(&line, " ")))
			return false;
	type = !strcmp(fields[1], "TCP6") ? AF_INET6 : AF_INET;
	if (line || (type == AF_INET && strcmp(fields[1], "TCP4")))
		return false;
	if (!read_port(fields[4], &from) || !read_port(fields[5], &to) ||
		inet_pton(type, fields[3], &address) != 1 ||
		inet_pton(type, fields[2], &address) != 1)
		return false;
	name(peer, type, &address, from);
	return true;
}

static ssize_t parse_v1(const char *p, size_t len, char *peer, const char **why)
{
	static const char unknown[] = "PROXY UNKNOWN";
	const char *end = memchr(p, '\n', len < V1_MAX ? len : V1_MAX);
	char line[V1_MAX + 1] = "";
	size_t n, text;

	if (!end && len < V1_MAX)
		return 0;
	if (!end || end[-1] != '\r')
		return refuse(why, "a PROXY header of version 1 ends with "
				   "CR LF, after at most 107 bytes");
	n = (size_t)(end + 1 - p);
	text = n - 2;
	memcpy(line, p, text);
	/* "the receiver must ignore anything presented before the CRLF" */
	if (!strncmp(line, unknown, sizeof unknown - 1) &&
		memchr("\r ", p[sizeof unknown - 1], 2))
		return (ssize_t)n;
	return strlen(line) == text && read_line(line, peer)
		       ? (ssize_t)n
		       : refuse(why, "a PROXY header of version 1 is PROXY "
				     "TCP4 or TCP6, two addresses, two ports");
}

/* The addresses of a proxied connection: both, and then both ports. */
static bool read_addresses(
	const unsigned char *p, size_t len, int family, char *peer)
{
	size_t size = family == AF_INET ? 4 : 16;

	if (len < 2 * size + 4)
		return false;
	name(peer, family, p, (unsigned)p[2 * size] << 8 | p[2 * size + 1]);
	return true;
}

/* What is behind the first 16 bytes; `type` is the last but two of those. */
static bool read_block(
	const unsigned char *p, size_t len, unsigned type, char *peer)
{
	switch (type) {
	case 0x11: /* TCP over IPv4 */
		return read_addresses(p, len, AF_INET, peer);
	case 0x21: /* TCP over IPv6 */
		return read_addresses(p, len, AF_INET6, peer);
	case 0x31: /* a stream over a Unix socket: two paths, mostly empty */
		if (len < 216)
			return false;
		strcpy(peer, "unix");
		return true;
	}
	return type >> 4 == 0; /* unspecified */
}

static ssize_t parse_v2(
	const char *head, size_t len, char *peer, const char **why)
{
	const unsigned char *p = (const unsigned char *)head;
	bool is_local = len > 12 && p[12] == 0x20;
	size_t size;

	if (len > 12 && !is_local && p[12] != 0x21)
		return refuse(why, "a PROXY header of version 2 is LOCAL or "
				   "PROXY (byte 13: 0x20, 0x21)");
	if (len < V2_HEAD)
		return 0;
	size = V2_HEAD + ((size_t)p[14] << 8 | p[15]);
	if (size > HEADER_MAX)
		return refuse(why, "a PROXY header has at most 4096 bytes");
	if (len < size)
		return 0;
	if (!is_local && !read_block(p + V2_HEAD, size - V2_HEAD, p[13], peer))
		return refuse(why, "a PROXY header of version 2 has the "
				   "addresses of a stream (byte 14: 0x00, "
				   "0x11, 0x21, 0x31)");
	return (ssize_t)size;
}

/* Are these its first bytes, as far as they go? */
static bool begins(const char *p, size_t len, const char *with, size_t n)
{
	return !memcmp(p, with, len < n ? len : n);
}

ssize_t header_parse(
	const char *p, size_t len, char peer[PEER_MAX], const char **why)
{
	*peer = 0;
	if (!len)
		return 0;
	if (begins(p, len, v1_begin, sizeof v1_begin - 1))
		return parse_v1(p, len, peer, why);
	if (begins(p, len, v2_begin, sizeof v2_begin - 1))
		return parse_v2(p, len, peer, why);
	return refuse(why, "here every connection begins with a PROXY header: "
			   "see --proxy-protocol");
}
