/* vdso.c: time without an exit. C libraries find these functions by AT_SYSINFO_EHDR (vdso(7)) and call them in the
 * place of the system calls of the same names. What the time page does not tell is asked of the kernel as ever.
 */
#include "vdso.h"

#define EXPORT __attribute__((visibility("default")))

enum {
    CLOCK_REALTIME = 0,
    CLOCK_MONOTONIC = 1,
    CLOCK_REALTIME_COARSE = 5,
    CLOCK_MONOTONIC_COARSE = 6,
    CLOCK_BOOTTIME = 7,
    CALL_CLOCK_GETTIME = 228,
    CALL_CLOCK_GETRES = 229,
};

struct timespec {
    int64_t seconds;
    int64_t nanoseconds;
};

struct timeval {
    int64_t seconds;
    int64_t microseconds;
};

int __vdso_clock_gettime(int clock, struct timespec *at);
int __vdso_clock_getres(int clock, struct timespec *at);
int __vdso_gettimeofday(struct timeval *at, uint64_t *zone);
int64_t __vdso_time(int64_t *at);
long __vdso_getcpu(uint32_t *core, uint32_t *node, void *cache);

static const struct muk_time_page *const time_page = (const struct muk_time_page *)MUK_TIME_ADDRESS;

static inline long call(long number, long first, void *second) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(first), "S"(second) : "rcx", "r11", "memory");
    return result;
}

static inline uint64_t counter(void) {
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
    return ((uint64_t)high << 32) | low;
}

/* The acquire pairs with the release that moves the sequence on in TimePage.Write. */
static uint64_t now(int clock) {
    for (;;) {
        const uint32_t sequence = __atomic_load_n(&time_page->sequence, __ATOMIC_ACQUIRE);
        const struct muk_time_line line = time_page->lines[sequence & 1];
        const int64_t since = (int64_t)(counter() - line.tsc_base);
        const uint64_t passed = since < 0 ? 0 : (uint64_t)since; /* Counters of two cores may differ by a little. */
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (__atomic_load_n(&time_page->sequence, __ATOMIC_RELAXED) != sequence) {
            continue;
        }
        const uint64_t monotonic = line.ns_base + (uint64_t)(((unsigned __int128)passed * line.mult) >> 32);
        return monotonic + (clock == CLOCK_MONOTONIC  ? 0
                            : clock == CLOCK_REALTIME ? line.realtime_offset_ns
                                                      : line.boottime_offset_ns);
    }
}

/* The clock that serves a clock, or -1 for one that only the kernel knows. */
static int served(int clock) {
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        return CLOCK_REALTIME;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
        return CLOCK_MONOTONIC;
    case CLOCK_BOOTTIME:
        return CLOCK_BOOTTIME;
    default:
        return -1;
    }
}

EXPORT int __vdso_clock_gettime(int clock, struct timespec *at) {
    const int by = served(clock);
    if (by < 0) {
        return (int)call(CALL_CLOCK_GETTIME, clock, at);
    }
    const uint64_t ns = now(by);
    at->seconds = (int64_t)(ns / 1000000000u);
    at->nanoseconds = (int64_t)(ns % 1000000000u);
    return 0;
}

EXPORT int __vdso_clock_getres(int clock, struct timespec *at) {
    if (served(clock) < 0) {
        return (int)call(CALL_CLOCK_GETRES, clock, at);
    }
    if (at) {
        at->seconds = 0;
        at->nanoseconds = 1;
    }
    return 0;
}

EXPORT int __vdso_gettimeofday(struct timeval *at, uint64_t *zone) {
    if (at) {
        const uint64_t ns = now(CLOCK_REALTIME);
        at->seconds = (int64_t)(ns / 1000000000u);
        at->microseconds = (int64_t)(ns % 1000000000u / 1000u);
    }
    if (zone) {
        *zone = 0;
    }
    return 0;
}

EXPORT int64_t __vdso_time(int64_t *at) {
    const int64_t seconds = (int64_t)(now(CLOCK_REALTIME) / 1000000000u);
    if (at) {
        *at = seconds;
    }
    return seconds;
}

EXPORT long __vdso_getcpu(uint32_t *core, uint32_t *node, void *cache) {
    (void)cache;
    if (core) {
        *core = time_page->core;
    }
    if (node) {
        *node = 0;
    }
    return 0;
}
