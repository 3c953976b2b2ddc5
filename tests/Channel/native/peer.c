/* peer.c: one side of a ring in C, for the contract tests: `peer out|in PATH SIZE COUNT BATCH SPIN SEED`, SIZE 0 for
 * records. Prints what it saw wrong and exits with 1. The twin is TestTraffic.cs. */
#include "muk_host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    const char *path;
    size_t size;
    uint64_t count;
    size_t batch;
    uint32_t spin;
    uint64_t seed;
};

static uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ x >> 27) * 0x94d049bb133111ebull;
    return x ^ x >> 31;
}

static void fill(unsigned char *to, size_t bytes, uint64_t number) {
    uint64_t start = mix(number);
    for (size_t i = 0; i < bytes; i++) {
        to[i] = (unsigned char)(start + i);
    }
}

static int matches(const unsigned char *from, size_t bytes, uint64_t number) {
    uint64_t start = mix(number);
    for (size_t i = 0; i < bytes; i++) {
        if (from[i] != (unsigned char)(start + i)) {
            return 0;
        }
    }
    return 1;
}

static size_t record_bytes(const struct job *job, const struct muk_port *port, uint64_t number) {
    return (size_t)(mix(job->seed ^ number) % (port->payload_bytes + 1u));
}

static int wrong(const char *what, uint64_t number, const struct muk_port *port) {
    printf("%s at message %" PRIu64 ", error %u\n", what, number, port->error);
    return 1;
}

static int send_records(const struct job *job, struct muk_port *port) {
    for (uint64_t n = 0; n < job->count; n++) {
        size_t bytes = record_bytes(job, port, n);
        unsigned char *to = muk_record_claim(port, bytes, MUK_WAIT);
        if (!to) {
            return wrong("no room", n, port);
        }
        fill(to, bytes, n);
        muk_record_commit(port, bytes);
    }
    return 0;
}

/* Odd batches are copied from an array. */
static int copy_slots(const struct job *job, struct muk_port *port) {
    unsigned char *messages = malloc(job->batch * job->size);
    uint64_t n = 0;
    while (messages && n < job->count) {
        size_t many = job->count - n < job->batch ? (size_t)(job->count - n) : job->batch;
        for (size_t i = 0; i < many; i++) {
            fill(messages + i * job->size, job->size, n + i);
        }
        many = muk_slot_send_many(port, messages, many, job->size, 8, MUK_WAIT);
        if (many == 0) {
            break;
        }
        n += many;
    }
    free(messages);
    return n == job->count ? 0 : wrong("no room", n, port);
}

static int send_slots(const struct job *job, struct muk_port *port) {
    if (job->batch > 1 && job->batch % 2 != 0) {
        return copy_slots(job, port);
    }
    size_t stride = muk_slot_bytes(job->size, 8);
    for (uint64_t n = 0; n < job->count;) {
        size_t many = job->count - n < job->batch ? (size_t)(job->count - n) : job->batch;
        unsigned char *to = muk_slot_claim_many(port, &many, job->size, 8, MUK_WAIT);
        if (!to) {
            return wrong("no room", n, port);
        }
        for (size_t i = 0; i < many; i++) {
            fill(to + i * stride, job->size, n + i);
        }
        if (job->batch == 1) {
            muk_slot_commit(port, job->size, 8);
        } else {
            muk_slot_commit_many(port, many, job->size, 8);
        }
        n += many;
    }
    return 0;
}

static int receive_records(const struct job *job, struct muk_port *port) {
    for (uint64_t n = 0; n < job->count; n++) {
        size_t bytes;
        const unsigned char *from = muk_record_recv(port, &bytes, MUK_WAIT);
        if (!from || bytes != record_bytes(job, port, n) || !matches(from, bytes, n)) {
            return wrong("a wrong record", n, port);
        }
        muk_record_release(port);
    }
    size_t bytes;
    return muk_record_recv(port, &bytes, MUK_WAIT) || port->error != MUK_ENDED ? wrong("no end", job->count, port) : 0;
}

static int receive_slots(const struct job *job, struct muk_port *port) {
    size_t stride = muk_slot_bytes(job->size, 8);
    for (uint64_t n = 0; n < job->count;) {
        size_t many = job->batch;
        const unsigned char *from = muk_slot_recv_many(port, &many, job->size, 8, MUK_WAIT);
        for (size_t i = 0; from && i < many; i++) {
            if (!matches(from + i * stride, job->size, n + i)) {
                return wrong("a wrong message", n + i, port);
            }
        }
        if (!from) {
            return wrong("no message", n, port);
        }
        muk_slot_release(port, many, job->size, 8);
        n += many;
    }
    return muk_slot_recv(port, job->size, 8, MUK_WAIT) || port->error != MUK_ENDED ? wrong("no end", job->count, port)
                                                                                   : 0;
}

int main(int argc, char **argv) {
    if (argc != 8) {
        return 2;
    }
    int out = strcmp(argv[1], "out") == 0;
    struct job job = {argv[2],
                      strtoull(argv[3], NULL, 10),
                      strtoull(argv[4], NULL, 10),
                      strtoull(argv[5], NULL, 10),
                      (uint32_t)strtoul(argv[6], NULL, 10),
                      strtoull(argv[7], NULL, 10)};
    struct muk_port *port = muk_host_open(job.path, out ? MUK_DIRECTION_OUT : MUK_DIRECTION_IN, job.size, 8, job.spin);
    if (!port) {
        perror(job.path);
        return 2;
    }
    int status = out ? (job.size ? send_slots(&job, port) : send_records(&job, port))
                     : (job.size ? receive_slots(&job, port) : receive_records(&job, port));
    muk_host_close(port, status ? MUK_RING_FAILED : MUK_RING_ENDED);
    return status;
}
