/* test_talk.c - a connection with a deadline, and how it may end. The server is
 * in the same process: the kernel accepts for it. */
#include "tests/lib/support.h"

#include "check/exam.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

static struct sockaddr_in address;
static struct talk talk;

static int listener(void)
{
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address = (struct sockaddr_in){.sin_family = AF_INET};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	cr_assert(!bind(fd, (struct sockaddr *)&address, sizeof address));
	cr_assert(!listen(fd, 1));
	cr_assert(!getsockname(fd, (struct sockaddr *)&address, &size));
	return fd;
}

/* Returns the server's end. */
static int opened(void)
{
	int fd = listener(), other;

	cr_assert(talk_open(
		&talk, (struct sockaddr *)&address, sizeof address, 1000));
	other = accept(fd, NULL, NULL);
	cr_assert(other >= 0);
	close(fd);
	return other;
}

Test(talk, nobody_listens)
{
	close(listener());
	cr_expect_not(talk_open(
		&talk, (struct sockaddr *)&address, sizeof address, 1000));
	cr_expect_eq(talk.end, TALK_REFUSED);
	talk_free(&talk);
}

Test(talk, silence_ends_at_the_deadline_and_may_go_on)
{
	int fd = opened();

	talk_within(&talk, 30);
	cr_expect_not(talk_receive(&talk, 0));
	cr_expect_eq(talk.end, TALK_SILENT);
	cr_assert_eq(write(fd, "ab", 2), 2);
	talk_within(&talk, 1000);
	cr_expect(talk_receive(&talk, 1));
	cr_expect_not(talk_is_quiet(&talk, 1));
	close(fd);
	talk_free(&talk);
}

Test(talk, an_end_in_good_order_and_a_reset)
{
	struct linger now = {.l_onoff = 1};
	int fd = opened();

	close(fd);
	cr_expect_not(talk_receive(&talk, 0));
	cr_expect_eq(talk.end, TALK_CLOSED);
	talk_free(&talk);
	fd = opened();
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(fd);
	cr_expect_not(talk_receive(&talk, 0));
	cr_expect_eq(talk.end, TALK_RESET);
	talk_free(&talk);
}

Test(talk, a_flood_ends)
{
	static char much[1 << 16];
	int fd = opened();

	talk_within(&talk, 10000);
	for (int i = 0; talk.end == TALK_OPEN && i < 100; i++) {
		cr_assert_eq(write(fd, much, sizeof much), sizeof much);
		talk_receive(&talk, talk.in.len + sizeof much - 1);
	}
	cr_expect_eq(talk.end, TALK_FLOOD);
	cr_expect_leq(talk.record.bytes.len, TALK_RECORD_MAX);
	close(fd);
	talk_free(&talk);
}

Test(talk, a_server_that_does_not_read_ends_the_sending)
{
	char *much = calloc(1, 16 << 20);
	int fd = opened();

	talk_within(&talk, 200);
	cr_expect_not(talk_send(&talk, much, 16 << 20));
	cr_expect_eq(talk.end, TALK_SILENT);
	cr_expect_gt(talk.given, 0);
	close(fd);
	free(much);
	talk_free(&talk);
}

Test(talk, the_record_has_runs_of_both_sides)
{
	const struct talk_run *runs;
	int fd = opened();

	cr_assert(talk_send(&talk, "ab", 2) && talk_send(&talk, "c", 1));
	cr_assert_eq(write(fd, "xyz", 3), 3);
	cr_assert(talk_receive(&talk, 2));
	talk_take(&talk, 1);
	cr_expect_eq(talk.taken, 1);
	runs = (const struct talk_run *)(void *)talk.record.runs.data;
	cr_assert_eq(talk.record.runs.len, 2 * sizeof *runs);
	cr_expect(!runs[0].sent && runs[0].len == 3);
	cr_expect(runs[1].sent && runs[1].len == 3);
	cr_expect_arr_eq(talk.record.bytes.data, "abcxyz", 6);
	close(fd);
	talk_free(&talk);
}

Test(talk, a_failed_step_keeps_the_record)
{
	struct exam x = {.ms = 1500};
	int fd = opened();

	cr_assert(talk_send(&talk, "ab", 2));
	close(fd);
	talk_receive(&talk, 0);
	cr_expect_not(exam_fail_end(&x, &talk));
	cr_expect_not_null(strstr(x.got, "the connection"));
	cr_expect_eq(x.record.bytes.len, 2);
	cr_expect_eq(talk.record.bytes.len, 0);
	exam_clear(&x);
	talk_free(&talk);
}

/* What one side has said too much of leaves room for the other. */
Test(talk, each_side_has_its_room_in_the_record)
{
	static char much[1 << 20];
	int fd = opened();

	talk_within(&talk, 5000);
	for (int i = 0; i < 9; i++)
		for (size_t n = 0; n < sizeof much;) {
			cr_assert(talk_send(&talk, much, sizeof much / 16));
			for (size_t got = 0; got < sizeof much / 16;)
				got += (size_t)read(
					fd, much, sizeof much / 16 - got);
			n += sizeof much / 16;
		}
	cr_assert_eq(write(fd, "late", 4), 4);
	cr_assert(talk_receive(&talk, 3));
	cr_expect_eq(talk.record.kept[false], TALK_RECORD_MAX);
	cr_expect_eq(talk.record.kept[true], 4);
	cr_expect_arr_eq(talk.record.bytes.data + TALK_RECORD_MAX, "late", 4);
	close(fd);
	talk_free(&talk);
}
