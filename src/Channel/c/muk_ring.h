/* muk_ring.h: the ring operations, inline, for guests (muk.h) and native processes (muk_host.h).
 *
 * The protocol and the argument for it are in rings.md. Fast paths are here and inline to a handful of instructions
 * when size and alignment are constants; whatever waits, binds or has to find out why is in runtime/ring.c.
 *
 * A port belongs to one thread. Needs <stddef.h> and muk_abi.h only.
 */
#ifndef MUK_RING_H
#define MUK_RING_H

#include "muk_abi.h"

#include <stddef.h>

/** Why a port gave nothing; muk_error() of muk.h returns it. */
enum muk_error {
    MUK_OK = 0,
    MUK_EMPTY,       /**< no message yet */
    MUK_FULL,        /**< no room yet */
    MUK_ENDED,       /**< in: all has been read and no more comes; out: nobody reads any more */
    MUK_PEER_FAILED, /**< as MUK_ENDED, and the other side ended with a failure */
    MUK_CORRUPT,     /**< the other side wrote nonsense: the link is of no more use */
    MUK_MISMATCH,    /**< the ring is not of the kind and size that the program was compiled for */
    MUK_TOO_LARGE,   /**< the record is larger than the port's largest */
};

/** Shall an operation wait? */
enum muk_patience {
    MUK_TRY = 0,
    MUK_WAIT = 1,
};

/** One side of a ring, private to it. The first 64 bytes are what the fast paths use. */
struct muk_port {
    unsigned char *data;
    uint64_t position; /* the next message's: its number (slots), its byte (records) */
    uint64_t limit;    /* out: what is known to be free ends here; in, records: behind the record last received */
    uint64_t mask;     /* positions wrap by it */
    struct muk_ring_side *own;
    uint32_t peer_parks;
    uint32_t touches; /* in: the consumer writes back what it has read, see rings.md */
    uint32_t payload_bytes;
    uint32_t error;    /* enum muk_error */
    uint64_t messages; /* records only, as is bytes */

    uint64_t bytes;
    uint64_t peeked; /* in, records: bytes of the record last received */

    const struct muk_ring_side *peer;
    uint64_t burst; /* in: position when it was empty last */
    uint64_t idle_cycles;
    uint64_t waits;
    uint64_t parks;
    uint32_t rung;  /* the peer's sleep that has been rung for */
    uint32_t sleep; /* our `parked` word */
    uint32_t spin_iterations;
    uint32_t index; /* in the boot block */
    uint32_t direction;
    uint32_t looks_cycles; /* what a row of looks took last */
    char name[MUK_NAME_BYTES];
} __attribute__((aligned(64)));

/** What a port's data points to before its first use: a header word that is never the next message's. */
extern unsigned char muk_unbound[64];

/* Slow paths, in runtime/ring.c. They bind the port first if need be. NULL or 0: port->error says why. */
const void *muk_slot_recv_slow(struct muk_port *port, size_t size, size_t align, enum muk_patience patience);
void *muk_slot_claim_slow(struct muk_port *port, size_t size, size_t align, enum muk_patience patience);
const void *muk_record_recv_slow(struct muk_port *port, size_t *bytes, enum muk_patience patience);
void *muk_record_claim_slow(struct muk_port *port, size_t bytes, enum muk_patience patience);
void muk_wake_peer_if_parked(struct muk_port *port);

#define MUK_INLINE       static inline __attribute__((always_inline, unused))
#define MUK_LIKELY(x)    __builtin_expect(!!(x), 1)
#define MUK_RECORD_ALIGN 8u
#define MUK_LINE_BYTES   64u

/* Leaves the name of a port that builds messages in place, "*" for any, where the build finds it after the link: code
 * that the compiler dropped leaves none. A port without one only copies (MUK_PORT_COPIES), and its reader may touch. */
#define MUK_BUILDS_(name)                                                                                              \
    __asm__ volatile(".pushsection .muk.in_place,\"\",@progbits\n\t.asciz \"" name "\"\n\t.popsection")

/* ---- Geometry, the same as RingGeometry.cs ---------------------------------------------------------------------- */

