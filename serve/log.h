/* log.h - lines to standard output.
 *
 * There is one standard output, so there is one log: its buffer is the only
 * state in this program that belongs to no struct. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>

struct shared;

#define LOG_LINE_MAX 512 /* bytes, with the line's end */

/* Drops all lines from here on. */
void log_silence(void);

/* Adds a line; it is written by log_flush. What is not visible (visible.h)
 * appears as \xHH, a backslash twice, and what is too long ends in
 * "...": nothing a peer sends can look like a line or reach a terminal. A
 * line for which there is no room, because nobody reads the output, is
 * dropped and counted. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Adds text as it is, which is whole lines and safe to show; also when lines
 * are silenced, since who adds it was asked to. Dropped and counted as one when
 * there is no room. */
void log_block(const void *, size_t);

/* Writes what can be written without waiting. True: something is left. */
bool log_flush(void);

/* Lines dropped so far. */
unsigned long log_dropped(void);

/* A line of what has been counted. */
void log_counters(
	const struct shared *, size_t clients, unsigned long long turned_away);

#endif
