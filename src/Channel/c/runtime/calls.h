/* calls.h: system calls without a libc, by Linux's convention. */
#ifndef MUK_CALLS_H
#define MUK_CALLS_H

#define MUK_SYS_MMAP       9
#define MUK_SYS_ARCH_PRCTL 158
#define MUK_SYS_EXIT_GROUP 231

static inline __attribute__((unused)) long muk_syscall6(long number, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ __volatile__("syscall"
                         : "=a"(result)
                         : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                         : "rcx", "r11", "memory");
    return result;
}

static inline __attribute__((unused)) long muk_syscall3(long number, long a, long b, long c) {
    long result;
    __asm__ __volatile__("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

#endif