MUK_INLINE size_t muk_payload_offset(size_t align) {
    return align > 8 ? align : 8;
}

MUK_INLINE size_t muk_slot_bytes(size_t size, size_t align) {
    size_t offset = muk_payload_offset(align);
    size_t bytes = offset + size;
    return bytes <= 16 ? 16 : bytes <= 32 ? 32 : bytes <= 64 ? 64 : (bytes + offset - 1) & ~(offset - 1);
}

MUK_INLINE uint64_t muk_record_bytes(uint64_t bytes) {
    return (bytes + 8 + MUK_RECORD_ALIGN - 1) & ~(uint64_t)(MUK_RECORD_ALIGN - 1);
}

MUK_INLINE uint64_t muk_record_tag(uint64_t position) {
    return (position >> 3) << 32 | 0x80000000u;
}

/* ---- Words that two sides share: always one plain 8-byte access on x86-64, ordered as named ---------------------- */

MUK_INLINE uint64_t muk_load(const void *word) {
    return __atomic_load_n((const uint64_t *)word, __ATOMIC_ACQUIRE);
}

MUK_INLINE void muk_store(void *word, uint64_t value) {
    __atomic_store_n((uint64_t *)word, value, __ATOMIC_RELEASE);
}

/* ---- Slots: the header word of message n reads n + 1 ---------------------------------------------------------------
 */

MUK_INLINE unsigned char *muk_slot(const struct muk_port *port, uint64_t number, size_t size, size_t align) {
    return port->data + (number & port->mask) * muk_slot_bytes(size, align);
}

MUK_INLINE const void *muk_slot_recv(struct muk_port *port, size_t size, size_t align, enum muk_patience patience) {
    unsigned char *slot = muk_slot(port, port->position, size, align);
    if (MUK_LIKELY(muk_load(slot) == port->position + 1)) {
        return slot + muk_payload_offset(align);
    }
    return muk_slot_recv_slow(port, size, align, patience);
}

/* Takes a line for this core, which leaves the other one without it: the next that writes the line then has to fetch
 * it, which costs it far less than to take it away from a core that shares it. */
