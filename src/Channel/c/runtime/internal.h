/* internal.h: what the files of the runtime share. */
#ifndef MUK_INTERNAL_H
#define MUK_INTERNAL_H

#include "../muk_ring.h"

/* ---- What a platform (a guest: runtime/boot.c; a native process: host/host.c) does for ring.c -------------------- */

/* Binds a port that has not been bound. size 0: a record port. MUK_OK, MUK_ENDED or MUK_MISMATCH. */
enum muk_error muk_platform_bind(struct muk_port *port, size_t size, size_t align);

/* Sleeps until the peer's bell differs from `bell` or its state is not open. May return early. */
void muk_platform_park(struct muk_port *port, uint32_t bell);

/* Wakes whoever sleeps on this side's bell. */
void muk_platform_ring(struct muk_port *port);

/* ---- ring.c for the platforms ------------------------------------------------------------------------------------ */

/* Connects a port with a mapped ring whose header has been checked. Finds the position in it. */
void muk_port_attach(struct muk_port *port, const struct muk_ring_header *header, unsigned char *ring);

/* Is this header one that a port of this size (0: records) can use? */
int muk_header_fits(const struct muk_ring_header *header, size_t size, size_t align);

/* Writes the statistics of a port into its own page. */
void muk_port_publish(struct muk_port *port);

/* Says that this side does nothing more, and wakes the other. */
void muk_port_close(struct muk_port *port, enum muk_ring_state state);

MUK_INLINE uint64_t muk_tsc(void) {
    uint32_t low, high;
    __asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

MUK_INLINE void muk_full_fence(void) {
    __asm__ __volatile__("lock; orl $0, -4(%%rsp)" ::: "memory", "cc");
}

MUK_INLINE void muk_pause(void) {
    __builtin_ia32_pause();
}

#endif
