/* ring.c: the slow paths of the rings: waiting, waking, finding out why. See rings.md for the argument. */
#include "internal.h"

unsigned char muk_unbound[64] __attribute__((aligned(64)));

static uint32_t load32(const uint32_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void store32(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static int bound(const struct muk_port *port) {
    return port->own != NULL;
}

/* Ended, failed and corrupt links stay so. */
static int over(const struct muk_port *port) {
    return port->error >= MUK_ENDED && port->error != MUK_TOO_LARGE;
}

static int bind_port(struct muk_port *port, size_t size, size_t align) {
    if (!bound(port) && !over(port)) {
        port->error = muk_platform_bind(port, size, align);
    }
    return bound(port) && !over(port);
}

/* A link whose other side lies is never looked at again: the fast paths find nothing from here on. */
static void fail(struct muk_port *port) {
    port->error = MUK_CORRUPT;
    port->touches = 0;
    port->data = muk_unbound;
    port->mask = 0;
    port->limit = port->position;
}

static enum muk_error peer_error(const struct muk_port *port, enum muk_error open) {
    switch (load32(&port->peer->state)) {
    case MUK_RING_OPEN:
        return open;
    case MUK_RING_ENDED:
        return MUK_ENDED;
    case MUK_RING_FAILED:
        return MUK_PEER_FAILED;
    default:
        return MUK_CORRUPT;
    }
}

void muk_port_publish(struct muk_port *port) {
    struct muk_ring_side *own = port->own;
    own->messages = port->messages;
    own->bytes = port->bytes;
    own->idle_cycles = port->idle_cycles;
    own->waits = port->waits;
    own->parks = port->parks;
    muk_store(&own->position, port->position);
}

static void ring_bell(struct muk_port *port) {
    store32(&port->own->bell, port->own->bell + 1);
    muk_platform_ring(port);
}

__attribute__((noinline)) void muk_wake_peer_if_parked(struct muk_port *port) {
    muk_full_fence(); /* F1: pairs with F2 in wait() of the other side */
    uint32_t parked = load32(&port->peer->parked);
    if ((parked & 1) != 0 && parked != port->rung) {
        port->rung = parked;
        ring_bell(port);
    }
}

void muk_port_close(struct muk_port *port, enum muk_ring_state state) {
    muk_port_publish(port);
    store32(&port->own->state, state);
    muk_full_fence();
    ring_bell(port);
}

/* ---- Looking: 1 found, 0 not, port->error says why -----------------------------------------------------------------
 */

typedef int look_fn(struct muk_port *port, uint64_t need);

/* in: the state is read before the word, since a writer's last message comes before its state */
static int arrived(struct muk_port *port, const unsigned char *at, uint64_t awaited, uint64_t before) {
    enum muk_error state = peer_error(port, MUK_EMPTY);
    uint64_t word = muk_load(at);
    if (awaited ? word == awaited : word != 0) {
        return 1;
    }
    port->error = state;
    if (word != before || state == MUK_CORRUPT) {
        fail(port);
    }
    return 0;
}

static int look_slot(struct muk_port *port, uint64_t slot_bytes) {
    uint64_t slots = port->mask + 1;
    uint64_t awaited = port->position + 1;
    return arrived(port, port->data + (port->position & port->mask) * slot_bytes, awaited,
                   awaited > slots ? awaited - slots : 0);
}

static int look_record(struct muk_port *port, uint64_t unused) {
    (void)unused;
    return arrived(port, port->data + (port->position & port->mask), 0, 0);
}

/* out: room for `need` more */
static int look_room(struct muk_port *port, uint64_t need) {
    enum muk_error state = peer_error(port, MUK_OK);
    uint64_t read = muk_load(&port->peer->position);
    uint64_t capacity = port->mask + 1;
    if (read > port->position || port->position - read > capacity || (need > 1 && read % MUK_RECORD_ALIGN != 0)) {
        state = MUK_CORRUPT;
    }
    if (state != MUK_OK) {
        port->error = state;
        if (state == MUK_CORRUPT) {
            fail(port);
        }
        return 0;
    }
    port->limit = read + capacity;
    port->error = MUK_FULL;
    return port->limit - port->position >= need;
}

/* Looks at a word between two looks at the peer's state. */
#define LOOKS 64u

/* Between two looks at the position of a reader that has a full ring before it. */
#define PAUSES_WHEN_FULL 16u

/* A row that took longer was interrupted, and says nothing of how long looks take. */
#define LOOK_CYCLES_MAX 256u

/* ---- Waiting --------------------------------------------------------------------------------------------------------
 */

/* Looks at one word until it changes, at most LOOKS times. A pause between looks, and only one: a reader that asks
 * without a break takes the line from the writer, which must have it to write; one that waits longer sees it late.
 * The time it took is estimated by the looks, since reading the clock would delay the message. */
static int changed(struct muk_port *port, const unsigned char *word, uint64_t stale) {
    for (uint32_t i = 0; i < LOOKS; i++) {
        if (muk_load(word) != stale) {
            port->idle_cycles += (uint64_t)port->looks_cycles * i / LOOKS;
            return 1;
        }
        muk_pause();
    }
    return 0;
}

static int wait_for(struct muk_port *port, look_fn *look, uint64_t need, const unsigned char *word) {
    uint64_t now = muk_tsc();
    uint32_t spins = 0;
    int found;
    port->waits++;
    for (;;) {
        uint64_t stale = muk_load(word);
        found = look(port, need);
        if (found || over(port)) {
            return found;
        }
        if (changed(port, word, stale)) {
            continue;
        }
        uint64_t then = now;
        now = muk_tsc();
        port->idle_cycles += now - then;
        port->looks_cycles = (uint32_t)(now - then < LOOK_CYCLES_MAX * LOOKS ? now - then : LOOK_CYCLES_MAX * LOOKS);
        if (spins < port->spin_iterations) {
            spins += port->spin_iterations == UINT32_MAX ? 0 : LOOKS;
            continue;
        }
        uint32_t bell = load32(&port->peer->bell);
        store32(&port->own->parked, ++port->sleep);
        muk_full_fence(); /* F2: pairs with F1 in muk_wake_peer_if_parked of the other side */
        found = look(port, need);
        if (!found && !over(port)) {
            port->parks++;
            muk_port_publish(port);
            muk_platform_park(port, bell);
        }
        store32(&port->own->parked, ++port->sleep);
        then = now;
        now = muk_tsc();
        port->idle_cycles += now - then;
        if (found || over(port)) {
            return found;
        }
    }
}

/* Where the next message's header word is. */
static const unsigned char *header_word(const struct muk_port *port, look_fn *look, uint64_t slot_bytes) {
    return port->data + (port->position & port->mask) * (look == look_slot ? slot_bytes : 1);
}

static int find(struct muk_port *port, look_fn *look, uint64_t need, enum muk_patience patience) {
    const void *word = look == look_room ? (const void *)&port->peer->position : header_word(port, look, need);
    int found = look(port, need);
    if (!found && patience == MUK_WAIT && !over(port)) {
        found = wait_for(port, look, need, word);
    }
    if (!found) {
        muk_port_publish(port);
    }
    return found;
}

/* A writer that has filled the ring and then asks for every message's room alone takes the reader's position from it
 * each time. The reader has plenty to do meanwhile, so this waits for an eighth of the ring, for as long as one that
 * reads at all needs for that, and not if it should park at once. 1 when there is that much; else find() decides. */
static int gather(struct muk_port *port, uint64_t need, enum muk_patience patience) {
    uint64_t eighth = (port->mask + 1) / 8;
    if (patience == MUK_TRY || port->spin_iterations == 0) {
        return 0;
    }
    for (uint32_t i = 0; i < LOOKS; i++) {
        if (look_room(port, need) && port->limit - port->position >= eighth) {
            return 1;
        }
        if (over(port)) {
            return 0;
        }
        for (uint32_t j = 0; j < PAUSES_WHEN_FULL; j++) {
            muk_pause();
        }
    }
    return 0;
}

__attribute__((noinline)) const void *muk_slot_recv_slow(struct muk_port *port, size_t size, size_t align,
                                                         enum muk_patience patience) {
    if (patience == MUK_WAIT && port->spin_iterations) { /* the quick wait of a round trip */
        const unsigned char *slot = muk_slot(port, port->position, size, align);
        for (uint32_t i = 0; i < LOOKS; i++) {
            if (muk_load(slot) == port->position + 1) {
                port->waits++;
                port->idle_cycles += (uint64_t)port->looks_cycles * i / LOOKS;
                return slot + muk_payload_offset(align);
            }
            muk_pause();
        }
    }
    if (!bind_port(port, size, align) || !find(port, look_slot, muk_slot_bytes(size, align), patience)) {
        return NULL;
    }
    return muk_slot(port, port->position, size, align) + muk_payload_offset(align);
}

__attribute__((noinline)) void *muk_slot_claim_slow(struct muk_port *port, size_t size, size_t align,
                                                    enum muk_patience patience) {
    if (!bind_port(port, size, align)) {
        return NULL;
    }
    muk_port_publish(port);
    if (port->position == port->limit && !gather(port, 1, patience) && !find(port, look_room, 1, patience)) {
        return NULL;
    }
    return muk_slot(port, port->position, size, align) + muk_payload_offset(align);
}

__attribute__((noinline)) const void *muk_record_recv_slow(struct muk_port *port, size_t *bytes,
                                                           enum muk_patience patience) {
    *bytes = 0;
    if (!bind_port(port, 0, MUK_RECORD_ALIGN) || !find(port, look_record, 0, patience)) {
        return NULL;
    }
    unsigned char *at = port->data + (port->position & port->mask);
    uint64_t length = muk_load(at) ^ muk_record_tag(port->position);
    if (length > port->payload_bytes) {
        fail(port);
        return NULL;
    }
    *bytes = port->peeked = length;
    port->limit = port->position + muk_record_bytes(length);
    return at + 8;
}

__attribute__((noinline)) void *muk_record_claim_slow(struct muk_port *port, size_t bytes, enum muk_patience patience) {
    if (!bind_port(port, 0, MUK_RECORD_ALIGN)) {
        return NULL;
    }
    if (bytes > port->payload_bytes) {
        port->error = MUK_TOO_LARGE;
        return NULL;
    }
    muk_port_publish(port);
    uint64_t need = muk_record_bytes(bytes) + 8;
    if (port->limit - port->position < need && !gather(port, need, patience) &&
        !find(port, look_room, need, patience)) {
        return NULL;
    }
    return port->data + (port->position & port->mask) + 8;
}

/* ---- Attaching ------------------------------------------------------------------------------------------------------
 */

int muk_header_fits(const struct muk_ring_header *header, size_t size, size_t align) {
    uint64_t page = 4096;
    uint64_t data = header->data_bytes;
    if (header->magic != MUK_RING_MAGIC || header->abi != MUK_ABI_VERSION || data < MUK_RING_DATA_BYTES_MIN ||
        data > MUK_RING_DATA_BYTES_MAX || data % page != 0 || header->payload_offset != muk_payload_offset(align)) {
        return 0;
    }
    if (size != 0) {
        uint64_t slots = header->slot_count;
        return header->kind == MUK_RING_SLOTS && header->payload_bytes == size && slots >= 2 &&
               (slots & (slots - 1)) == 0 && header->slot_bytes == muk_slot_bytes(size, align) &&
               slots <= MUK_RING_DATA_BYTES_MAX / header->slot_bytes &&
               ((slots * header->slot_bytes + page - 1) & ~(page - 1)) == data;
    }
    return header->kind == MUK_RING_RECORDS && (data & (data - 1)) == 0 && header->payload_bytes > 0 &&
           header->payload_bytes <= MUK_RING_DATA_BYTES_MAX / 4 &&
           2 * muk_record_bytes(header->payload_bytes) + 8 <= data;
}

/* What was committed after the position was published last is found by its header words, which name their positions. */
static void recover(struct muk_port *port, uint64_t slot_bytes) {
    uint64_t start = port->position;
    uint64_t capacity = port->mask + 1;
    while (port->position - start < capacity) {
        if (slot_bytes) {
            if (muk_load(port->data + (port->position & port->mask) * slot_bytes) != port->position + 1) {
                break;
            }
            port->position++;
            continue;
        }
        uint64_t length = muk_load(port->data + (port->position & port->mask)) ^ muk_record_tag(port->position);
        if (length > port->payload_bytes) {
            break;
        }
        port->messages++;
        port->bytes += length;
        port->position += muk_record_bytes(length);
    }
    /* Behind it may lie a batch that was never shown, in a row: make it look like the lap before. */
    for (uint64_t stale = port->position + 1; slot_bytes && stale - port->position < capacity; stale++) {
        unsigned char *slot = port->data + (stale & port->mask) * slot_bytes;
        if (muk_load(slot) != stale + 1) {
            break;
        }
        muk_store(slot, stale >= capacity ? stale + 1 - capacity : 0);
    }
}

void muk_port_attach(struct muk_port *port, const struct muk_ring_header *header, unsigned char *ring) {
    int out = port->direction == MUK_DIRECTION_OUT;
    int slots = header->kind == MUK_RING_SLOTS;
    struct muk_ring_side *producer = (struct muk_ring_side *)(void *)(ring + MUK_RING_PRODUCER_OFFSET);
    struct muk_ring_side *consumer = (struct muk_ring_side *)(void *)(ring + MUK_RING_CONSUMER_OFFSET);
    uint32_t own_parks = out ? MUK_RING_PRODUCER_PARKS : MUK_RING_CONSUMER_PARKS;
    uint32_t peer_parks = out ? MUK_RING_CONSUMER_PARKS : MUK_RING_PRODUCER_PARKS;
    port->own = out ? producer : consumer;
    port->peer = out ? consumer : producer;
    port->data = ring + MUK_RING_DATA_OFFSET;
    port->mask = (slots ? header->slot_count : header->data_bytes) - 1;
    port->payload_bytes = header->payload_bytes;
    port->peer_parks = header->flags & peer_parks;
    port->touches = out ? 0 : header->flags & MUK_RING_CONSUMER_TOUCHES;
    if (!(header->flags & own_parks)) {
        port->spin_iterations = UINT32_MAX; /* the other side would not look */
    }
    port->position = port->own->position;
    port->messages = port->own->messages;
    port->bytes = port->own->bytes;
    port->waits = port->own->waits;
    port->parks = port->own->parks;
    port->idle_cycles = port->own->idle_cycles;
    port->sleep = (port->own->parked + 1) & ~1u; /* a side that died asleep wakes up here */
    store32(&port->own->parked, port->sleep);
    if (out) {
        recover(port, slots ? header->slot_bytes : 0);
    }
    port->limit = port->position;
}
