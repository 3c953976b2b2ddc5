#include "kernels.h"

#include <stddef.h>
#include <x86intrin.h>

typedef float lanes __attribute__((vector_size(64)));

enum { LINE = 64, ALU_STEPS = 4000000, FLOAT_STEPS = 2000000, CHASE_STEPS = 200000 };

void kernels_prepare(unsigned char *memory) {
    const uint64_t lines = KERNEL_BYTES / LINE;
    /* One cycle through all lines in an order no prefetcher guesses: x -> 5x + odd modulo a power of two has full
     * period. */
    for (uint64_t i = 0; i < lines; i++) {
        *(uint64_t *)(void *)(memory + i * LINE) = (i * 5 + 0x9e37 * 2 + 1) % lines * LINE;
    }
}

static uint64_t alu(void) {
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < ALU_STEPS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x = x * 0x9e3779b97f4a7c15u + (x >> 47);
    }
    return x;
}

static uint64_t floats(void) {
    lanes a = {1}, b = {2}, c = {3}, d = {4};
    lanes scale = a * 0.0f + 0.999f, add = a * 0.0f + 0.5f;
    for (int i = 0; i < FLOAT_STEPS; i++) {
        a = a * scale + add;
        b = b * scale + add;
        c = c * scale + add;
        d = d * scale + add;
    }
    lanes all = a + b + c + d;
    return (uint64_t)all[0] + (uint64_t)all[15];
}

static uint64_t chase(const unsigned char *memory) {
    uint64_t at = 0;
    for (int i = 0; i < CHASE_STEPS; i++) {
        at = *(const uint64_t *)(const void *)(memory + at);
    }
    return at;
}

static uint64_t copy(unsigned char *memory) {
    const lanes *from = (const lanes *)(const void *)memory;
    lanes *to = (lanes *)(void *)(memory + KERNEL_BYTES / 2);
    for (size_t i = 0; i < KERNEL_BYTES / 2 / sizeof(lanes); i++) {
        to[i] = from[i];
    }
    return memory[KERNEL_BYTES - LINE];
}

uint64_t kernel_cycles(unsigned kernel, unsigned char *memory, uint64_t *sum) {
    uint64_t start = __rdtsc();
    switch (kernel) {
    case 0:
        *sum = alu();
        break;
    case 1:
        *sum = floats();
        break;
    case 2:
        *sum = chase(memory);
        break;
    default:
        *sum = copy(memory);
        break;
    }
    return __rdtsc() - start;
}
