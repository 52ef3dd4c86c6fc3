/* step.h - the functions behind the table of steps.c. Each grades one step:
 * returns false when it failed, and the exam says how. */
#ifndef STEP_H
#define STEP_H

#include "check/exam.h"

bool step_listens(struct exam *);
bool step_two_at_once(struct exam *);
bool step_cut_request(struct exam *);
bool step_right_length(struct exam *);
bool step_keeps_alive(struct exam *);

bool step_handshake(struct exam *);
bool step_any_key(struct exam *);
bool step_wrong_key(struct exam *);
bool step_any_case(struct exam *);
bool step_glued_frame(struct exam *);

bool step_greeting(struct exam *);
bool step_unmasked(struct exam *);
bool step_lengths(struct exam *);

bool step_unmask(struct exam *);
bool step_borders(struct exam *);
bool step_cut_frame(struct exam *);
bool step_two_in_a_write(struct exam *);
bool step_binary(struct exam *);
bool step_empty(struct exam *);

bool step_mask_rule(struct exam *);
bool step_reserved_bits(struct exam *);
bool step_opcodes(struct exam *);
bool step_control(struct exam *);
bool step_shortest_form(struct exam *);
bool step_utf8(struct exam *);

bool step_fragments(struct exam *);
bool step_pong(struct exam *);
bool step_close(struct exam *);
bool step_close_codes(struct exam *);
bool step_server_closes(struct exam *);

bool step_200_clients(struct exam *);
bool step_not_read(struct exam *);
bool step_garbage(struct exam *);

bool step_file(struct exam *);
bool step_none_above(struct exam *);

#endif
