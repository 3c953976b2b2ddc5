/* rig.h: the far side of a measurement. The same file is compiled into the MUK and into the native program, whose
 * threads are the MUK's control: one piece of code, on the same core, behind the same rings. */
#ifndef RIG_H
#define RIG_H

#include <stddef.h>
#include <stdint.h>

struct muk_port; /* muk_ring.h */

#define RIG_STOP      (1ull << 63) /* in the sequence of the last message */
#define RIG_ALIGN     8u
#define RIG_BYTES_MAX 1024u
#define RIG_BURST     32u

enum rig_kind {
    RIG_ECHO = 0,   /* each message is answered */
    RIG_SINK = 1,   /* messages are read; the first and the last are answered */
    RIG_SOURCE = 2, /* messages are sent, until one arrives */
    RIG_DRIVE = 3,  /* messages are sent, each after the answer to the one before; `burst` thousands of them */
};

/* Once, before anything is filled or checked. */
void rig_prepare(void);

/* A message whose first and last words are its sequence. `bytes`: 8, 64 or 1024. */
void rig_fill(void *message, size_t bytes, uint64_t sequence);

/* 0 for a message that is whole and has this sequence (its stop bit left out), else 1. */
uint64_t rig_check(const void *message, size_t bytes, uint64_t sequence);

/* Plays a side to its end. `burst`: messages a call, 1 or more, but for RIG_DRIVE. How many messages were not what they
 * should be. */
uint64_t rig_play(enum rig_kind kind, struct muk_port *in, struct muk_port *out, size_t bytes, size_t burst);

#endif
