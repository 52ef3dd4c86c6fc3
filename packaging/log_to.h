/* log_to.h - the log of a program that embeds the server: only in the library. */
#ifndef LOG_TO_H
#define LOG_TO_H

#include <stddef.h>

/* Has the whole lines of the log given to `take` instead of standard output: once or
 * more in each turn of the loop, and in each process. It must not wait; the text is
 * good until it returns, and has no byte 0 at its end. Called before server_run.
 * NULL, as at the start: standard output. */
void log_to(void (*take)(const char *text, size_t len));

#endif
