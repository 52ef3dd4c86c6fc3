/* lws.c - the same echo with libwebsockets, for comparison.
 *
 * It is no part of the project and not linked to it: bench/run builds it where
 * the library's headers are installed. It is written as the library's own
 * example of an echo is: one message is written each time that the socket can
 * take one. */
#include <libwebsockets.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct message {
	struct message *next;
	size_t len;
	bool is_whole;
	enum lws_write_protocol kind;
	unsigned char bytes[]; /* LWS_PRE bytes for the head come first */
};

/* One connection: messages that have come and are not yet written, oldest
 * first. */
struct session {
	struct message *first, *last;
};

/* Adds bytes that have come to their message. */
static int gather(struct session *s, struct lws *socket, void *in, size_t len)
{
	bool is_first = lws_is_first_fragment(socket);
	struct message *old = is_first ? NULL : s->last, *m, **at = &s->first;
	size_t had = old ? old->len : 0;

	while (*at && *at != old)
		at = &(*at)->next;
	m = realloc(old, sizeof *m + LWS_PRE + had + len);
	if (!m)
		return -1;
	m->next = NULL;
	m->len = had + len;
	m->kind =
		lws_frame_is_binary(socket) ? LWS_WRITE_BINARY : LWS_WRITE_TEXT;
	memcpy(m->bytes + LWS_PRE + had, in, len);
	*at = s->last = m;
	m->is_whole = lws_is_final_fragment(socket);
	if (m->is_whole)
		lws_callback_on_writable(socket);
	return 0;
}

static int write_one(struct session *s, struct lws *socket)
{
	struct message *m = s->first;
	int n;

	if (!m || !m->is_whole)
		return 0;
	n = lws_write(socket, m->bytes + LWS_PRE, m->len, m->kind);
	s->first = m->next;
	if (s->first)
		lws_callback_on_writable(socket);
	free(m);
	return n < 0 ? -1 : 0;
}

static int on_event(struct lws *socket, enum lws_callback_reasons reason,
	void *user, void *in, size_t len)
{
	struct session *s = user;

	switch (reason) {
	case LWS_CALLBACK_RECEIVE:
		return gather(s, socket, in, len);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return write_one(s, socket);
	case LWS_CALLBACK_CLOSED:
		for (struct message *m; (m = s->first); free(m))
			s->first = m->next;
		return 0;
	default:
		return 0;
	}
}

int main(void)
{
	static const struct lws_protocols protocols[] = {
		{"echo", on_event, sizeof(struct session), 1 << 16, 0, NULL, 0},
		{NULL, NULL, 0, 0, 0, NULL, 0}};
	struct lws_context_creation_info info;
	struct lws_context *context;

	memset(&info, 0, sizeof info);
	info.iface = "127.0.0.1";
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.pt_serv_buf_size = 1 << 16;
	lws_set_log_level(LLL_ERR, NULL);
	context = lws_create_context(&info);
	if (!context)
		return 1;
	printf("Listening on ws://localhost:%d\n",
		lws_get_vhost_listen_port(lws_create_vhost(context, &info)));
	fflush(stdout);
	while (lws_service(context, 0) >= 0)
		;
	return 1;
}
