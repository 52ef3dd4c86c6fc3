/* options.c - the command line of this wing. */
#include "serve/options.h"

#include "files/files.h"
#include "files/header.h"

#include <err.h>
#include <stdlib.h>

static const struct option options[] = {
	{0, "public", "DIR", OPTION_TEXT, "", 0, 0,
		"folder of the page, if not public/ beside the program"},
	{0, "site", "DIR", OPTION_TEXT, "", 0, 0,
		"serve this folder at / instead of the page"},
	{0, "spa", "", OPTION_FLAG, "", 0, 0,
		"with --site: index.html for missing paths without a dot"},
	{0, "follow-links", "", OPTION_FLAG, "", 0, 0,
		"follow symbolic links that stay beneath the folder"},
	{0, "header", "FIELD", OPTION_LIST, "", 0, 0,
		"'Name: value' to add to each response but a 101; may be "
		"repeated"},
	{.name = ""},
};

void files_options(struct files *files, const struct options *o)
{
	const char *page = options_value(o, "public").text;
	const char *site = options_value(o, "site").text;
	union option_value fields = options_value(o, "header");

	*files = (struct files){.is_site = site};
	files->is_spa = options_value(o, "spa").flag;
	files->folder.path = site ? site : page;
	files->folder.follows_links = options_value(o, "follow-links").flag;
	if (site && page)
		errx(2, "--site leaves nothing for --public. See --help.");
	if (files->is_spa && !site)
		errx(2, "--spa needs --site. See --help.");
	header_check(fields.list);
}

/* The application with the fields of --header. */
struct headed {
	struct app app;
	char *fields;
};

/* wing.start */
static const struct app *start(const struct options *o, const struct app *inner)
{
	union option_value fields = options_value(o, "header");
	struct headed *headed = calloc(1, sizeof *headed);

	if (headed)
		headed->fields = header_lines(fields.list);
	if (!headed || !headed->fields)
		errx(1, "no memory");
	headed->app = *inner;
	headed->app.fields = headed->fields;
	return &headed->app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	struct headed *headed = (struct headed *)app;

	free(headed->fields);
	free(headed);
}

const struct wing files_wing = {
	.options = options, .start = start, .stop = stop};
