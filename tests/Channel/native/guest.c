/* guest.c: a MUK's main with muk.h, run as an ordinary process: `guest SAMPLES PEAKS LINES` maps the boot block and
 * three rings where the core kernel would, and then runs the program below. No system call of the core kernel's is
 * needed on the way. */
#include "muk.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct sample {
    int64_t number;
    double value;
};

MUK_IN(samples, struct sample)
MUK_OUT(peaks, struct sample)
MUK_OUT(lines, muk_bytes)
MUK_OUT(nowhere, int32_t)
MUK_IN(nothing, struct sample)
MUK_CAPACITY(samples, 1 << 16)
MUK_MEMORY(1 << 20)

/* Doubles what comes: alone, then many at a time; says how many in a record; talks to ports that are not linked. */
static int program(void) {
    int64_t count = 0;
    for (const struct sample *s; count < 100 && (s = muk_recv(samples)); muk_release(samples)) {
        if (!muk_send(peaks, (&(struct sample){s->number, s->value * 2}))) {
            return 10;
        }
        count++;
    }
    for (;;) {
        size_t many = 16;
        const struct sample *first = muk_recv_many(samples, &many);
        if (!first) {
            break;
        }
        for (size_t done = 0; done < many;) {
            size_t room = many - done;
            struct sample *to = muk_claim_many(peaks, &room);
            for (size_t i = 0; i < room; i++) {
                const struct sample *from = muk_nth(samples, first, done + i);
                *muk_nth(peaks, to, i) = (struct sample){from->number, from->value * 2};
            }
            muk_commit_many(peaks, room);
            done += room;
        }
        muk_release_many(samples, many);
        count += (int64_t)many;
        if (!muk_send(nowhere, &(int32_t){1}) || !muk_send_many(nowhere, ((int32_t[]){1, 2, 3}), 3)) {
            return 11;
        }
    }
    char text[32];
    int bytes = snprintf(text, sizeof text, "%lld", (long long)count);
    if (!muk_send_bytes(lines, text, (size_t)bytes)) {
        return 12;
    }
    if (muk_recv(nothing) || muk_error(nothing) != MUK_ENDED || muk_error(samples) != MUK_ENDED) {
        return 13;
    }
    uint64_t before = muk_now();
    return muk_now() >= before ? 0 : 14;
}

static int place(unsigned char *ring, int file, size_t at, size_t offset, size_t bytes) {
    void *placed = mmap(ring + at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, (off_t)offset);
    return placed == MAP_FAILED;
}

static int link_port(struct muk_boot *boot, const char *path, const char *name, uint32_t direction) {
    uint32_t index = boot->port_count++;
    unsigned char *ring = (unsigned char *)(uintptr_t)(MUK_RINGS_ADDRESS + index * MUK_RING_STRIDE);
    struct muk_ring_header header;
    int file = open(path, O_RDWR);
    if (file < 0 || read(file, &header, sizeof header) != (ssize_t)sizeof header || place(ring, file, 0, 0, 0x3000)) {
        return 1;
    }
    size_t data = (size_t)header.data_bytes;
    if (place(ring, file, MUK_RING_DATA_OFFSET, MUK_RING_DATA_OFFSET, data) ||
        place(ring, file, MUK_RING_DATA_OFFSET + data, MUK_RING_DATA_OFFSET, data)) {
        return 1;
    }
    struct muk_boot_port *port = &boot->ports[index];
    strcpy(port->name, name);
    port->direction = direction;
    port->linked = 1;
    port->ring_address = (uint64_t)(uintptr_t)ring;
    return 0;
}

int main(int argc, char **argv) {
    struct muk_boot *boot = mmap((void *)MUK_BOOT_ADDRESS, MUK_BOOT_BYTES, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (argc != 4 || boot == MAP_FAILED) {
        return 2;
    }
    boot->spin_iterations = UINT32_MAX;
    boot->tsc_mult = 1;
    if (link_port(boot, argv[1], "samples", MUK_DIRECTION_IN) || link_port(boot, argv[2], "peaks", MUK_DIRECTION_OUT) ||
        link_port(boot, argv[3], "lines", MUK_DIRECTION_OUT)) {
        return 3;
    }
    return program();
}