MUK_INLINE void muk_touch(const unsigned char *at) {
    uint64_t *word = (uint64_t *)(uintptr_t)at;
    __atomic_store_n(word, __atomic_load_n(word, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

/* Touches the lines that end in what begins at data + start, by a word of it in each. */
MUK_INLINE void muk_touch_lines(const struct muk_port *port, uint64_t start, uint64_t bytes) {
    const unsigned char *at = port->data + start;
    const unsigned char *last = port->data + ((start + bytes) & ~(uint64_t)(MUK_LINE_BYTES - 1));
    if (port->data + (start & ~(uint64_t)(MUK_LINE_BYTES - 1)) == last) {
        return; /* what lies behind it in its line is not ours yet */
    }
    muk_touch(at);
    for (at = port->data + ((start | (MUK_LINE_BYTES - 1)) + 1); at != last; at += MUK_LINE_BYTES) {
        muk_touch(at);
    }
}

MUK_INLINE void muk_slot_touch(const struct muk_port *port, size_t count, size_t size, size_t align) {
    uint64_t slot_bytes = muk_slot_bytes(size, align);
    uint64_t line = slot_bytes < MUK_LINE_BYTES ? MUK_LINE_BYTES / slot_bytes : 1; /* slots in one */
    uint64_t end = port->position + count;
    for (uint64_t n = port->position | (line - 1); n < end; n += line) {
        if (slot_bytes <= MUK_LINE_BYTES) {
            muk_touch(muk_slot(port, n, size, align)); /* the last one in its line */
        } else {
            muk_touch_lines(port, (n & port->mask) * slot_bytes, slot_bytes);
        }
    }
}

MUK_INLINE void muk_slot_release(struct muk_port *port, size_t count, size_t size, size_t align) {
    if (port->touches) {
        muk_slot_touch(port, count, size, align);
    }
    port->position += count;
    muk_store(&port->own->position, port->position);
    if (!MUK_LIKELY(!port->peer_parks)) {
        muk_wake_peer_if_parked(port);
    }
}

#define MUK_ABREAST 4u

/* Whether messages n to n + MUK_ABREAST - 1 behind `position`, whose slot is given, are all there. */
MUK_INLINE int muk_slots_there(const unsigned char *slot, uint64_t position, uint64_t n, size_t slot_bytes) {
    uint64_t differ = 0;
    for (uint64_t i = n; i < n + MUK_ABREAST; i++) {
        differ |= muk_load(slot + i * slot_bytes) ^ (position + i + 1);
    }
    return differ == 0;
}

/* In: *count messages are wanted; out: as many lie in a row from the result on, muk_slot_bytes apart. */
MUK_INLINE const void *muk_slot_recv_many(struct muk_port *port, size_t *count, size_t size, size_t align,
                                          enum muk_patience patience) {
    const void *first = muk_slot_recv(port, size, align, patience);
    if (!first) {
        *count = 0;
        return NULL;
    }
    uint64_t position = port->position;
    uint64_t row = port->mask + 1 - (position & port->mask);
    uint64_t most = *count < row ? *count : row;
    const unsigned char *slot = muk_slot(port, position, size, align);
    uint64_t n = 1;
    if (muk_slot_bytes(size, align) <= MUK_LINE_BYTES / MUK_ABREAST) { /* small: so many with one branch */
        while (n + MUK_ABREAST <= most && muk_slots_there(slot, position, n, muk_slot_bytes(size, align))) {
            n += MUK_ABREAST;
        }
    }
    while (n < most && muk_load(slot + n * muk_slot_bytes(size, align)) == position + n + 1) {
        n++;
    }
    *count = n;
    return first;
}

/* The room for the next message. Only to be written, unless MUK_BUILDS_ says that it may be read, as muk_slot_claim
 * does. */
MUK_INLINE void *muk_slot_room(struct muk_port *port, size_t size, size_t align, enum muk_patience patience) {
    if (MUK_LIKELY(port->position != port->limit)) {
        return muk_slot(port, port->position, size, align) + muk_payload_offset(align);
    }
    return muk_slot_claim_slow(port, size, align, patience);
}

MUK_INLINE void *muk_slot_claim(struct muk_port *port, size_t size, size_t align, enum muk_patience patience) {
    MUK_BUILDS_("*");
    return muk_slot_room(port, size, align, patience);
}

MUK_INLINE void muk_slot_commit(struct muk_port *port, size_t size, size_t align) {
    unsigned char *slot = muk_slot(port, port->position, size, align);
    muk_store(slot, ++port->position);
    if (!MUK_LIKELY(!port->peer_parks)) {
        muk_wake_peer_if_parked(port);
    }
}

/* In: *count messages are wanted; out: there is room for as many in a row, muk_slot_bytes apart. */
MUK_INLINE void *muk_slot_room_many(struct muk_port *port, size_t *count, size_t size, size_t align,
                                    enum muk_patience patience) {
    void *first = muk_slot_room(port, size, align, patience);
    if (!first) {
        *count = 0;
        return NULL;
    }
    uint64_t row = port->mask + 1 - (port->position & port->mask);
    uint64_t room = port->limit - port->position;
    uint64_t most = room < row ? room : row;
    *count = *count < most ? *count : most;
    return first;
}

MUK_INLINE void *muk_slot_claim_many(struct muk_port *port, size_t *count, size_t size, size_t align,
                                     enum muk_patience patience) {
    MUK_BUILDS_("*");
    return muk_slot_room_many(port, count, size, align, patience);
}

/* The first header word is written last: all become visible together. */
MUK_INLINE void muk_slot_commit_many(struct muk_port *port, size_t count, size_t size, size_t align) {
    uint64_t position = port->position;
    unsigned char *slot = muk_slot(port, position, size, align);
    if (count == 0) {
        return;
    }
    for (size_t i = 1; i < count; i++) {
        muk_store(slot + i * muk_slot_bytes(size, align), position + i + 1);
    }
    port->position = position + count;
    muk_store(slot, position + 1);
    if (!MUK_LIKELY(!port->peer_parks)) {
        muk_wake_peer_if_parked(port);
    }
}

/* Copies up to `count` messages that lie at `from` without gaps, and shows them together: how many. Whole messages are
 * stored one after the other, from their first byte to their last: a core has more lines on their way then than when it
 * builds messages in place and goes back for their header words. */
MUK_INLINE size_t muk_slot_send_many(struct muk_port *port, const void *from, size_t count, size_t size, size_t align,
                                     enum muk_patience patience) {
    size_t many = count;
    unsigned char *first = count ? (unsigned char *)muk_slot_room_many(port, &many, size, align, patience) : NULL;
    if (!first) {
        return 0;
    }
    const unsigned char *__restrict message = (const unsigned char *)from;
    unsigned char *__restrict slot = first - muk_payload_offset(align);
    uint64_t position = port->position;
    __builtin_memcpy(first, message, size);
    for (size_t i = 1; i < many; i++) {
        /* Nobody looks at these header words before the first one says so: stores as the compiler likes them. */
        uint64_t word = position + i + 1;
        __builtin_memcpy(slot + i * muk_slot_bytes(size, align), &word, sizeof word);
        __builtin_memcpy(slot + i * muk_slot_bytes(size, align) + muk_payload_offset(align), message + i * size, size);
    }
    port->position = position + many;
    muk_store(first - muk_payload_offset(align), position + 1);
    if (!MUK_LIKELY(!port->peer_parks)) {
        muk_wake_peer_if_parked(port);
    }
    return many;
}

/* ---- Records: the header word has the length and a tag of the position, 0 where nothing is yet ---------------------
 */

MUK_INLINE const void *muk_record_recv(struct muk_port *port, size_t *bytes, enum muk_patience patience) {
    unsigned char *at = port->data + (port->position & port->mask);
    uint64_t word = muk_load(at); /* read once: what it says later is of no interest */
    uint64_t length = word ^ muk_record_tag(port->position);
    if (MUK_LIKELY(length <= port->payload_bytes)) { /* any other tag leaves a number far larger */
        *bytes = port->peeked = length;
        port->limit = port->position + muk_record_bytes(length);
        return at + 8;
    }
    return muk_record_recv_slow(port, bytes, patience);
}

MUK_INLINE void muk_record_release(struct muk_port *port) {
    if (port->touches) {
        muk_touch_lines(port, port->position & port->mask, port->limit - port->position);
    }
    port->messages++;
    port->bytes += port->peeked;
    port->position = port->limit;
    muk_store(&port->own->position, port->position);
    if (!MUK_LIKELY(!port->peer_parks)) {
        muk_wake_peer_if_parked(port);
    }
}

MUK_INLINE void *muk_record_room(struct muk_port *port, size_t bytes, enum muk_patience patience) {
    uint64_t need = muk_record_bytes(bytes) + 8;
    if (MUK_LIKELY(bytes <= port->payload_bytes && port->limit - port->position >= need)) {
        return port->data + (port->position & port->mask) + 8;
    }
    return muk_record_claim_slow(port, bytes, patience);
}

MUK_INLINE void *muk_record_claim(struct muk_port *port, size_t bytes, enum muk_patience patience) {
    MUK_BUILDS_("*");
    return muk_record_room(port, bytes, patience);
}

/* `bytes` is at most what was claimed. */
MUK_INLINE void muk_record_commit(struct muk_port *port, size_t bytes) {
    uint64_t position = port->position;
    uint64_t next = position + muk_record_bytes(bytes);
    /* The next header word before this one, so that stale bytes are never taken for it. */
    __atomic_store_n((uint64_t *)(void *)(port->data + (next & port->mask)), 0, __ATOMIC_RELAXED);
    port->messages++;
    port->bytes += bytes;
    port->position = next;
    muk_store(port->data + (position & port->mask), muk_record_tag(position) | bytes);
    if (!MUK_LIKELY(!port->peer_parks)) {
        muk_wake_peer_if_parked(port);
    }
}

#endif
