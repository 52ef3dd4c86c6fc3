/* command.c - ./server explain 81 85 37 fa ...: takes any bytes apart. */
#include "explain/command.h"

#include "app.h"
#include "explain/draw.h"
#include "explain/hex.h"
#include "explain/terminal.h"
#include "explain/wire.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
	"Explains the bytes of a WebSocket or of its handshake.\n\n"
	"  %s explain 81 85 37 fa 21 3d 7f 9f 4d 51 58\n"
	"  %s explain < bytes-in-hex.txt    also the output of "
	"hexdump -C or xxd\n"
	"  %s explain --raw < bytes.bin     raw bytes\n"
	"  %s explain --with permessage-deflate c1 07 f2 48 cd c9 c9 07 00\n"
	"                                   with what a 101 has agreed to\n\n"
	"The exit status is 0 when the bytes are valid, 1 when they break a "
	"rule, and 3 when\nthey end too early.\n";

static _Noreturn void mistake(const char *what, struct slice word)
{
	errx(2, "%s%.*s. See %s explain --help.", what,
		(int)(word.len < 40 ? word.len : 40), word.p ? word.p : "",
		program_invocation_short_name);
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

/* Reads the bytes to explain. */
static void read_bytes(struct buf *bytes, bool raw, int argc, char **argv)
{
	struct buf text = {0};
	struct slice wrong;

	if (raw && argc > 1)
		mistake("--raw reads standard input and takes no ",
			(struct slice){argv[1], strlen(argv[1])});
	if (argc > 1)
		join(&text, argc - 1, argv + 1);
	else if (!read_stdin(raw ? bytes : &text))
		mistake("cannot read standard input", (struct slice){0});
	if (!raw &&
		!hex_read(bytes, (struct slice){(char *)text.data, text.len},
			&wrong))
		mistake(wrong.p ? "not hex: " : "no memory", wrong);
	buf_free(&text);
}

struct output {
	bool colour;
	bool broken;     /* a piece has broken a rule */
	bool incomplete; /* the bytes end inside a piece */
};

/* wire.on_piece */
static void print(void *data, const struct piece *piece)
{
	struct output *output = data;
	struct buf text = {0};

	if (!draw_piece(&text, piece, output->colour))
		mistake("no memory", (struct slice){0});
	fwrite(text.data, 1, text.len, stdout);
	buf_free(&text);
	output->broken |= piece->why != NULL;
	output->incomplete |= piece->missing > 0;
}

/* Returns the extension that a wing brings, or NULL. */
static const struct ws_extension *extension_of(const struct wing *const *wings)
{
	while (*wings && !(*wings)->extension)
		wings++;
	return *wings ? (*wings)->extension : NULL;
}

/* Returns the exit status. */
static int explain_all(const struct buf *bytes,
	const struct ws_extension *extension, const char *with)
{
	struct output output = {.colour = terminal_has_colours()};
	struct wire wire = {
		.on_piece = print, .data = &output, .extension = extension};

	if (with) {
		wire_agree(&wire, (struct slice){with, strlen(with)});
		if (!wire.sides[0].frames.coded.by)
			mistake("no extension agrees to ",
				(struct slice){with, strlen(with)});
	}
	if (!wire_feed_both(&wire, bytes->data, bytes->len))
		mistake("no memory", (struct slice){0});
	wire_end(&wire);
	wire_free(&wire);
	return output.broken ? 1 : output.incomplete ? 3 : 0;
}

int command_run(const struct wing *const *wings, int argc, char **argv)
{
	const char *name = program_invocation_short_name, *with = NULL;
	struct buf bytes = {0};
	bool raw = false;
	int status;

	if (argc > 1 &&
		(!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		printf(usage, name, name, name, name);
		return fflush(stdout) ? 2 : 0;
	}
	for (; argc > 1; argc--, argv++)
		if (!strcmp(argv[1], "--raw"))
			raw = true;
		else if (argc > 2 && !strcmp(argv[1], "--with"))
			with = argv[2], argc--, argv++;
		else
			break;
	read_bytes(&bytes, raw, argc, argv);
	if (!bytes.len)
		mistake("there are no bytes to explain", (struct slice){0});
	status = explain_all(&bytes, extension_of(wings), with);
	buf_free(&bytes);
	return fflush(stdout) ? 2 : status;
}
