/* vdso.h: the time page that the core kernel keeps for a guest, and what reads it. Its C# twin is
 * Machines/Kvm/TimePage.
 *
 * Two lines, of which `sequence` names the one that holds: the writer fills the other and then moves the sequence on,
 * so a reader never waits for a writer that was interrupted, and reads again only when the sequence has moved
 * meanwhile.
 */
#ifndef MUK_VDSO_H
#define MUK_VDSO_H

#include <stdint.h>

#define MUK_TIME_ADDRESS 0x21000ull /* in the pages kept for the boot block; the code follows at MUK_VDSO_ADDRESS */
#define MUK_VDSO_ADDRESS 0x22000ull

/* CLOCK_MONOTONIC in ns = ns_base + (((tsc - tsc_base) * mult) >> 32), with a 128-bit product */
struct muk_time_line {
    uint64_t tsc_base;
    uint64_t ns_base;
    uint64_t mult;
    uint64_t realtime_offset_ns; /* CLOCK_REALTIME - CLOCK_MONOTONIC */
    uint64_t boottime_offset_ns; /* CLOCK_BOOTTIME - CLOCK_MONOTONIC */
};

struct muk_time_page {
    uint32_t sequence;
    uint32_t core; /* for getcpu */
    uint64_t reserved[7];
    struct muk_time_line lines[2];
};

_Static_assert(sizeof(struct muk_time_line) == 40, "struct muk_time_line");
_Static_assert(sizeof(struct muk_time_page) == 144, "struct muk_time_page");

#endif
