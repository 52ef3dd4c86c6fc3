/* test_exchange.c - the frames that are sent to a server, right and wrong. */
#include "tests/lib/support.h"

#include "check/exchange.h"

static void expect_bytes(
	const struct outgoing *o, const void *bytes, size_t len)
{
	struct buf out = {0};

	cr_assert(exchange_write(&out, o));
	cr_assert_eq(out.len, len);
	cr_expect_arr_eq(out.data, bytes, len);
	buf_free(&out);
}

Test(exchange, 5_7_masked_hello)
{
	struct outgoing o = exchange_frame(FRAME_TEXT, "Hello", 5);

	memcpy(o.key, "\x37\xfa\x21\x3d", 4);
	expect_bytes(&o, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
}

Test(exchange, frames_may_break_each_rule)
{
	struct outgoing o = {.opcode = 3,
		.more = true,
		.rsv = 5,
		.bare = true,
		.form = 2,
		.text = "x",
		.len = 1};

	expect_bytes(&o, "\x53\x7e\0\1x", 5);
	o.form = 8;
	o.announced = 1ull << 62;
	expect_bytes(&o, "\x53\x7f\x40\0\0\0\0\0\0\0x", 11);
}

Test(exchange, the_shortest_form_is_chosen)
{
	static const struct {
		size_t len;
		int form;
	} all[] = {{0, 0}, {125, 0}, {126, 2}, {65535, 2}, {65536, 8}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		cr_expect_eq(exchange_frame(FRAME_TEXT, "", all[i].len).form,
			all[i].form);
}

Test(exchange, 1_3_the_request_of_the_rfc)
{
	struct exam x = {.host = "localhost:3000"};
	char accept[EXCHANGE_ACCEPT];
	struct buf out = {0};

	cr_assert(exchange_write_request(
		&x, &out, "/chat", "dGhlIHNhbXBsZSBub25jZQ==", accept));
	cr_assert(buf_append(&out, "", 1));
	cr_expect_str_eq(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	cr_expect_not_null(strstr((char *)out.data,
		"GET /chat HTTP/1.1\r\nHost: localhost:3000\r\n"));
	buf_free(&out);
}
