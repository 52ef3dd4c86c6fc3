/* victim.c - the server under attack: proc(5). */
#include "tests/attack/victim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS_MAX 48
#define PATH_SIZE 256
#define WAKES_LIBRARY "build/attack/wakes.so"
#define START_MS 5000
#define STOP_MS 20000

static int create(const struct victim *v, const char *name, char *path)
{
	int fd;

	snprintf(path, PATH_SIZE, "%s/%s", v->folder, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static void count_wakes(struct victim *v)
{
	char path[PATH_SIZE];
	int fd = create(v, "wakes", path);

	if (ftruncate(fd, sizeof *v->wakes))
		die("%s: %s", path, strerror(errno));
	v->wakes = mmap(NULL, sizeof *v->wakes, PROT_READ | PROT_WRITE,
		MAP_SHARED, fd, 0);
	if (v->wakes == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	close(fd);
	setenv(WAKES_FILE, path, 1);
}

/* Returns the descriptor that its log is written to. */
static int open_log(struct victim *v)
{
	char path[PATH_SIZE];
	int ends[2];

	if (!v->muted) {
		ends[1] = create(v, "log", path);
		v->log = open(path, O_RDONLY | O_CLOEXEC);
		return ends[1];
	}
	if (pipe2(ends, O_CLOEXEC))
		die("pipe2: %s", strerror(errno));
	v->log = ends[0];
	return ends[1];
}

static _Noreturn void become(
	const struct victim *v, const char *program, char **argv, int log)
{
	struct rlimit files = {v->files, v->files};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (v->files && setrlimit(RLIMIT_NOFILE, &files))
		die("setrlimit: %s", strerror(errno));
	dup2(log, STDOUT_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	setenv("LD_PRELOAD", WAKES_LIBRARY, 1);
	execv(program, argv);
	die("%s: %s", program, strerror(errno));
}

static void find_port(struct victim *v)
{
	char line[256];
	const char *mark = "Listening on ws://localhost:", *at = NULL;
	uint64_t until = now() + START_MS * (uint64_t)1000000;

	while (!at && now() < until) {
		usleep(1000);
		if (victim_log(v, line, sizeof line))
			at = strstr(line, mark);
	}
	if (!at)
		die("the server does not say that it listens");
	v->target.port = (uint16_t)atoi(at + strlen(mark));
}

void victim_start(struct victim *v, const char *const options[])
{
	const char *program = getenv("SERVER");
	const char *argv[OPTIONS_MAX] = {"server", "--port", "0", "--public"};
	char public[PATH_SIZE];
	int log, n = 5;

	snprintf(public, sizeof public, "%s/public", v->folder);
	argv[4] = public;
	while (*options && n < OPTIONS_MAX - 1)
		argv[n++] = *options++;
	count_wakes(v);
	log = open_log(v);
	v->target.name = "server";
	v->target.pid = fork();
	if (v->target.pid < 0)
		die("fork: %s", strerror(errno));
	if (!v->target.pid)
		become(v, program ? program : "./server", (char **)argv, log);
	close(log);
	find_port(v);
}

void victim_ask_to_end(struct victim *v)
{
	kill(v->target.pid, v->asked ? SIGKILL : SIGTERM);
	v->asked = true;
}

bool victim_has_ended(const struct victim *v, int *status)
{
	int how;

	if (waitpid(v->target.pid, &how, WNOHANG) <= 0)
		return false;
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
	return true;
}

int victim_stop(struct victim *v)
{
	int status;

	victim_ask_to_end(v);
	for (int ms = 0; !victim_has_ended(v, &status); ms++) {
		if (ms == STOP_MS)
			victim_ask_to_end(v);
		usleep(1000);
	}
	return status;
}

bool victim_is_asleep(const struct victim *v)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)v->target.pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		die("the server has ended");
	fclose(f);
	return state == 'S';
}

uint32_t victim_files(const struct victim *v)
{
	char path[64];
	uint32_t n = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)v->target.pid);
	dir = opendir(path);
	if (!dir)
		die("the server has ended");
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2; /* without . and .. */
}

uint64_t victim_peak(const struct victim *v)
{
	char path[64], line[256];
	unsigned long kib = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)v->target.pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "VmHWM: %lu", &kib) == 1)
			break;
	if (f)
		fclose(f);
	if (!kib)
		die("the server has ended");
	return (uint64_t)kib * 1024;
}

uint64_t victim_queued(const struct victim *v)
{
	FILE *f = fopen("/proc/net/tcp", "r");
	unsigned long out, in, all = 0;
	unsigned port, state;
	char line[256];

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "%*d: %*x:%x %*x:%*x %x %lx:%lx", &port,
			    &state, &out, &in) == 4 &&
			port == v->target.port && state != TCP_LISTEN)
			all += out + in;
	if (f)
		fclose(f);
	return all;
}

size_t victim_log(const struct victim *v, char *text, size_t size)
{
	struct pollfd p = {.fd = v->log, .events = POLLIN};
	ssize_t n = 0;

	if (poll(&p, 1, 0) > 0)
		n = read(v->log, text, size - 1);
	text[n > 0 ? n : 0] = 0;
	return n > 0 ? (size_t)n : 0;
}
