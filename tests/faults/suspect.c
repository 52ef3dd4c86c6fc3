/* suspect.c - the program on trial: fork(2), proc(5). */
#include "tests/faults/suspect.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define START_MS 2000
#define REPLACE_MS 60000 /* on a busy machine; the pauses grow */
#define REST_MS 3000     /* one that spins does not rest at all */
#define WORKERS 2

/* main of hello.c, under another name. */
int hello_main(int argc, char **argv);

const char *const suspect_ways[SUSPECT_WAYS] = {
	"port", "workers", "unix", "inherited", "trace"};

static char public[] = "/tmp/faults-XXXXXX";

static void nap(int ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void make_file(const char *name, const char *text, size_t len)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "%s/%s", public, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || pwrite(fd, text, strlen(text), 0) < 0 ||
		ftruncate(fd, (off_t)len))
		abort();
	close(fd);
}

/* public/ beside this program, where a server finds it without being told. */
static const char *beside(void)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 64);

	while (n > 0 && path[n - 1] != '/')
		n--;
	strcpy(path + (n > 0 ? n : 0), "public");
	return path;
}

void suspect_prepare(void)
{
	char path[64];

	unlink(beside());
	if (!mkdtemp(public) || symlink(public, beside()))
		abort();
	snprintf(path, sizeof path, "%s/deep", public);
	mkdir(path, 0700);
	make_file("index.html", "page", 5);
	make_file("deep/index.html", "page", 5);
	make_file("small.txt", "small", 6);
	make_file("small.txt.gz", "gz", 3);
	make_file("big.bin", "big", SUSPECT_BIG);
	nap(50); /* a file that has just changed is not cached */
}

void suspect_tidy(void)
{
	char command[64];

	unlink(beside());
	snprintf(command, sizeof command, "rm -r %s", public);
	if (system(command))
		abort();
}

static int count_files(pid_t pid)
{
	char path[32];
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* A socket as systemd hands it over: the descriptor 3. Its clients have IPv6. */
static void inherit(struct wrap *w)
{
	struct sockaddr_in6 a = {
		.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	char pid[16];
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 100))
		abort();
	wrap_found(w, fd);
	dup2(fd, 3);
	if (fd != 3)
		close(fd);
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
}

/* As a server that was killed leaves it. */
static void leave_dead_socket(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(a.sun_path, path);
	if (bind(fd, (struct sockaddr *)&a, sizeof a))
		abort();
	close(fd);
}

static bool is_way(const struct wrap *w, const char *way)
{
	return !strcmp(w->way, way);
}

static int add_way(struct wrap *w, char **argv)
{
	static char path[64];
	int n = 0;

	snprintf(path, sizeof path, "%s/socket-%d", public, (int)getpid());
	if (!is_way(w, "inherited")) {
		argv[n++] = "--public";
		argv[n++] = public;
	}
	if (is_way(w, "workers")) {
		argv[n++] = "--workers";
		argv[n++] = "2";
		argv[n++] = "--access-log";
		argv[n++] = path;
		argv[n++] = "--user";
		argv[n++] = "12345";
	} else if (is_way(w, "unix")) {
		leave_dead_socket(path);
		argv[n++] = "--unix";
		argv[n++] = path;
		argv[n++] = "--user";
		argv[n++] = "nobody";
		argv[n++] = "--follow-links";
		argv[n++] = "--workers";
		argv[n++] = "0";
	} else if (is_way(w, "trace")) {
		argv[n++] = "--trace";
		argv[n++] = "--access-log";
		argv[n++] = "-";
		argv[n++] = "--pcapng";
		argv[n++] = path;
	} else if (is_way(w, "inherited")) {
		inherit(w);
	}
	return n;
}

static _Noreturn void be_server(struct wrap *w)
{
	char *argv[24] = {"server", "--port", "0", "--head-timeout", "0.4",
		"--ping-after", "0.4", "--idle-timeout", "4", "--send-timeout",
		"4", "--close-timeout", "0.5", "--linger-timeout", "0.5"};
	int argc = 15, before, status;

	argc += add_way(w, argv + argc);
	/* the program has to close one that it inherited */
	before = count_files(getpid()) - is_way(w, "inherited");
	wrap_arm(w);
	status = hello_main(argc, argv);
	wrap_arm(NULL);
	if (!status && count_files(getpid()) > before)
		fprintf(stderr, "descriptors are left open\n");
	exit(status);
}

