/* buf.c - any call of the functions of buf.c, for Frama-C's Eva: with every buf
 * that is as buf.h says and has up to MOST bytes, and with pools whose bufs have the
 * sizes at which buf.c decides otherwise. run.sh says the rest. */
#include "annotated/buf.c"

#define MOST 4
#define ANY(from, to) ((size_t)Frama_C_interval_split(from, to))

/* Any buf of that many bytes is in b, or main returns. */
#define MAKE(b, bytes)                                       \
	do {                                                 \
		(b).cap = bytes;                             \
		(b).data = (b).cap ? malloc((b).cap) : NULL; \
		if ((b).cap && !(b).data)                    \
			return 0;                            \
	} while (0)

#define FILL(b, n, sent)                                                 \
	do {                                                             \
		(b).len = n;                                             \
		(b).start = sent;                                        \
		if ((b).len)                                             \
			Frama_C_make_unknown((char *)(b).data, (b).len); \
	} while (0)

/* Those of these sizes are kept, freed at once or freed at the next trim. */
static size_t size(size_t i)
{
	static const size_t all[] = {
		0, BUF_SPARE_MIN, BUF_SPARE_KEPT + 1, 4, BUF_SPARE_MAX + 1};

	return all[i];
}

/* One buf */
static int grow(void)
{
	static unsigned char bytes[MOST];
	unsigned long long held = 0;
	struct buf b = {0};
	size_t n = ANY(0, MOST);

	Frama_C_make_unknown((char *)bytes, MOST);
	MAKE(b, ANY(0, MOST));
	FILL(b, ANY(0, b.cap), ANY(0, 1) * b.len);
	switch (ANY(0, 4)) {
	case 0:
		if (buf_reserve(&b, n) && n)
			b.data[b.len + n - 1] = 0;
		break;
	case 1:
		buf_append(&b, bytes, n);
		break;
	case 2:
		if (n <= b.len)
			buf_consume(&b, n);
		break;
	case 3:
		buf_printf(&b, "%zu", n);
		break;
	default: /* more than there can be */
		buf_reserve(&b, SIZE_MAX - n);
	}
	//@ check b.len <= b.cap;
	//@ check b.cap == 0 || \valid(b.data + (0 .. b.cap - 1));
	b.start = 0;
	buf_count(&b, &held);
	buf_free(&b);
	return 0;
}

/* A turn of a connection that has nothing, or a buf of its own that it may have
 * kept roomy, with any pool; then all that is done between turns */
static int turn(void)
{
	static struct buf_pool pool;
	static unsigned char bytes[3];
	struct buf *b = NULL;
	size_t spares = ANY(0, 2), n;

	MAKE(pool.in, size(ANY(0, 2)));
	MAKE(pool.out, 3);
	for (size_t i = 0; i < BUF_SPARES; i++)
		if (spares == 2 || (spares == 1 && i == 3))
			MAKE(pool.spares[i], BUF_SPARE_MIN);
	if (ANY(0, 1)) {
		b = calloc(1, sizeof *b);
		if (!b)
			return 0;
		MAKE(*b, size(ANY(1, 4)));
		n = ANY(0, 2);
		n = n == 0 ? 1 : n == 1 ? b->cap / 2 : b->cap;
		FILL(*b, n, ANY(0, 1) * n / 2);
		if (ANY(0, 1))
			pool.roomy[pool.n_roomy++] = b;
	}
	buf_lend(&pool, &b, &pool.in);
	buf_append(b, bytes, ANY(0, 1) * 3);
	if (ANY(0, 1))
		b->start = b->len;
	if (buf_return(&pool, &b, &pool.in)) {
		//@ check b == \null || b->start < b->len <= b->cap;
		buf_settle(&pool);
		buf_trim(&pool);
	}
	//@ check b == \null || b->len <= b->cap;
	buf_free_pool(&pool);
	return 0;
}

int main(void)
{
	return ANY(0, 1) ? grow() : turn();
}
