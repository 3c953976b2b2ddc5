/* guest.h: the least a test guest needs: system calls, and a start that finds its arguments. No C library. */
#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>
#include <stdint.h>

static inline long call6(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long call3(long number, long a, long b, long c) {
    return call6(number, a, b, c, 0, 0, 0);
}

static inline _Noreturn void leave(long status) {
    for (;;) {
        call3(231, status, 0, 0);
    }
}

static inline long parse(const char *text) {
    long value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (*text - '0');
    }
    return value;
}

int run(int count, char **arguments);

__attribute__((used)) static void start(long *stack) {
    leave(run((int)stack[0], (char **)(stack + 1)));
}

__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call start\n");

#endif
