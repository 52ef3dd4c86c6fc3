/* simulation.c - the whole server in one process: simulation.h. */
#include "tests/simulation/simulation.h"

#include "serve/log.h"
#include "serve/options.h"
#include "server.h"
#include "tests/simulation/handlers.h"
#include "tests/simulation/kernel.h"

#include <string.h>

#if __has_include("explain/explain.h")
#include "explain/explain.h"
#include "files/files.h"
#endif

static const struct wing *const wings[] = {
#ifdef EXPLAIN_H
	&explain_wing,
	&files_wing, /* its options */
#endif
	NULL,
};

static void parse_options(struct options *o)
{
	char *argv[] = {"server", "--max-message", "64K", "--max-requests",
		"20", "--host", "127.0.0.1", "--quiet", NULL};

	options_parse(o, wings, 8, argv);
	log_silence();
}

static void serve(void)
{
	const struct app *app = &handlers_app;
	static struct options o;

	if (!o.max_message)
		parse_options(&o);
	kernel.runs = true;
	kernel.has_pages = wings[0];
	if (wings[0])
		app = wings[0]->start(&o, app);
	LAW(server_run(&o, app) == 0, "it does not end with 0");
	if (wings[0])
		wings[0]->stop(app);
}

int fuzz_simulation(const uint8_t *data, size_t len)
{
	unsigned what, often;

	kernel_start();
	kernel.data = data;
	kernel.len = len;
	for (int i = 0; i < 4; i++)
		kernel.random = kernel.random << 8 | kernel_byte();
	kernel.random |= 1ull << 40;
	what = kernel_byte();
	often = kernel_byte();
	kernel.call_chance = what & 1 ? often / 8 : 0;
	kernel.alloc_chance = what & 2 ? often / 8 : 0;
	kernel.part_chance = what & 4 ? often : 0;
	kernel.ending = what >> 3 & 3;
	kernel.is_old = what & 64;
	if (what & 32) /* the 32 bits of a deadline are soon used up */
		kernel.now += (1ll << 32) - 40000;
	serve();
	kernel_end();
	return 0;
}
