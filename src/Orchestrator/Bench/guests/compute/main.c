/* compute: the kernels of kernels.h on this core; one message for each time one ran. */
#include "kernels.h"

#include <muk.h>

struct computed {
    uint32_t kernel;
    uint32_t round;
    uint64_t cycles;
    uint64_t sum;
};

/** What each kernel took. */
MUK_OUT(results, struct computed)

MUK_MEMORY(256u << 20)

enum { ROUNDS = 3 };

static unsigned char memory[KERNEL_BYTES] __attribute__((aligned(2 << 20)));

int main(void) {
    kernels_prepare(memory);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        /* Copying comes last: it writes over half of the chain, and the next round lays it again. */
        kernels_prepare(memory);
        for (uint32_t kernel = 0; kernel < KERNELS; kernel++) {
            struct computed done = {.kernel = kernel, .round = round};
            done.cycles = kernel_cycles(kernel, memory, &done.sum);
            muk_send(results, &done);
        }
    }
    return 0;
}
