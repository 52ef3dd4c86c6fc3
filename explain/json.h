/* json.h - a writer of JSON: RFC 8259. It owns the text that it has written. */
#ifndef JSON_H
#define JSON_H

#include "buf.h"
#include "explain/piece.h"

/* Bytes of a piece in its "hex", at most; and of a head of HTTP. */
#define JSON_HEX_MAX 1024
#define JSON_HEAD_MAX 16384

/* All zero at the beginning. */
struct json {
	struct buf out; /* one line, in UTF-8; yours to read and to free */
	bool failed;    /* memory ran out: a part is missing */

	/* Private. */
	bool comma; /* the next value needs a comma before it */
};

/* Each of these writes a value: in an object with its name before it, in an
 * array and outermost with the name NULL. '{' opens an object and '}' closes
 * it; '[' and ']' do so for an array. */
void json_open(struct json *, const char *name, char bracket);
void json_close(struct json *, char bracket);
void json_put_number(struct json *, const char *name, uint64_t);
void json_put_true(struct json *, const char *name);

/* The text may hold any bytes: control characters are escaped, and each byte
 * that is not UTF-8 becomes U+FFFD. */
void json_put_string(struct json *, const char *name, const char *text);

/* Writes bytes as a string of two hex digits each. */
void json_put_hex(
	struct json *, const char *name, const unsigned char *, size_t len);

/* Writes a piece of the bytes on the wire:
 *
 *     {"n":1,               the connection's number
 *      "us":1234,           microseconds since the connection began
 *      "dir":"in",          from the client; "out": from the server
 *      "kind":"frame",      request, response, frame, run, end
 *      "title":"text frame",
 *      "size":11,           bytes
 *      "hex":"8185...",     the first JSON_HEX_MAX or JSON_HEAD_MAX
 *      "fields":[
 *        {"at":0,           its first byte
 *         "bit":4,          its first bit in that byte; 0 is the highest
 *         "bits":4,         its length in bits
 *         "name":"opcode",
 *         "value":"0x1",    as it is shown, perhaps shortened; or ""
 *         "means":"UTF-8 text",      or ""
 *         "rfc":"6455 5.6"},             number and section, or ""
 *        {...,
 *         "derived":true,   not on the wire: computed from these bits
 *         "code":"0011",    only where there is one: its bits as they are read
 *         "hex":"48..."}],  only of a derived field: its bytes, at most 64
 *      "broken":{           only when the piece breaks a rule
 *        "code":1002,       close code or status to refuse it with, or 0
 *        "at":0,            the byte that breaks it
 *        "why":"...",       the rule
 *        "byte":"ff",       that byte
 *        "field":4},        which of the fields breaks it
 *      "missing":3,         only when the bytes end inside the piece: how many
 *                           it lacks
 *      "least":true}        only when it may lack more */
void json_put_piece(struct json *, const struct piece *);

#endif
