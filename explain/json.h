/* json.h - a piece of what crosses the wire, as JSON: RFC 8259. */
#ifndef JSON_H
#define JSON_H

#include "buf.h"
#include "explain/piece.h"

#define JSON_HEX_MAX 1024 /* bytes that "hex" has at most */

/* Adds one object, on one line, in UTF-8, for one WebSocket message:
 *
 *     {"n":1,               the connection's number
 *      "us":1234,           microseconds since it began
 *      "dir":"in",          from the client; "out": from the server
 *      "kind":"frame",      request, response, frame, run, end
 *      "title":"text frame",
 *      "size":11,           bytes
 *      "hex":"8185...",     of them, as far as JSON_HEX_MAX
 *      "fields":[
 *        {"at":0,           its first byte
 *         "bit":4,          its first bit in that; 0 is the highest
 *         "bits":4,         how many
 *         "name":"opcode",
 *         "value":"0x1",    for people: as it is shown, perhaps cut; or ""
 *         "means":"text, in UTF-8",      or ""
 *         "rfc":"6455 5.6"},             number and section, or ""
 *        {...,
 *         "derived":true,   not on the wire: worked out of these bits
 *         "hex":"48..."}],  and then its bytes, if it has some: at most 64
 *      "broken":{           only when a rule is
 *        "code":1002,       close code or status to refuse it with, or 0
 *        "at":0,            the byte that breaks it
 *        "why":"..."}}      the rule
 *
 * False: no memory; a part may be there. */
bool json_write(struct buf *, const struct piece *);

#endif
