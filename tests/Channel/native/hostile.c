/* hostile.c: both sides of a ring in C while somebody writes anything anywhere: `hostile PATH SIZE ROUNDS SEED`, SIZE 0
 * for records. Built with sanitizers. Exits with 0 when nothing but links was lost; prints how many were. */
#include "muk_host.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct ring {
    const char *path;
    size_t size;
    size_t data_bytes;
    unsigned char *all; /* the file from the producer's page on, writable, as no honest side has it */
    uint64_t seed;
    int stop;
};

static uint64_t next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* What a liar writes: noise, small numbers, what a record's header word could be. */
static void lie(const struct ring *ring, uint64_t *random) {
    size_t data = MUK_RING_DATA_OFFSET - MUK_RING_PRODUCER_OFFSET;
    uint64_t where = next(random) % 8;
    size_t at = where == 0   ? next(random) % 64 * 8
                : where == 1 ? 4096 + next(random) % 64 * 8
                             : data + next(random) % (ring->data_bytes / 8) * 8;
    uint64_t value = next(random);
    switch (next(random) % 4) {
    case 0:
        value %= 2048;
        break;
    case 1:
        value = (at - data) / 8 << 32 | 0x80000000u | value % 400;
        break;
    case 2:
        value = value % 2 == 0 ? 0 : UINT64_MAX;
        break;
    default:
        break;
    }
    __atomic_store_n((uint64_t *)(void *)(ring->all + at), value, __ATOMIC_RELAXED);
}

static void *lie_on(void *argument) {
    struct ring *ring = argument;
    uint64_t random = ring->seed ^ 0x5eed;
    while (!__atomic_load_n(&ring->stop, __ATOMIC_RELAXED)) {
        lie(ring, &random);
    }
    return NULL;
}

/* Reads every byte that the ring says is there. */
static void read_all(const struct ring *ring, const struct muk_port *port, const unsigned char *from, size_t bytes) {
    static volatile unsigned char sum;
    const unsigned char *end = port->data + 2 * ring->data_bytes;
    if (bytes > (ring->size ? ring->size : port->payload_bytes) || from < port->data || from + bytes > end) {
        printf("a message of %zu bytes at %td\n", bytes, from - port->data);
        exit(1);
    }
    for (size_t i = 0; i < bytes; i++) {
        sum = (unsigned char)(sum + from[i]);
    }
}

static void receive(const struct ring *ring, struct muk_port *in, uint64_t *random) {
    size_t count = 1 + next(random) % 40;
    if (ring->size == 0) {
        const unsigned char *record = muk_record_recv(in, &count, MUK_TRY);
        if (record) {
            read_all(ring, in, record, count);
            muk_record_release(in);
        }
        return;
    }
    const unsigned char *first = muk_slot_recv_many(in, &count, ring->size, 8, MUK_TRY);
    for (size_t i = 0; first && i < count; i++) {
        read_all(ring, in, first + i * muk_slot_bytes(ring->size, 8), ring->size);
    }
    if (first) {
        muk_slot_release(in, count, ring->size, 8);
    }
}

static void send(const struct ring *ring, struct muk_port *out, uint64_t *random) {
    static const unsigned char zeros[65536];
    size_t count = 1 + next(random) % 40;
    if (ring->size == 0) {
        size_t bytes = next(random) % (out->payload_bytes + 1u);
        void *room = muk_record_claim(out, bytes, MUK_TRY);
        if (room) {
            memset(room, 0xa5, bytes);
            muk_record_commit(out, bytes);
        }
        return;
    }
    if (count % 2) {
        muk_slot_send_many(out, zeros, count, ring->size, 8, MUK_TRY);
        return;
    }
    unsigned char *first = muk_slot_claim_many(out, &count, ring->size, 8, MUK_TRY);
    for (size_t i = 0; first && i < count; i++) {
        memset(first + i * muk_slot_bytes(ring->size, 8), 0xa5, ring->size);
    }
    if (first) {
        muk_slot_commit_many(out, count, ring->size, 8);
    }
}

/* One life of both sides. 1 when a link was found corrupt. */
static int live(const struct ring *ring, uint64_t *random, int lies) {
    struct muk_port *out = muk_host_open(ring->path, MUK_DIRECTION_OUT, ring->size, 8, 0);
    struct muk_port *in = muk_host_open(ring->path, MUK_DIRECTION_IN, ring->size, 8, 0);
    if (!out || !in) {
        perror(ring->path);
        exit(1);
    }
    for (int step = 0; step < 200; step++) {
        send(ring, out, random);
        for (uint64_t i = lies ? next(random) % 3 : 0; i > 0; i--) {
            lie(ring, random);
        }
        receive(ring, in, random);
    }
    int corrupt = out->error == MUK_CORRUPT || in->error == MUK_CORRUPT;
    if (in->error == MUK_CORRUPT) { /* what is found corrupt stays so */
        size_t count = 1;
        const void *more = ring->size ? muk_slot_recv_many(in, &count, ring->size, 8, MUK_WAIT)
                                      : muk_record_recv(in, &count, MUK_WAIT);
        if (more) {
            printf("a corrupt link gave a message\n");
            exit(1);
        }
    }
    muk_host_close(out, MUK_RING_OPEN);
    muk_host_close(in, MUK_RING_OPEN);
    return corrupt;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        return 2;
    }
    struct ring ring = {.path = argv[1], .size = strtoull(argv[2], NULL, 10), .seed = strtoull(argv[4], NULL, 10) | 1};
    uint64_t random = ring.seed;
    int file = open(ring.path, O_RDWR | O_CLOEXEC);
    struct muk_ring_header header;
    if (file < 0 || pread(file, &header, sizeof header, 0) != (ssize_t)sizeof header) {
        perror(ring.path);
        return 2;
    }
    ring.data_bytes = header.data_bytes;
    size_t bytes = MUK_RING_DATA_OFFSET - MUK_RING_PRODUCER_OFFSET + ring.data_bytes;
    ring.all = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, MUK_RING_PRODUCER_OFFSET);
    int rounds = atoi(argv[3]);
    int corrupt = 0;
    for (int i = 0; i < rounds; i++) {
        memset(ring.all, 0, bytes);
        corrupt += live(&ring, &random, 1);
    }
    pthread_t liar;
    pthread_create(&liar, NULL, lie_on, &ring);
    for (int i = 0; i < rounds; i++) {
        live(&ring, &random, 0);
    }
    __atomic_store_n(&ring.stop, 1, __ATOMIC_RELAXED);
    pthread_join(liar, NULL);
    printf("%d\n", corrupt);
    return 0;
}
