/* inflate.h - decompresses a message: RFC 1951, and RFC 7692, section 7.2.2.
 *
 * A message is whole before it is delivered, so this takes all of it at once.
 * The bytes 00 00 FF FF that a sender leaves out are taken as following.
 *
 * `out` holds what the peer's earlier messages were, where context takeover is
 * agreed, and the message is added behind them:
 *
 *     | the window: at most 2^window_bits bytes | the message ...
 *           ^ a match may copy from here, or from the message itself
 *
 * The caller keeps the last bytes of all that for the next message. */
#ifndef DEFLATE_INFLATE_H
#define DEFLATE_INFLATE_H

#include "buf.h"
#include "deflate/huffman.h"
#include "ws/extension.h"

#include <stdint.h>

/* One is enough for a process, since it keeps nothing of a message. It begins
 * all zero. */
struct inflate {
	/* Yours to set. */
	int window_bits;   /* as agreed, 8 to 15: no match reaches farther */
	size_t max_output; /* bytes of one message, window not counted */
	/* Who is told each element of a message by sink->on_detail, in order
	 * and without a gap. NULL: nobody, which costs nothing. */
	const struct ws_sink *sink;

	/* Yours to read when a message is refused: a sentence, for the reason of
	 * a Close, and the bit at which it is wrong. */
	char why[124];
	size_t bit;

	/* Private: the codes of fixed blocks, once there is one, and those of
	 * the latest dynamic block. */
	struct huffman fixed[2], dynamic[2]; /* literals, distances */
};

/* Appends to `out` what the `len` bytes decompress to. A message without any
 * byte is empty, and a final block (RFC 7692 7.2.3.4) may be the end of it.
 * Returns 0, or minus the close code with which to refuse the message, and `out`
 * then is as long as it was:
 *
 *     1007  this is not DEFLATE
 *     1009  it is longer than max_output, which is found before the memory is
 *           taken; or it has more than INFLATE_BLOCKS dynamic blocks, and
 *           more than one in INFLATE_BYTES_A_BLOCK of its bytes
 *     1013  there is no memory
 *
 * Between two messages `out` may be changed in any way. */
int inflate_message(
	struct inflate *, const void *data, size_t len, struct buf *out);

/* A dynamic block is much work for its reader, even an empty one, which takes its
 * sender 13 bytes. Those of compressors have more: zlib, with the least memory,
 * ends a block after 127 symbols, which are 16 bytes, and 11 for the codes. */
#define INFLATE_BLOCKS 16
#define INFLATE_BYTES_A_BLOCK 20

#endif
