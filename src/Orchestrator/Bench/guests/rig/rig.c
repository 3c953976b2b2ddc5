#include "rig.h"

#include <muk_ring.h>

#define WORDS_MAX (RIG_BYTES_MAX / 8u)

enum { SENDS_BETWEEN_LOOKS = 256 };

static uint64_t pattern[WORDS_MAX];
static uint64_t pattern_fold[2]; /* between the first and the last word, of 64 bytes and of RIG_BYTES_MAX */

MUK_INLINE void fill(uint64_t *words, size_t bytes, uint64_t sequence) {
    size_t count = bytes / 8;
    if (count > 2) {
        __builtin_memcpy(words + 1, pattern + 1, (count - 2) * 8);
    }
    words[0] = sequence;
    words[count - 1] = sequence;
}

/* All words are folded and compared with what the pattern comes to. */
MUK_INLINE uint64_t check(const uint64_t *words, size_t bytes, uint64_t sequence) {
    size_t count = bytes / 8;
    uint64_t fold = words[0] ^ words[count - 1];
    for (size_t i = 1; i + 1 < count; i++) {
        fold ^= words[i];
    }
    return fold != (count > 2 ? pattern_fold[bytes == RIG_BYTES_MAX] : 0) || (words[0] & ~RIG_STOP) != sequence;
}

MUK_INLINE uint64_t first_word(const void *message) {
    return *(const uint64_t *)message;
}

MUK_INLINE void send(struct muk_port *out, size_t bytes, uint64_t sequence) {
    void *at = muk_slot_claim(out, bytes, RIG_ALIGN, MUK_WAIT);
    if (at) {
        fill(at, bytes, sequence);
        muk_slot_commit(out, bytes, RIG_ALIGN);
    }
}

MUK_INLINE uint64_t echo(struct muk_port *in, struct muk_port *out, size_t bytes) {
    uint64_t errors = 0, stop = 0;
    for (uint64_t sequence = 0; stop == 0; sequence++) {
        const void *at = muk_slot_recv(in, bytes, RIG_ALIGN, MUK_WAIT);
        if (!at) {
            return errors + 1;
        }
        errors += check(at, bytes, sequence);
        stop = first_word(at) & RIG_STOP;
        muk_slot_release(in, 1, bytes, RIG_ALIGN);
        send(out, bytes, sequence | stop);
    }
    return errors;
}

MUK_INLINE uint64_t sink(struct muk_port *in, struct muk_port *out, size_t bytes, size_t burst) {
    uint64_t errors = 0, stop = 0, sequence = 0;
    while (stop == 0) {
        size_t many = sequence == 0 ? 1 : burst;
        const unsigned char *at = muk_slot_recv_many(in, &many, bytes, RIG_ALIGN, MUK_WAIT);
        if (!at) {
            return errors + 1;
        }
        for (size_t i = 0; i < many; i++, sequence++) {
            errors += check((const void *)(at + i * muk_slot_bytes(bytes, RIG_ALIGN)), bytes, sequence);
            stop |= first_word(at + i * muk_slot_bytes(bytes, RIG_ALIGN)) & RIG_STOP;
        }
        muk_slot_release(in, many, bytes, RIG_ALIGN);
        if (sequence == 1) {
            send(out, bytes, 0); /* Here we are: whoever measures begins now. */
        }
    }
    send(out, bytes, 1 | RIG_STOP);
    return errors;
}

MUK_INLINE uint64_t source(struct muk_port *in, struct muk_port *out, size_t bytes, size_t burst) {
    uint64_t sequence = 0;
    while (!muk_slot_recv(in, bytes, RIG_ALIGN, MUK_TRY)) {
        for (uint64_t until = sequence + SENDS_BETWEEN_LOOKS; sequence < until;) {
            size_t many = burst;
            unsigned char *at = muk_slot_claim_many(out, &many, bytes, RIG_ALIGN, MUK_WAIT);
            if (!at) {
                return 1;
            }
            for (size_t i = 0; i < many; i++) {
                fill((void *)(at + i * muk_slot_bytes(bytes, RIG_ALIGN)), bytes, sequence + i);
            }
            muk_slot_commit_many(out, many, bytes, RIG_ALIGN);
            sequence += many;
        }
    }
    muk_slot_release(in, 1, bytes, RIG_ALIGN);
    send(out, bytes, sequence | RIG_STOP);
    return 0;
}

MUK_INLINE uint64_t drive(struct muk_port *in, struct muk_port *out, size_t bytes, uint64_t trips) {
    uint64_t errors = 0;
    for (uint64_t sequence = 0; sequence < trips; sequence++) {
        send(out, bytes, sequence | (sequence + 1 == trips ? RIG_STOP : 0));
        const void *at = muk_slot_recv(in, bytes, RIG_ALIGN, MUK_WAIT);
        if (!at) {
            return errors + 1;
        }
        errors += check(at, bytes, sequence);
        muk_slot_release(in, 1, bytes, RIG_ALIGN);
    }
    return errors;
}

MUK_INLINE uint64_t play(enum rig_kind kind, struct muk_port *in, struct muk_port *out, size_t bytes, size_t burst) {
    switch (kind) {
    case RIG_ECHO:
        return echo(in, out, bytes);
    case RIG_SINK:
        return burst > 1 ? sink(in, out, bytes, burst) : sink(in, out, bytes, 1);
    case RIG_DRIVE:
        return drive(in, out, bytes, (uint64_t)burst * 1000);
    default:
        return burst > 1 ? source(in, out, bytes, burst) : source(in, out, bytes, 1);
    }
}

void rig_prepare(void) {
    for (uint64_t i = 0; i < WORDS_MAX; i++) {
        pattern[i] = (i + 1) * 0x9e3779b97f4a7c15ull;
    }
    pattern_fold[0] = pattern_fold[1] = 0;
    for (uint64_t i = 1; i + 1 < WORDS_MAX; i++) {
        pattern_fold[0] ^= i + 1 < 8 ? pattern[i] : 0;
        pattern_fold[1] ^= pattern[i];
    }
}

void rig_fill(void *message, size_t bytes, uint64_t sequence) {
    fill(message, bytes, sequence);
}

uint64_t rig_check(const void *message, size_t bytes, uint64_t sequence) {
    return check(message, bytes, sequence);
}

/* Sizes as constants: as a program has them. */
uint64_t rig_play(enum rig_kind kind, struct muk_port *in, struct muk_port *out, size_t bytes, size_t burst) {
    switch (bytes) {
    case 8:
        return play(kind, in, out, 8, burst);
    case 64:
        return play(kind, in, out, 64, burst);
    case RIG_BYTES_MAX:
        return play(kind, in, out, RIG_BYTES_MAX, burst);
    default:
        return UINT64_MAX;
    }
}