/* A pipe that cannot be opened again, since nobody reads it any more. */
static int open_broken_pipe(void)
{
	char path[64];
	int reader, writer;

	snprintf(path, sizeof path, "%s/pipe-%d", public, (int)getpid());
	if (mkfifo(path, 0600))
		abort();
	reader = open(path, O_RDONLY | O_NONBLOCK);
	writer = open(path, O_WRONLY);
	unlink(path);
	close(reader);
	return writer;
}

/* Workers share a file. */
static void choose_output(const struct wrap *w)
{
	int fd = is_way(w, "workers") ? memfd_create("log", 0)
		 : is_way(w, "trace") ? open_broken_pipe()
				      : open("/dev/null", O_RDWR);

	if (fd < 0)
		abort();
	dup2(fd, STDOUT_FILENO);
	close(fd);
}

static _Noreturn void become_server(const struct suspect *s)
{
	choose_output(s->wrap);
	dup2(s->errors, STDERR_FILENO);
	be_server(s->wrap);
}

/* Does it wait for events, with all its workers except those that cannot
 * start? Their parent waits, too. */
static bool is_there(const struct wrap *w)
{
	unsigned all = is_way(w, "workers") ? WORKERS + 1 : 1;

	return w->loops >= all || (w->loops && w->loops + w->failed >= all);
}

int suspect_start(struct suspect *s, const struct wrap *plan)
{
	int status = -1;

	s->errors = memfd_create("errors", MFD_CLOEXEC);
	s->wrap = mmap(NULL, sizeof *s->wrap, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->errors < 0 || s->wrap == MAP_FAILED)
		abort();
	*s->wrap = *plan;
	fflush(stdout);
	s->pid = fork();
	if (!s->pid)
		become_server(s);
	for (int ms = 0; !is_there(s->wrap) && status < 0 && ms < START_MS;
		ms++)
		status = suspect_status(s, 1);
	return status;
}

void suspect_free(struct suspect *s)
{
	munmap(s->wrap, sizeof *s->wrap);
	close(s->errors);
}

int suspect_status(const struct suspect *s, int ms)
{
	int status;

	for (; ms >= 0; ms--, nap(1))
		if (waitpid(s->pid, &status, WNOHANG) == s->pid)
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
	return -1;
}

const char *suspect_said(const struct suspect *s)
{
	static char text[4096];
	ssize_t n = pread(s->errors, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = 0;
	return text;
}

/* Returns how many workers there are, and which. */
static int workers(const struct suspect *s, int pids[WORKERS])
{
	char path[64], text[64] = "";
	FILE *file;
	int n;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)s->pid,
		(int)s->pid);
	file = fopen(path, "r");
	if (file && !fgets(text, sizeof text, file))
		text[0] = 0;
	if (file)
		fclose(file);
	n = sscanf(text, "%d %d", pids, pids + 1);
	return n > 0 ? n : 0;
}

int suspect_files(const struct suspect *s)
{
	int pids[WORKERS], n = count_files(s->pid);
	/* the process that writes the log may end, or not, when it cannot */
	int i = is_way(s->wrap, "workers") ? workers(s, pids) : 0;

	while (i--)
		n += count_files(pids[i]);
	return n;
}

static bool is_looping(const struct wrap *w, pid_t pid)
{
	for (int i = 0; i < WRAP_LOOPS; i++)
		if (w->looping[i] == pid)
			return true;
	return false;
}

/* Waits until all workers wait for events, and none of them is `gone`. */
static bool await_workers(
	const struct suspect *s, pid_t gone, int pids[WORKERS])
{
	for (int ms = REPLACE_MS; ms; ms--, nap(1))
		if (workers(s, pids) == WORKERS && pids[0] != gone &&
			is_looping(s->wrap, pids[0]) &&
			is_looping(s->wrap, pids[1]))
			return true;
	return false;
}

bool suspect_replaces_worker(const struct suspect *s)
{
	int pids[WORKERS];

	if (!await_workers(s, 0, pids))
		return false;
	kill(pids[0], SIGKILL);
	return await_workers(s, pids[0], pids);
}

static double cpu_ms(pid_t pid)
{
	struct timespec t = {0};
	clockid_t clock;

	if (!clock_getcpuclockid(pid, &clock))
		clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

bool suspect_rests(const struct suspect *s)
{
	for (int tries = REST_MS / 60; tries; tries--) {
		unsigned waits = s->wrap->waits;
		double ms = cpu_ms(s->pid);

		nap(60);
		if (s->wrap->waits - waits <= 4 && cpu_ms(s->pid) - ms <= 30)
			return true;
	}
	return false;
}
