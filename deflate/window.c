/* window.c - what one end has sent so far: RFC 1951, section 2. */
#include "deflate/window.h"

#include <string.h>

void window_add(struct window *w, const void *data, size_t len)
{
	size_t size = WINDOW_SIZE(w), n = len < size ? len : size;
	size_t old = w->len < size - n ? w->len : size - n;

	/* what has just been compressed is in the index, too */
	w->indexed += (uint32_t)len;
	if (!w->bytes || w->forgets || !n)
		return;
	memmove(w->bytes, w->bytes + w->len - old, old);
	memcpy(w->bytes + old, (const char *)data + len - n, n);
	w->len = (uint16_t)(old + n);
}
