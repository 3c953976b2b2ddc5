/* boot.c: a guest's ports, found by name in the boot block, and its waits, made as calls to the core kernel. */
#include "../muk.h"
#include "calls.h"
#include "internal.h"

extern struct muk_port __start_muk_ports[] __attribute__((weak, visibility("hidden")));
extern struct muk_port __stop_muk_ports[] __attribute__((weak, visibility("hidden")));

/* What an output writes to when nothing is linked to it: one slot that is always free. */
static struct muk_ring_side nobody;

static int same_name(const char *a, const char *b) {
    for (size_t i = 0; i < MUK_NAME_BYTES; i++) {
        if (a[i] != b[i]) {
            return 0;
        }
        if (a[i] == '\0') {
            return 1;
        }
    }
    return 1;
}

static enum muk_error discard(struct muk_port *port, size_t size, size_t align) {
    size_t bytes = size ? muk_slot_bytes(size, align) : MUK_RING_DATA_BYTES_MAX / 4 + 64;
    long at = muk_syscall6(MUK_SYS_MMAP, 0, (long)bytes, 3, 0x4022, -1, 0); /* private, anonymous, no reserve */
    if (at < 0 && at > -4096) {
        return MUK_MISMATCH;
    }
    port->own = &nobody;
    port->peer = &nobody;
    port->data = (unsigned char *)at;
    port->payload_bytes = MUK_RING_DATA_BYTES_MAX / 4;
    port->mask = 0;
    port->limit = UINT64_MAX;
    return MUK_OK;
}

enum muk_error muk_platform_bind(struct muk_port *port, size_t size, size_t align) {
    const struct muk_boot *boot = muk_boot_block();
    for (uint32_t i = 0; i < boot->port_count && i < MUK_PORTS_MAX; i++) {
        const struct muk_boot_port *found = &boot->ports[i];
        if (found->direction != port->direction || !same_name(found->name, port->name)) {
            continue;
        }
        if (!found->linked) {
            break;
        }
        unsigned char *ring = (unsigned char *)found->ring_address;
        const struct muk_ring_header *header = (const struct muk_ring_header *)(void *)ring;
        if (!muk_header_fits(header, size, align)) {
            return MUK_MISMATCH;
        }
        port->index = i;
        port->spin_iterations = boot->spin_iterations;
        muk_port_attach(port, header, ring);
        return MUK_OK;
    }
    return port->direction == MUK_DIRECTION_OUT ? discard(port, size, align) : MUK_ENDED;
}

void muk_platform_park(struct muk_port *port, uint32_t bell) {
    muk_syscall3(MUK_CALL_PARK, port->index, bell, 0);
}

void muk_platform_ring(struct muk_port *port) {
    muk_syscall3(MUK_CALL_RING, port->index, 0, 0);
}

/* At exit the statistics get their last values; the core kernel closes the ports. */
__attribute__((destructor)) static void publish_all(void) {
    for (struct muk_port *port = __start_muk_ports; port < __stop_muk_ports; port++) {
        if (port->own) {
            muk_port_publish(port);
        }
    }
}
