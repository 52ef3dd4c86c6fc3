/* embed.c - the whole server in another program, which greets in its own words
 * and has a log of its own. It is C and C++ alike, and needs only the library:
 *     make lib
 *     export PKG_CONFIG_PATH=build/lib/lib/pkgconfig
 *     cc -o embed docs/lift/embed.c $(pkg-config --cflags --libs hello-socket)
 *     ./embed --port 3000 2>log */
#include <packaging/log_to.h>
#include <serve/options.h>
#include <server.h>

#include <stdio.h>

static void write_log(const char *lines, size_t len)
{
	fprintf(stderr, "embed: %.*s", (int)len, lines);
}

static void on_message(
	struct ws *socket, const char *data, size_t len, bool binary)
{
	ws_send_data(socket, data, len, binary);
}

static void on_connection(struct ws *socket, const struct request *req)
{
	(void)req;
	socket->on_message = on_message;
	ws_send(socket, "Hello from elsewhere!");
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)req, (void)res;
	return (const struct route *)app->data;
}

int main(int argc, char **argv)
{
	static struct route greeting;
	static struct app app;
	static struct options options;

	greeting.on_connection = on_connection;
	app.on_upgrade = on_upgrade;
	app.data = &greeting;
	log_to(write_log);
	options_parse(&options, NULL, argc, argv);
	return server_run(&options, &app);
}
