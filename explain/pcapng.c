/* pcapng.c - a connection as a capture that Wireshark reads.
 *
 * A block, in the byte order of this machine:
 *
 *     +------+--------+------+---------+--------+
 *     | type | length | body | padding | length |
 *     +------+--------+------+---------+--------+
 *        32      32            to 32 bits  32 */
#include "explain/pcapng.h"

#include <string.h>

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, PACKET = 6 };
enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define LINKTYPE_RAW 101
#define OPTION_COMMENT 1
#define SEGMENT_MAX 32768 /* bytes; an IP packet has less than 65,536 */
#define HEADS_MAX 60      /* of IPv6 and TCP */

static void put_16(unsigned char *p, unsigned value)
{
	p[0] = (unsigned char)(value >> 8);
	p[1] = (unsigned char)value;
}

static void put_32(unsigned char *p, uint32_t value)
{
	put_16(p, value >> 16);
	put_16(p + 2, value & 0xffff);
}

/* RFC 1071: the sum of 16-bit words, not yet folded. */
static uint64_t add_up(uint64_t sum, const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (unsigned)p[i] << 8;
	return sum;
}

static unsigned checksum(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~(unsigned)sum & 0xffff;
}

static size_t address_size(const struct pcapng_flow *flow)
{
	return flow->is_v6 ? 16 : 4;
}

/* RFC 791 3.1, RFC 8200 3. Returns its size. */
static size_t put_ip(unsigned char *p, const struct pcapng_flow *flow,
	bool sent, size_t tcp_len)
{
	size_t n = address_size(flow), at = flow->is_v6 ? 8 : 12;

	if (flow->is_v6) {
		put_32(p, 6u << 28);
		put_16(p + 4, (unsigned)tcp_len);
		p[6] = 6; /* TCP */
		p[7] = 64;
	} else {
		put_32(p, 0x45000000 | (uint32_t)(20 + tcp_len));
		put_32(p + 4, 0x4000); /* not to be cut */
		put_32(p + 8, 64u << 24 | 6u << 16);
	}
	memcpy(p + at, flow->address[sent], n);
	memcpy(p + at + n, flow->address[!sent], n);
	if (!flow->is_v6)
		put_16(p + 10, checksum(add_up(0, p, 20)));
	return at + 2 * n;
}

/* RFC 9293 3.1 */
static void put_tcp(unsigned char *p, const struct pcapng_flow *flow, bool sent,
	int flags, const void *data, size_t len)
{
	size_t n = address_size(flow);
	uint64_t sum = 6 + 20 + len;

	put_16(p, flow->port[sent]);
	put_16(p + 2, flow->port[!sent]);
	put_32(p + 4, flow->next[sent]);
	put_32(p + 8, flags & ACK ? flow->next[!sent] : 0);
	put_32(p + 12, 5u << 28 | (uint32_t)flags << 16 | 0xffff);
	put_32(p + 16, 0);
	sum = add_up(sum, flow->address[0], n);
	sum = add_up(sum, flow->address[1], n);
	put_16(p + 16, checksum(add_up(add_up(sum, p, 20), data, len)));
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static bool append_32(struct buf *out, uint32_t value)
{
	return buf_append(out, &value, sizeof value);
}

/* Up to three bytes. */
static bool append_padding(struct buf *out, size_t n)
{
	return buf_append(out, "\0\0\0", padded(n) - n);
}

/* A comment, then the end of the options. */
static bool append_comment(struct buf *out, const char *text)
{
	size_t n = strlen(text);
	uint16_t head[2] = {OPTION_COMMENT, (uint16_t)n};

	return buf_append(out, head, sizeof head) && buf_append(out, text, n) &&
	       append_padding(out, n) && append_32(out, 0);
}

static bool append_packet(struct buf *out, const unsigned char *heads,
	size_t heads_len, const void *data, size_t len, uint64_t us,
	const char *comment)
{
	size_t n = strlen(comment), all = heads_len + len;
	uint32_t size = (uint32_t)(32 + padded(all) + (n ? 8 + padded(n) : 0));
	uint32_t head[] = {PACKET, size, 0, (uint32_t)(us >> 32), (uint32_t)us,
		(uint32_t)all, (uint32_t)all};

	return buf_append(out, head, sizeof head) &&
	       buf_append(out, heads, heads_len) &&
	       buf_append(out, data, len) && append_padding(out, all) &&
	       (!n || append_comment(out, comment)) && append_32(out, size);
}

/* Appends a packet, or nothing, and counts what it takes of the sequence. */
static bool add(struct buf *out, struct pcapng_flow *flow, bool sent, int flags,
	const void *data, size_t len, uint64_t us, const char *comment)
{
	unsigned char heads[HEADS_MAX];
	size_t n = put_ip(heads, flow, sent, 20 + len), before = out->len;
	bool added;

	put_tcp(heads + n, flow, sent, flags, data, len);
	flow->next[sent] += (uint32_t)len + !!(flags & (SYN | FIN));
	added = append_packet(out, heads, n + 20, data, len, us, comment);
	if (!added)
		out->len = before;
	return added;
}

bool pcapng_begin(struct buf *out)
{
	uint16_t version[2] = {1, 0}, link[2] = {LINKTYPE_RAW, 0};
	uint32_t section[] = {SECTION, 28, BYTE_ORDER_MAGIC};
	uint32_t unknown[] = {UINT32_MAX, UINT32_MAX, 28};
	uint32_t interface[] = {INTERFACE, 20};

	return buf_reserve(out, 28 + 20) &&
	       buf_append(out, section, sizeof section) &&
	       buf_append(out, version, sizeof version) &&
	       buf_append(out, unknown, sizeof unknown) &&
	       buf_append(out, interface, sizeof interface) &&
	       buf_append(out, link, sizeof link) && append_32(out, 0) &&
	       append_32(out, 20);
}

/* Three packets without data, whose senders take turns. */
static bool add_three(struct buf *out, struct pcapng_flow *flow, bool sent,
	const int flags[3], uint64_t us)
{
	bool all = true;

	for (int i = 0; i < 3; i++)
		all &= add(out, flow, sent ^ i % 2, flags[i], "", 0, us, "");
	return all;
}

bool pcapng_open(struct buf *out, struct pcapng_flow *flow, uint64_t us)
{
	return add_three(
		out, flow, false, (const int[]){SYN, SYN | ACK, ACK}, us);
}

bool pcapng_run(struct buf *out, struct pcapng_flow *flow, bool sent,
	const void *data, size_t len, uint64_t us, const char *comment)
{
	const char *p = data;
	bool all = true;

	for (; len > SEGMENT_MAX; p += SEGMENT_MAX, len -= SEGMENT_MAX)
		all &= add(out, flow, sent, ACK, p, SEGMENT_MAX, us, "");
	return add(out, flow, sent, PSH | ACK, p, len, us, comment) && all;
}

void pcapng_skip(struct pcapng_flow *flow, bool sent, uint64_t len)
{
	flow->next[sent] += (uint32_t)len;
}

bool pcapng_close(struct buf *out, struct pcapng_flow *flow, uint64_t us)
{
	return add_three(
		out, flow, true, (const int[]){FIN | ACK, FIN | ACK, ACK}, us);
}
