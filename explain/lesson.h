/* lesson.h - the commands of a learner's page: play bytes into a sandbox,
 * explain bytes, judge them, list the exercises.
 *
 *     play /echo hello              the exercise that was chosen, or none;
 *     81 85 37 fa 21 3d             then hex as hex.h reads it, each line
 *     7f 9f 4d 51 58                of which is one write
 *     explain 81 85 37 fa ...       what these bytes mean
 *     show 81 0d 48 65 ...          the same for bytes from either side, as
 *                                   ./server explain does it
 *     judge hello                   does this hex solve that exercise?
 *     81 85 37 fa ...
 *     exercises
 *     offering play ...             the client offers the extension that the
 *     offering explain ...          server speaks; it was agreed to, as for
 *     offering show ...             ./server explain --with. It always offers it
 *                                   in an exercise that "offers"
 *
 * A command longer than 64 KiB comes in parts of that size at most: each but
 * the last begins with "more ", and the last one with "last ".
 *
 * The answers:
 *
 *     {"kind":"play"}               the play begins; its pieces have "n":0
 *     {"kind":"played","code":1002,"solved":["unmasked"],"sent":"8105/48",
 *      "lacks":"payload","values":["hello",...]}
 *                                   the play is over: the close code, or 0;
 *                                   at most 64 bytes that were sent, or none;
 *                                   what the chosen exercise still lacks, as
 *                                   in exercises.h, or no "lacks"
 *     {"kind":"explained","bytes":11,"writes":2,"hex":"8185...",
 *      "pieces":[...]}              at most 32 KiB as hex, or no "hex"
 *     {"kind":"shown",...}          the same for show
 *     {"kind":"exercises","list":[{"id","rfc","level","offers"}...]}
 *     {"kind":"judged","id":"hello","solved":true}
 *                                   or without "solved"
 *     {"kind":"wrong","word":"8180xy"}
 *                                   the first word that is not hex, as it was
 *                                   typed
 *     {"kind":"error","why":"..."}  the command cannot be carried out */
#ifndef LESSON_H
#define LESSON_H

#include "explain/page.h"
#include "explain/sandbox.h"

/* Carries out a command and sends the answer to the page. A play uses a sandbox
 * with that setup; its on_piece is ignored. */
void lesson_command(
	const struct sandbox_setup *, struct page *, struct slice command);

#endif
