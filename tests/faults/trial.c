/* trial.c - the program goes through one day, and is judged. */
#include "tests/faults/trial.h"

#include "tests/faults/day.h"
#include "tests/faults/line.h"
#include "tests/faults/suspect.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GIVES_UP 3       /* failed conversations after which a day ends */
#define PATIENCE_MS 8000 /* others use this machine too */
#define GOODBYE_MS 7000  /* longer than the server ever takes */
#define IDLE_MAX 20

static char what[8192]; /* is wrong */

static void wrong(const char *format, ...)
{
	size_t n = strlen(what);
	va_list args;

	va_start(args, format);
	vsnprintf(what + n, sizeof what - n, format, args);
	va_end(args);
}

bool trial_passes(int error)
{
	return error == EINTR || error == EAGAIN || error == ECONNABORTED;
}

/* May it end at the start? Not for want of what old kernels lack, and those that
 * only imitate Linux. Such a kernel lacks an option of sockets from the first
 * call on; but what was inherited, all of them can tell. Among workers, the call may
 * be the parent's, which asks epoll for nothing that is new. */
static bool is_needed(const struct wrap *w)
{
	if (!strcmp(w->call, "setsockopt"))
		return w->at > 1 || !w->on;
	return strcmp(w->call, "prctl") && strcmp(w->call, "getrlimit") &&
	       strcmp(w->call, "setrlimit") &&
	       (strcmp(w->call, "epoll_ctl") || w->error != EINVAL || w->on ||
		       !strcmp(w->way, "workers"));
}

/* Returns what it has printed behind the warning of --pcapng, if that is there. */
static const char *behind_warning(const struct suspect *s)
{
	static const char warning[] = "faults: WARNING: --pcapng ";
	const char *text = suspect_said(s);

	if (strncmp(text, warning, sizeof warning - 1))
		return text;
	text = strchrnul(text, '\n');
	return text + (*text == '\n');
}

/* It ended before it was ready, so it has to say why. */
static void check_start(const struct suspect *s, int status)
{
	const char *text = behind_warning(s), *line = strchr(text, '\n');
	const struct wrap *w = s->wrap;
	/* err(3) says the name of this program */
	bool says =
		!strncmp(text, "server: ", 8) || !strncmp(text, "faults: ", 8);

	if (status != 1 || !is_needed(w) || !says || !line || line[1])
		wrong("it did not start: status %d, \"%s\"", status, text);
	else if (w->error != ENOMEM && strcmp(w->call, "getaddrinfo") &&
		 !strstr(text, strerror(w->error)))
		wrong("it gives a wrong reason: %s", text);
}

/* Expects that all descriptors have been given back. */
static void check_files(const struct suspect *s, int before)
{
	int ms = 2000, now = suspect_files(s);

	for (; ms && now > before; ms--, usleep(1000))
		now = suspect_files(s);
	if (now > before)
		wrong("%d descriptors more than before; ", now - before);
}

static void check_day(const struct suspect *s, int files)
{
	const struct wrap *w = s->wrap;
	const char *last;
	bool noticed =
		w->call && !trial_passes(w->error) && w->error != WRAP_HALF;
	int lost;

	line_patience = w->on && noticed ? 200 : PATIENCE_MS;
	lost = day_live(w, GIVES_UP, &last);
	line_patience = PATIENCE_MS;
	if (lost > noticed && !(w->on && noticed))
		wrong("%d conversations failed: %s; ", lost, last);
	check_files(s, files);
	if (w->idle > IDLE_MAX || !suspect_rests(s))
		wrong("it spins: %u of %u waits were idle; ", w->idle,
			w->waits);
}

/* When the call fails only now, the client after this one is the next. */
static void check_honest(const struct suspect *s)
{
	unsigned before = s->wrap->failed;
	bool served = day_is_honest_served(s->wrap);

	if (!served && s->wrap->failed != before)
		served = day_is_honest_served(s->wrap);
	if (!served)
		wrong("the next honest client is not served; ");
}

/* A worker that cannot begin says so; the next one may begin. */
static bool is_worker_sorry(const struct suspect *s)
{
	static const char sorry[] = "faults: cannot ";
	const char *text = suspect_said(s);

	while (text && !strncmp(text, sorry, sizeof sorry - 1) &&
		strstr(text, strerror(s->wrap->error)))
		text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL;
	return text && !*text && !strcmp(s->wrap->way, "workers");
}

static void check_end(const struct suspect *s)
{
	unsigned before = s->wrap->failed;
	bool told = day_stay(s->wrap);
	int status;

	kill(s->pid, SIGTERM);
	told = day_goodbye() && told;
	if (!told && s->wrap->failed == before)
		wrong("no goodbye; ");
	status = suspect_status(s, GOODBYE_MS);
	if (status < 0) {
		wrong("SIGTERM does not end it; ");
		kill(s->pid, SIGKILL);
		suspect_status(s, GOODBYE_MS);
	} else if (status) {
		wrong("exit status %d; ", status);
	}
	if (!strcmp(s->wrap->way, "trace") &&
		behind_warning(s) == suspect_said(s))
		wrong("no warning of --pcapng; ");
	/* err(3) writes a line in pieces: a worker may be in the middle of it */
	for (int ms = 1000; ms && *behind_warning(s) && !is_worker_sorry(s);
		ms--)
		usleep(1000);
	if (*behind_warning(s) && !is_worker_sorry(s))
		wrong("it printed: %s", suspect_said(s));
}

/* A call that fails from some time on does so again when the server is to
 * end. */
static void check_all(const struct suspect *s, int *files)
{
	if (!*files)
		*files = suspect_files(s);
	check_day(s, *files);
	s->wrap->lifted = s->wrap->on;
	if (!strcmp(s->wrap->way, "workers") && !suspect_replaces_worker(s))
		wrong("no worker in the place of one that died; ");
	check_honest(s);
	check_files(s, *files);
	s->wrap->lifted = false;
	check_end(s);
}

const char *trial_run(struct wrap *w, int *files)
{
	struct suspect s;
	int status = suspect_start(&s, w);

	what[0] = 0;
	if (status < 0)
		check_all(&s, files);
	else
		check_start(&s, status);
	*w = *s.wrap;
	suspect_free(&s);
	return what[0] ? what : NULL;
}
