/* kernels.h: work that a core does alone. The same file is compiled into the MUK and into the native program. */
#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

enum { KERNELS = 4 };

/* Memory for the kernels that need some: 64 MiB, beyond the last-level cache of most cores. */
#define KERNEL_BYTES (64u << 20)

/* Puts the memory in order; once, before the first kernel. */
void kernels_prepare(unsigned char *memory);

/* Cycles of the time-stamp counter that kernel number 0 (integers), 1 (floating point, as wide as the compiler was told
 * it may be), 2 (a chain of loads over all of the memory) or 3 (copying half of the memory) took; `sum` gets what it
 * came to. */
uint64_t kernel_cycles(unsigned kernel, unsigned char *memory, uint64_t *sum);

#endif
