/* echo.c - ws.c in another program: an echo over blocking sockets, one client
 * at a time. It takes these files of Hello Socket as they are:
 *     cc -std=c11 -I. -o echo docs/lift/echo.c ws.c ws/message.c ws/frame.c \
 *         utf8.c buf.c sha1.c base64.c && ./echo 3000 */
#include "base64.h"
#include "sha1.h"
#include "ws.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static struct buf in, out; /* received but not read; to be sent */

static struct buf *output(struct ws *ws)
{
	return (void)ws, &out;
}

static void on_message(struct ws *ws, const char *p, size_t len, bool binary)
{
	ws_send_data(ws, p, len, binary);
}

static bool receive(int fd)
{
	bool room = buf_reserve(&in, 65537); /* one byte more, for strstr's 0 */
	ssize_t n = room ? read(fd, in.data + in.len, 65536) : -1;

	if (n > 0)
		in.data[in.len += (size_t)n] = 0;
	return n > 0;
}

/* RFC 6455 4.2.2: reads a head without checking it, and answers its key. */
static bool shake_hands(int fd)
{
	char text[61], accept[BASE64_LEN(SHA1_SIZE) + 1], *line, *end = NULL;
	static const char name[] = "\nSec-WebSocket-Key: ";
	unsigned char digest[SHA1_SIZE];

	while (!end && receive(fd))
		end = strstr((char *)in.data, "\r\n\r\n");
	for (line = end ? (char *)in.data : NULL;
		line && strncasecmp(line, name, 20);)
		line = strchr(line + 1, '\n');
	if (!line)
		return false;
	snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
		line + 20);
	sha1(digest, text, strlen(text));
	base64_encode(accept, digest, sizeof digest);
	buf_consume(&in, (size_t)(end + 4 - (char *)in.data));
	return buf_printf(&out,
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		accept);
}

static void serve(int fd)
{
	struct ws_host host = {
		1 << 20, UINT32_MAX, 1 << 20, UINT64_MAX, .output = output};
	struct ws ws;

	ws_open(&ws, &host, NULL);
	ws.on_message = on_message;
	for (bool more = shake_hands(fd); more; more = more && receive(fd)) {
		ws_input(&ws, &in);
		more = send(fd, out.data, out.len, MSG_NOSIGNAL) >= 0 &&
		       !ws_is_over(&ws);
		out.len = 0;
	}
	in.len = out.len = 0;
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 3000))};
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, fd;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(listener, (void *)&a, sizeof a) || listen(listener, 16))
		return perror("listen"), 1;
	while ((fd = accept(listener, NULL, NULL)) >= 0)
		serve(fd);
}
