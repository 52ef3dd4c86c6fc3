/* page.c - a page that watches its own connections over a WebSocket. */
#include "explain/page.h"

#include "http/handshake.h"

#include <err.h>
#include <string.h>

/* Of the processor, in bytes of commands; a short one costs as much as a long
 * one of this size. */
#define COMMAND_COST 32768u
#define ALLOWED_PER_MS 256u
#define ALLOWED_MAX (16u << 20)

/* RFC 6761 6.3 and RFC 1122 3.2.1.3: these names always mean this machine, and
 * no DNS answer can change that. */
static bool is_loopback(struct slice host)
{
	if (slice_is_nocase(host, "localhost") || slice_is(host, "::1"))
		return true;
	if (host.len < 5 || memcmp(host.p, "127.", 4))
		return false;
	for (size_t i = 0; i < host.len; i++)
		if (host.p[i] != '.' && !slice_in_class(host.p[i], SLICE_DIGIT))
			return false;
	return true;
}

enum page_mode page_mode(const struct options *o, bool has_several)
{
	static const char *const words[] = {"off", "own", "class"};
	const char *word = options_value(o, "trace-page").text;
	int mode = 0;

	while (mode < 3 && strcmp(word, words[mode]))
		mode++;
	if (mode == 3)
		errx(2, "--trace-page is off, own or class. See --help.");
	if (mode == PAGE_CLASS && has_several)
		errx(2, "--trace-page class needs a server of one process: a "
			"page's two connections must meet. See --help.");
	if (options_value(o, "no-trace-page").flag)
		mode = PAGE_OFF;
	return (enum page_mode)mode;
}

bool page_allows_server(const struct options *o)
{
	struct slice host = {o->host, strlen(o->host)};

	return is_loopback(host);
}

/* Returns a host without its port, an IPv6 address also without its
 * brackets. */
static struct slice name_of(struct slice host)
{
	struct slice rest;

	if (!host.len || *host.p != '[')
		return slice_cut(host, ':', &rest);
	return slice_cut((struct slice){host.p + 1, host.len - 1}, ']', &rest);
}

bool page_allows_request(const struct request *req)
{
	struct slice rest, origin = request_header(req, "Origin");

	return is_loopback(name_of(req->host)) &&
	       handshake_is_same_origin(req) &&
	       slice_is(slice_cut(origin, ':', &rest), "http");
}

void page_read_name(char name[PAGE_NAME_MAX + 1], const struct request *req)
{
	struct slice query = req->query, key, value;

	*name = 0;
	while (query.p) {
		key = slice_cut(query, '&', &query);
		key = slice_cut(key, '=', &value);
		if (!slice_is(key, "page") || !value.p ||
			value.len > PAGE_NAME_MAX)
			continue;
		memcpy(name, value.p, value.len);
		name[value.len] = 0;
		return;
	}
}

/* Returns whether a piece may be sent: pieces use half of the room, and leave
 * the rest to answers. */
static bool has_room(const struct page *page)
{
	return ws_buffered(page->ws) <= page->ws->host->max_unsent / 2;
}

void page_begin(struct json *json, const char *kind)
{
	*json = (struct json){.failed = false};
	json_open(json, NULL, '{');
	json_put_string(json, "kind", kind);
}

/* Sends the JSON and frees it. Drops it when memory ran out while it was
 * written, or when ws_send might give up the socket because too much is waiting
 * to be sent. */
static void send_json(struct page *page, struct json *json)
{
	const char *text = (const char *)json->out.data;

	if (json->failed || ws_buffered(page->ws) > page->ws->host->max_unsent)
		page->lost++;
	else
		ws_send_data(page->ws, text, json->out.len, false);
	buf_free(&json->out);
}

void page_tell(struct page *page, struct json *json)
{
	json_close(json, '}');
	send_json(page, json);
}

void page_tell_lost(struct page *page)
{
	struct json json;
	uint64_t lost = page->lost;

	if (!lost || !has_room(page))
		return;
	page->lost = 0;
	page_begin(&json, "lost");
	json_put_number(&json, "count", lost);
	page_tell(page, &json);
	if (page->lost) /* this message was dropped as well */
		page->lost = lost;
}

void page_tell_piece(struct page *page, const struct piece *piece)
{
	struct json json = {.failed = false};

	page_tell_lost(page);
	if (!has_room(page)) {
		page->lost++;
		return;
	}
	json_put_piece(&json, piece);
	send_json(page, &json);
}

void page_tell_start(struct page *page)
{
	struct json json;

	page_begin(&json, "trace");
	if (page->sees_wire)
		json_put_true(&json, "wire");
	page_tell(page, &json);
}

bool page_may_ask(struct page *page, size_t len, uint64_t ms)
{
	uint64_t cost = COMMAND_COST + len;
	uint64_t earned = (ms - page->allowed_at) * ALLOWED_PER_MS;

	if (!page->allowed_at || earned > ALLOWED_MAX - page->allowance)
		page->allowance = ALLOWED_MAX;
	else
		page->allowance += earned;
	page->allowed_at = ms;
	if (page->allowance < cost)
		return false;
	page->allowance -= cost;
	return true;
}

void page_tell_error(struct page *page, const char *why)
{
	struct json json;

	page_begin(&json, "error");
	json_put_string(&json, "why", why);
	page_tell(page, &json);
}
