/* step_files.c - steps 34 and 35: the files of a folder. RFC 9110 15.5.5,
 * 17.3. */
#include "check/answer.h"
#include "check/step.h"

#include <stdio.h>
#include <string.h>

/* Keeps a body longer than the connection it came on. Returns its status, or 0
 * when the step has failed. */
static int get(struct exam *x, const char *path, struct buf *body)
{
	struct answer a;
	struct talk t;
	bool ok = answer_get(x, &t, path, &a);

	buf_free(body);
	if (ok && !buf_append(body, a.body.p, a.body.len))
		ok = exam_fail_end(x, &t);
	talk_free(&t);
	return ok ? a.status : 0;
}

static bool is_same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	       (!a->len || !memcmp(a->data, b->data, a->len));
}

/* The folder of the file: its path up to the last slash. */
static int folder_len(const struct exam *x)
{
	const char *slash = strrchr(x->file, '/');

	return slash ? (int)(slash + 1 - x->file) : 0;
}

/* Asks again for what has failed, so that the answer is in the record. */
static bool fail_with(struct exam *x, const char *path, struct words got, int n)
{
	struct answer a;
	struct talk t;

	if (answer_get(x, &t, path, &a))
		exam_fail(x, &t, got, n);
	talk_free(&t);
	return false;
}

static bool is_served(struct exam *x, struct buf *file)
{
	struct buf page = {0};
	int status;
	bool same;

	exam_expect(x,
		(struct words){"200 and the file, which is not what %s has.",
			"200과 파일. %s의 내용과는 다르다."},
		x->page);
	if (!get(x, x->page, &page))
		return false;
	status = get(x, x->file, file);
	same = is_same(&page, file);
	buf_free(&page);
	if (status == 200 && !file->len)
		return fail_with(x, x->file,
			(struct words){"%d, and not one byte of the file.",
				"%d인데 파일은 한 바이트도 오지 않았습니다."},
			status);
	if (status == 200 && !same)
		return true;
	if (status == 200)
		return fail_with(x, x->file,
			(struct words){"The same body as there came, with %d.",
				"그곳과 같은 본문이 %d과 함께 왔습니다."},
			status);
	return status && fail_with(x, x->file,
				 (struct words){"The status is %d.",
					 "상태 코드가 %d입니다."},
				 status);
}

bool step_file(struct exam *x)
{
	struct buf body = {0};
	char path[1024];
	unsigned number;
	int status;
	bool ok = is_served(x, &body);

	exam_random(&number, sizeof number);
	snprintf(path, sizeof path, "%.*snone-%u.txt", folder_len(x), x->file,
		number);
	if (ok) {
		exam_expect(x,
			(struct words){
				"404: there is no %s.", "404. %s 파일은 없다."},
			path);
		status = get(x, path, &body);
		ok = status == 404 ||
		     (status && fail_with(x, path,
					(struct words){"The status is %d.",
						"상태 코드가 %d입니다."},
					status));
	}
	buf_free(&body);
	return ok;
}

/* Is the answer harmless? It is not 200, or it is the page that all paths lead
 * to; or there is none, and the connection ends. */
static bool is_harmless(struct exam *x, struct talk *t, const struct buf *page)
{
	struct answer a;

	if (!answer_head(x, t, &a))
		return t->end == TALK_CLOSED || t->end == TALK_RESET;
	if (a.status != 200)
		return true;
	if (!answer_read(x, t, &a))
		return false;
	return (a.body.len == page->len &&
		       (!page->len ||
			       !memcmp(a.body.p, page->data, page->len))) ||
	       exam_fail(x, t,
		       (struct words){"200, and %zu bytes from outside of the "
				      "folder.",
			       "200과 함께 폴더 밖의 %zu바이트가 왔습니다."},
		       a.body.len);
}

static bool stays(struct exam *x, const char *path, const struct buf *page)
{
	struct talk t;
	bool ok;

	exam_expect(x,
		(struct words){"Anything but a 200, to %s",
			"200이 아닌 무엇이든. 경로는 %s"},
		path);
	ok = exam_connect(x, &t);
	talk_within(&t, x->ms);
	ok = ok && answer_ask(x, &t, path, "") && is_harmless(x, &t, page);
	talk_free(&t);
	return ok;
}

/* Each way up is tried from 1 folder high to as many as lead to / from anywhere:
 * above / there is only / again. */
bool step_none_above(struct exam *x)
{
	static const char *const ups[] = {"../", "%2e%2e/", ".%2E/", "..%2f",
		"..%5c", "..\\", "..//", "%2e%2e%2f"};
	static const size_t heights[] = {1, 2, 3, 4, 5, 6, 8, 32};
	static const char *const goals[] = {"etc/passwd", "Windows/win.ini"};
	struct buf page = {0};
	char path[1024];
	bool ok = get(x, x->page, &page);

	for (size_t i = 0; ok && i < sizeof ups / sizeof *ups * 16; i++) {
		int n = snprintf(
			path, sizeof path, "%.*s", folder_len(x), x->file);

		for (size_t up = 0; up < heights[i / 2 % 8]; up++)
			n += snprintf(path + n, sizeof path - (size_t)n, "%s",
				ups[i / 16]);
		snprintf(path + n, sizeof path - (size_t)n, "%s", goals[i % 2]);
		ok = stays(x, path, &page);
	}
	if (ok) {
		snprintf(path, sizeof path, "%.*s/etc/passwd", folder_len(x),
			x->file);
		ok = stays(x, path, &page);
	}
	buf_free(&page);
	return ok;
}
