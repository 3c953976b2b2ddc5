/** @file muk_host.h
 * The rings of muk.h from an ordinary Linux process: for tests, benchmarks and foreign runtimes. Compile host/host.c
 * and runtime/ring.c with it. The operations are the inline ones of muk_ring.h, with sizes as compile-time constants.
 */
#ifndef MUK_HOST_H
#define MUK_HOST_H

#include "muk_ring.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Opens one side of a ring file.
 * @param path            of the ring
 * @param direction       MUK_DIRECTION_IN to read, MUK_DIRECTION_OUT to write
 * @param size            bytes of a message; 0 for a ring of records
 * @param align           of a message; 8 for records
 * @param spin_iterations looks before a wait parks; UINT32_MAX never
 * @return the port, or NULL with errno: EPROTO for a ring of another kind or size, else what open or mmap said */
struct muk_port *muk_host_open(const char *path, enum muk_direction direction, size_t size, size_t align,
                               uint32_t spin_iterations);

/** Says that this side does nothing more, and frees the port. MUK_RING_OPEN: frees it without a word. */
void muk_host_close(struct muk_port *port, enum muk_ring_state state);

#ifdef __cplusplus
}
#endif

#endif
