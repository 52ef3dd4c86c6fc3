/* log.h - lines to standard output.
 *
 * There is one standard output, so there is one log: its buffer is the only
 * state in this program that belongs to no struct.
 *
 * Nothing in here waits. Lines gather in a buffer, and log_flush writes what
 * the output takes at once. When the output takes nothing, because nobody reads
 * it or the disk is full, lines are dropped, and a line says so later. Half of
 * the buffer is kept for lines about connections: however many messages one
 * peer sends, the lines that say that others came and went are not dropped for
 * them. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;
struct request;
struct shared;

#define LOG_LINE_MAX 512 /* bytes, with the line's end */

/* Decides how standard output is written (outlet.h): by several processes when
 * the caller forks afterwards. Called before the caller does become(options). Until
 * then it is written as it is. */
void log_open(bool several, void (*become)(const struct options *),
	const struct options *);

/* Has `stamp` write what every line of log_line and log_message begins with from
 * here on: at most 32 bytes. It returns how many. */
void log_stamp(size_t (*stamp)(char *));

/* Drops all lines from here on. */
void log_silence(void);

/* Adds a line about a connection, or about the server itself. What is not
 * visible (utf8.h) appears as \xHH, a backslash twice, and what is too long
 * ends in "...": nothing a peer sends can look like a line or reach a
 * terminal. A line for which there is no room is dropped and counted. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a line about a message on the connection with this number. */
void log_message(uint32_t number, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Writes where a request comes from: "#2 127.0.0.1:50512 / Origin null". Of the path
 * and the Origin at most LOG_SHOWN_MAX bytes are shown, since the rest of the
 * line needs room too. Returns whether there is an Origin. */
#define LOG_SHOWN_MAX 100
#define LOG_FROM_SIZE 320
bool log_from(char text[LOG_FROM_SIZE], uint32_t number, const char *peer,
	const struct request *);

/* Adds text about messages as it is, even when lines are silenced, since it is
 * shown on request. It is whole lines that are safe to show, each of at most
 * OUTLET_LINE_MAX bytes. It counts as one line when it is dropped. */
void log_block(const void *, size_t);

/* Writes what can be written without waiting. Returns true when there is more
 * that may soon be written; false when nothing is left, and when writing has
 * failed, as it does on a full disk: the next call tries again. */
bool log_flush(void);

/* Writes what can be written, within a second at most. */
void log_close(void);

/* Forgets the lines that wait: in a process that was forked, since the one that has
 * forked it will write them. */
void log_forget(void);

/* Adds a line with what has been counted. */
void log_counters(
	const struct shared *, size_t clients, unsigned long long turned_away);

#endif
