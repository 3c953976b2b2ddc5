/* sys.h: the few Linux calls of a program without a C library. */
#ifndef MUK_LAUNCH_SYS_H
#define MUK_LAUNCH_SYS_H

#include <asm/unistd.h>
#include <stdint.h>

/* -errno or the result. */
static inline long muk_sys6(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
    long result;
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    register uint64_t r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long muk_sys3(long number, uint64_t a, uint64_t b, uint64_t c) {
    return muk_sys6(number, a, b, c, 0, 0, 0);
}

static inline uint64_t muk_address(const void *pointer) {
    return (uint64_t)(uintptr_t)pointer;
}

#endif
