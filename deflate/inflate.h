/* inflate.h - decompresses a message: RFC 1951, and RFC 7692, section 7.2.2.
 *
 * A message is whole before it is delivered, so this takes all of it at once.
 * The bytes 00 00 FF FF that a sender leaves out are taken as following.
 *
 * A match copies bytes from what has come out before it, or from the window:
 *
 *     | the window: earlier messages | what has come out |
 *                 ^ at most 2^bits bytes back -----------´   */
#ifndef DEFLATE_INFLATE_H
#define DEFLATE_INFLATE_H

#include "buf.h"
#include "deflate/huffman.h"
#include "deflate/window.h"
#include "ws/extension.h"

/* One is enough for a process, since it keeps nothing of a message. It begins all
 * zero. */
struct inflate {
	/* Yours to set. */
	size_t max_output;    /* bytes of one message */
	struct window window; /* of the end that sends it */
	/* Who is told each element of a message by sink->on_detail, in order
	 * and without a gap. NULL: nobody, which costs nothing. */
	const struct ws_sink *sink;

	/* Yours to read, and to free: the latest message. */
	struct buf out;

	/* Private: the codes of fixed blocks, once there is a message, and those
	 * of the latest dynamic block. Of each, literals and distances. */
	struct huffman codes[4];

	/* All that follows begins anew with each message. Yours to read when it is
	 * refused: a sentence, for the reason of a Close, and the bit at which it
	 * is wrong, which is the first one of the element that is read. */
	char why[124];
	size_t bit;

	/* Private. */
	struct buf in;    /* the message, and the tail */
	size_t next, end; /* the next bit to be read; behind the last one */
	size_t dynamic;   /* how many such blocks it may still have */
	int code;         /* with which it is refused, or 0 */
	/* What is told next, from its first bit on: where its next part, a number
	 * or a code, is put; its first byte of output; and its text, which is
	 * cut when there is no memory. */
	struct ws_detail detail;
	unsigned char *part;
	size_t told;
	struct buf text;
};

/* Decompresses a message, which the caller then adds to the window. A message
 * without any byte is empty, and a final block (RFC 7692 7.2.3.4) may be the end of
 * it. Returns 0, or minus the close code with which to refuse the message, and
 * `out` is then of no use:
 *
 *     1007  this is not DEFLATE
 *     1009  it is longer than max_output, which is found before the memory is
 *           taken; or it has more than INFLATE_BLOCKS dynamic blocks, and
 *           more than one in INFLATE_BYTES_A_BLOCK of its bytes
 *     1013  there is no memory */
int inflate_message(struct inflate *, const void *data, size_t len);

/* A dynamic block is much work for its reader, even an empty one, which takes its
 * sender 13 bytes. Those of compressors have more: zlib, with the least memory,
 * ends a block after 127 symbols, which are 16 bytes, and 11 for the codes. */
#define INFLATE_BLOCKS 16
#define INFLATE_BYTES_A_BLOCK 20

#endif
