/* lesson.h - the commands of a learner's page: play bytes into a sandbox,
 * explain bytes, list the exercises.
 *
 *     play /echo 81 8537fa213d ...  each word of hex is one write
 *     explain 818537fa213d...       what these bytes mean
 *     exercises
 *
 * The answers:
 *
 *     {"kind":"play"}               the play begins; its pieces have "n":0
 *     {"kind":"played","code":1002,"solved":["unmasked"]}
 *                                   the play is over: the close code, or 0
 *     {"kind":"explained","pieces":[...]}
 *     {"kind":"exercises","list":[{"id","rfc","level"}...]}
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
