/* target.c - where the access log goes: a file, or standard output. */
#include "access/target.h"

#include "serve/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLAGS (O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* A FIFO that nobody reads yet can only be opened by one who might read it
 * (fifo(7)). A file is opened for reading, too, where that is allowed: is_torn looks
 * at its end. Descriptors up to 2 belong to others, even if they are closed. */
static int open_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | FLAGS, 0640), high;
	struct stat st;

	if (fd < 0 && errno == ENXIO)
		fd = open(path, O_RDWR | FLAGS);
	else if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) &&
		 (high = open(path, O_RDWR | O_APPEND | FLAGS)) >= 0) {
		close(fd);
		fd = high;
	}
	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return high;
}

/* Does the file end in half a line? If it cannot be read, this process knows only
 * what it wrote itself. */
static bool is_torn(const struct target *t)
{
	struct stat st;
	char last;

	if (fstat(t->outlet.fd, &st) ||
		pread(t->outlet.fd, &last, 1, st.st_size - 1) != 1)
		return t->torn && st.st_size;
	return last != '\n';
}

bool target_open(struct target *t, const char *path)
{
	*t->buffer = '\n';
	if (!strcmp(path, "-"))
		return true;
	t->path = path;
	t->outlet.torn = &t->torn;
	t->may_be_torn = outlet_share(sizeof *t->may_be_torn);
	t->outlet.fd = open_file(path);
	if (t->outlet.fd < 0)
		return false;
	*t->may_be_torn = is_torn(t);
	return true;
}

void target_reopen(struct target *t)
{
	int fd = open_file(t->path);

	log_line("The access log %s %s%s", t->path,
		fd < 0 ? "stays the old file: " : "is open again",
		fd < 0 ? strerror(errno) : "");
	if (fd < 0)
		return;
	target_flush(t);
	close(t->outlet.fd);
	t->outlet.fd = fd;
	t->torn = t->stuck = false;
	if (is_torn(t))
		*t->may_be_torn = true;
}

static void tell_dropped(struct target *t)
{
	if (t->dropped)
		log_line("(%llu lines of the access log dropped)", t->dropped);
	t->dropped = 0;
}

void target_line(struct target *t, const char *line, size_t len)
{
	if (!t->path) {
		log_block(line, len);
		tell_dropped(t);
		return;
	}
	if (t->len + len > TARGET_ROOM && !t->stuck)
		target_flush(t);
	if (t->len + len > TARGET_ROOM) {
		t->dropped++;
		return;
	}
	memcpy(t->buffer + 1 + t->len, line, len);
	t->len += len;
}

bool target_flush(struct target *t)
{
	bool looks = t->torn || *t->may_be_torn, soon;
	char *lines = t->buffer + 1;
	size_t done = 0;
	ssize_t n = 0;

	if (looks)
		t->torn = is_torn(t);
	while (done < t->len &&
		(n = outlet_write(&t->outlet, lines + done, t->len - done)) > 0)
		done += (size_t)n;
	soon = n >= 0 || errno == EAGAIN || errno == EINTR;
	if (!soon && !t->stuck)
		log_line("The access log %s cannot be written: %s", t->path,
			strerror(errno));
	t->len -= done;
	memmove(lines, lines + done, t->len);
	t->stuck = t->len > 0;
	if ((looks && done) || t->torn)
		*t->may_be_torn = t->torn;
	if (done)
		tell_dropped(t);
	return t->stuck && soon;
}

void target_close(struct target *t)
{
	if (!t->path)
		return;
	target_flush(t);
	while (t->len)
		t->dropped += t->buffer[t->len--] == '\n';
	tell_dropped(t);
	close(t->outlet.fd);
	t->path = NULL;
}
