/* Reads every clock many times: the time never goes back, and what is read agrees with what a call answers. */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 1000000, CLOCKS = 5 };

static int64_t ns(struct timespec t) {
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t now(int clock) {
    struct timespec t;
    return clock_gettime(clock, &t) == 0 ? ns(t) : -1;
}

int main(int count, char **arguments) {
    (void)arguments;
    static const int clocks[CLOCKS] = {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_MONOTONIC_COARSE,
                                       CLOCK_REALTIME_COARSE};
    for (int c = 0; c < CLOCKS; c++) {
        int64_t last = now(clocks[c]);
        for (int i = 0; i < TIMES / CLOCKS; i++) {
            const int64_t next = now(clocks[c]);
            if (next < last || next - last > 5000000000) {
                return 1 + c;
            }
            last = next;
        }
    }
    struct timeval day;
    if (gettimeofday(&day, 0) != 0 || day.tv_sec - time(0) > 2 || time(0) - day.tv_sec > 2) {
        return 10;
    }
    const int64_t before = now(CLOCK_REALTIME) / 1000;
    gettimeofday(&day, 0);
    const int64_t between = day.tv_sec * 1000000 + day.tv_usec;
    if (between < before || between > now(CLOCK_REALTIME) / 1000) {
        return 11;
    }
    if (count > 1) {
        return 0; /* Without a kernel that knows the time. */
    }
    struct timespec host;
    for (int i = 0; i < 10; i++) {
        const int64_t here = now(CLOCK_MONOTONIC);
        if (syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &host) != 0 || ns(host) - here < -1000000 ||
            ns(host) - here > 1000000000) {
            return 12;
        }
    }
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &host) == 0 ? 0 : 13;
}
