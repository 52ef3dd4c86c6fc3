/* command.c - ./server explain 81 85 37 fa ...: any bytes, taken apart. */
#include "explain/command.h"

#include "explain/draw.h"
#include "explain/hex.h"
#include "explain/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
	"Explains the bytes of a WebSocket, or of its handshake.\n\n"
	"  ./server explain 81 85 37 fa 21 3d 7f 9f 4d 51 58\n"
	"  ./server explain < bytes-in-hex.txt    also as hexdump -C or xxd "
	"prints them\n"
	"  ./server explain --raw < bytes.bin     as they are\n\n"
	"The status is 0 when they are valid, 1 when they are not.\n";

static _Noreturn void mistake(const char *what, struct slice word)
{
	fprintf(stderr, "server: %s%.*s. See ./server explain --help.\n", what,
		(int)(word.len < 40 ? word.len : 40), word.p ? word.p : "");
	exit(2);
}

static bool read_stdin(struct buf *in)
{
	char some[65536];
	size_t n;

	if (isatty(STDIN_FILENO))
		fputs("Paste bytes in hex, then press Ctrl-D.\n", stderr);
	while ((n = fread(some, 1, sizeof some, stdin)))
		if (!buf_append(in, some, n))
			return false;
	return !ferror(stdin);
}

static void join(struct buf *text, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!buf_printf(text, "%s ", argv[i]))
			mistake("no memory", (struct slice){0});
}

/* The bytes to explain. */
static void read_bytes(struct buf *bytes, int argc, char **argv)
{
	struct buf text = {0};
	bool raw = argc > 1 && !strcmp(argv[1], "--raw");
	struct slice wrong;

	if (raw && argc > 2)
		mistake("--raw is for standard input, not for ",
			(struct slice){argv[2], strlen(argv[2])});
	if (argc > 1 && !raw)
		join(&text, argc - 1, argv + 1);
	else if (!read_stdin(raw ? bytes : &text))
		mistake("cannot read standard input", (struct slice){0});
	if (!raw &&
		!hex_read(bytes, (struct slice){(char *)text.data, text.len},
			&wrong))
		mistake(wrong.p ? "not bytes in hex: " : "no memory", wrong);
	buf_free(&text);
}

/* Two capital letters begin a head: as a frame they would have a reserved bit
 * set, and no mask. */
static bool is_head(const unsigned char *p, size_t len)
{
	return len > 1 && p[0] >= 'A' && p[0] <= 'Z' && p[1] >= 'A' &&
	       p[1] <= 'Z';
}

struct explained {
	struct wire wire;
	bool sent, framed, broken, colour;
	struct piece piece;
};

static void show(struct explained *e)
{
	struct buf out = {0};

	if (!tree_draw(&out, &e->piece, e->colour))
		mistake("no memory", (struct slice){0});
	fwrite(out.data, 1, out.len, stdout);
	buf_free(&out);
	e->broken |= e->piece.why != NULL;
}

/* Who has sent what begins at p. */
static void choose(struct explained *e, const unsigned char *p, size_t len)
{
	if (len > 4 && !e->framed && !memcmp(p, "HTTP/", 5)) {
		e->sent = true;
	} else if (wire_is_inside(&e->wire, e->sent)) {
		return;
	} else if (!e->framed && is_head(p, len)) {
		e->sent = false;
	} else {
		e->framed = true;
		e->sent = len > 1 && p[1] < 0x80;
		wire_upgrade(&e->wire);
	}
}

static void explain_bytes(
	struct explained *e, const unsigned char *p, size_t len)
{
	while (len) {
		size_t n;

		choose(e, p, len);
		n = wire_read(&e->wire, e->sent, p, len, &e->piece);
		if (!n)
			mistake("no memory", (struct slice){0});
		if (e->piece.len)
			show(e);
		p += n;
		len -= n;
	}
	if (wire_end(&e->wire, e->sent, &e->piece))
		show(e);
}

int explain(int argc, char **argv)
{
	const char *no_color = getenv("NO_COLOR");
	struct explained e = {.broken = false};
	struct buf bytes = {0};

	if (argc > 1 &&
		(!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		fputs(usage, stdout);
		return fflush(stdout) ? 2 : 0;
	}
	read_bytes(&bytes, argc, argv);
	if (!bytes.len)
		mistake("no bytes", (struct slice){0});
	e.colour = isatty(STDOUT_FILENO) && !(no_color && *no_color);
	explain_bytes(&e, bytes.data, bytes.len);
	wire_free(&e.wire);
	buf_free(&bytes);
	return fflush(stdout) ? 2 : e.broken;
}
