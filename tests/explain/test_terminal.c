/* test_terminal.c - when there are colours, and what no memory does. */
#include "tests/lib/scarce.h"
#include "tests/lib/support.h"

#include "explain/terminal.h"

#include <pty.h>
#include <stdlib.h>
#include <unistd.h>

/* NO_COLOR: https://no-color.org/ */
Test(terminal, colours_are_for_terminals_that_have_them)
{
	int master, tty;

	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	cr_assert(!openpty(&master, &tty, NULL, NULL, NULL));
	dup2(tty, STDOUT_FILENO);
	cr_expect(terminal_has_colours());
	setenv("NO_COLOR", "", 1);
	cr_expect(terminal_has_colours());
	setenv("NO_COLOR", "1", 1);
	cr_expect(!terminal_has_colours());
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	cr_expect(!terminal_has_colours());
	setenv("TERM", "", 1);
	cr_expect(!terminal_has_colours());
	unsetenv("TERM");
	cr_expect(!terminal_has_colours());
}

Test(terminal, no_memory_for_a_colour_or_a_text)
{
	struct buf out = {0};
	struct terminal t = {.out = &out, .colour = true};

	scarce.realloc = true;
	terminal_paint(&t, "1");
	cr_expect(t.failed);
	t.failed = false;
	scarce.realloc = true;
	terminal_put(&t, "text");
	cr_expect(t.failed);
	buf_free(&out);
}
