/* host.c: ring files opened by an ordinary process, which parks with futexes of its own. */
#define _GNU_SOURCE
#include "../muk_host.h"
#include "../runtime/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Two ports of one process can belong to two threads: no pair of cache lines has words of both. */
struct host_port {
    struct muk_port port;
    unsigned char *ring;
    size_t bytes;
} __attribute__((aligned(128)));

static int place(unsigned char *ring, size_t at, int file, size_t offset, size_t bytes, int writable) {
    int protection = PROT_READ | (writable ? PROT_WRITE : 0);
    void *placed = mmap(ring + at, bytes, protection, MAP_SHARED | MAP_FIXED | MAP_POPULATE, file, (off_t)offset);
    return placed == MAP_FAILED ? -1 : 0;
}

/* As RingMemory.Unsafe.cs: the peer's page read only, data twice in a row, and writable for the producer and for a
 * consumer that touches what it has read. */
static unsigned char *map_ring(int file, size_t data, int out, int touches, size_t *bytes) {
    *bytes = MUK_RING_DATA_OFFSET + 2 * data;
    unsigned char *ring = mmap(NULL, *bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ring == MAP_FAILED) {
        return NULL;
    }
    if (place(ring, 0, file, 0, 4096, 0) != 0 ||
        place(ring, MUK_RING_PRODUCER_OFFSET, file, MUK_RING_PRODUCER_OFFSET, 4096, out) != 0 ||
        place(ring, MUK_RING_CONSUMER_OFFSET, file, MUK_RING_CONSUMER_OFFSET, 4096, !out) != 0 ||
        place(ring, MUK_RING_DATA_OFFSET, file, MUK_RING_DATA_OFFSET, data, out || touches) != 0 ||
        place(ring, MUK_RING_DATA_OFFSET + data, file, MUK_RING_DATA_OFFSET, data, out || touches) != 0) {
        munmap(ring, *bytes);
        return NULL;
    }
    return ring;
}

static struct host_port *open_file(int file, enum muk_direction direction, size_t size, size_t align) {
    struct muk_ring_header header;
    struct stat status;
    if (fstat(file, &status) != 0) {
        return NULL;
    }
    if (pread(file, &header, sizeof header, 0) != (ssize_t)sizeof header || !muk_header_fits(&header, size, align) ||
        (uint64_t)status.st_size < MUK_RING_DATA_OFFSET + header.data_bytes) {
        errno = EPROTO;
        return NULL;
    }
    struct host_port *host = aligned_alloc(_Alignof(struct host_port), sizeof *host);
    if (!host) {
        return NULL;
    }
    *host = (struct host_port){.port = {.direction = direction, .data = muk_unbound}};
    host->ring = map_ring(file, (size_t)header.data_bytes, direction == MUK_DIRECTION_OUT,
                          (header.flags & MUK_RING_CONSUMER_TOUCHES) != 0, &host->bytes);
    if (!host->ring) {
        free(host);
        return NULL;
    }
    muk_port_attach(&host->port, &header, host->ring);
    return host;
}

struct muk_port *muk_host_open(const char *path, enum muk_direction direction, size_t size, size_t align,
                               uint32_t spin_iterations) {
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) {
        return NULL;
    }
    struct host_port *host = open_file(file, direction, size, align);
    int error = errno;
    close(file);
    errno = error;
    if (!host) {
        return NULL;
    }
    if (host->port.spin_iterations != UINT32_MAX) { /* a side that may not park keeps spinning */
        host->port.spin_iterations = spin_iterations;
    }
    return &host->port;
}

void muk_host_close(struct muk_port *port, enum muk_ring_state state) {
    struct host_port *host = (struct host_port *)(void *)port;
    if (state != MUK_RING_OPEN) {
        muk_port_close(port, state);
    }
    munmap(host->ring, host->bytes);
    free(host);
}

/* A port of a process is bound when it is opened, or not at all. */
enum muk_error muk_platform_bind(struct muk_port *port, size_t size, size_t align) {
    (void)port;
    (void)size;
    (void)align;
    return MUK_MISMATCH;
}

void muk_platform_park(struct muk_port *port, uint32_t bell) {
    if (__atomic_load_n(&port->peer->state, __ATOMIC_ACQUIRE) == MUK_RING_OPEN) {
        syscall(SYS_futex, &port->peer->bell, FUTEX_WAIT, bell, NULL, NULL, 0);
    }
}

void muk_platform_ring(struct muk_port *port) {
    syscall(SYS_futex, &port->own->bell, FUTEX_WAKE, 0x7fffffff, NULL, NULL, 0);
}
