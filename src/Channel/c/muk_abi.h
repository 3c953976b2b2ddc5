/* muk_abi.h: the contract between a MUK, the core kernel that runs it and the peers at the other end of its rings.
 *
 * Everything here is laid out for x86-64, little endian. The C# twins are in src/Channel/Abi; a test compares every
 * offset. A change that an existing image could notice raises MUK_ABI_VERSION.
 *
 * Self-contained: needs <stdint.h> only, so that the launcher, the guests and the benchmarks can all include it.
 */
#ifndef MUK_ABI_H
#define MUK_ABI_H

#include <stdint.h>

#define MUK_ABI_VERSION 1u

/* ---- Where things are in a MUK's address space, on both machines ------------------------------------------------ */

#define MUK_STUB_ADDRESS  0x0000000000010000ull /* `kvm` only: the system-call stub, one page, read and execute */
#define MUK_BOOT_ADDRESS  0x0000000000020000ull /* struct muk_boot, read only */
#define MUK_BOOT_BYTES    0x0000000000010000ull
#define MUK_RINGS_ADDRESS 0x0000100000000000ull /* the ring of port i is at MUK_RINGS_ADDRESS + i * MUK_RING_STRIDE */
#define MUK_RING_STRIDE   0x0000001000000000ull
#define MUK_IMAGE_ADDRESS 0x0000500000000000ull /* load bias of the image; brk starts after its last page */
#define MUK_MMAP_TOP      0x0000700000000000ull /* `kvm` only: mmap hands out addresses downwards from here */
#define MUK_STACK_TOP     0x0000780000000000ull /* one guard page below the stack's limit */

#define MUK_PORTS_MAX  64u
#define MUK_NAME_BYTES 32u /* of a port, NUL included */

/* ---- Rings -------------------------------------------------------------------------------------------------------
 * One ring is one shared-memory file (and, at a guest address, the same picture):
 *
 *   0x0000    struct muk_ring_header   written once by whoever creates the ring, read only for both sides ever after
 *   0x1000    struct muk_ring_side     the producer's page: only the producer writes it, the consumer maps it read only
 *   0x2000    struct muk_ring_side     the consumer's page: only the consumer writes it, the producer maps it read only
 *   0x200000  data_bytes of data       only the producer writes it; the consumer maps it read only, unless it touches
 *   0x200000 + data_bytes              the same data again (a mapping, not part of the file), so nothing ever wraps
 *
 * See rings.md beside this file for the protocol and its argument.
 */

#define MUK_RING_MAGIC           0x31474e524b554dull /* "MUKRNG1" */
#define MUK_RING_PRODUCER_OFFSET 0x1000u
#define MUK_RING_CONSUMER_OFFSET 0x2000u
#define MUK_RING_DATA_OFFSET     0x200000u
#define MUK_RING_DATA_BYTES_MIN  0x1000u
#define MUK_RING_DATA_BYTES_MAX  0x40000000u /* 1 GiB */

enum muk_ring_kind {
    MUK_RING_SLOTS = 1,   /* every message has payload_bytes */
    MUK_RING_RECORDS = 2, /* every message has its own length, up to payload_bytes */
};

enum muk_ring_flags {
    MUK_RING_CONSUMER_PARKS = 1u, /* the consumer may sleep: the producer must fence and look at its `parked` */
    MUK_RING_PRODUCER_PARKS = 2u, /* the producer may sleep: the consumer must fence and look at its `parked` */
    /* The consumer may write data, and writes back what it read in each cache line that it is done with, so that the
     * producer finds the line in one cache and not in two. It writes nothing that was not there. */
    MUK_RING_CONSUMER_TOUCHES = 4u,
};

struct muk_ring_header {
    uint64_t magic;
    uint32_t abi;
    uint32_t kind;       /* enum muk_ring_kind */
    uint64_t data_bytes; /* whole pages; SLOTS: slot_count * slot_bytes rounded up to that; RECORDS: a power of two */
    uint64_t slot_count; /* SLOTS: a power of two, at least 2; RECORDS: 0 */
    uint32_t slot_bytes; /* SLOTS: distance from one slot to the next; RECORDS: 0 */
    uint32_t payload_bytes;  /* SLOTS: the message's size; RECORDS: the largest message's size */
    uint32_t payload_offset; /* from the slot's or record's 8-byte header word to the payload: 8, 16, 32 or 64 */
    uint32_t flags;          /* enum muk_ring_flags */
    uint64_t type_hash;      /* of the port's type (manifest), 0 for bytes */
};

enum muk_ring_state {
    MUK_RING_OPEN = 0,
    MUK_RING_ENDED = 1,  /* nothing more comes (producer) or nothing more is read (consumer) */
    MUK_RING_FAILED = 2, /* the same, and the side ended with a failure */
};

/* A side's page. Three groups of words on cache-line pairs of their own, 128 bytes apart, because they are written at
 * different times: the position while messages flow, the state once, the waiting words when somebody sleeps. */
struct muk_ring_side {
    uint64_t position;    /* messages (SLOTS) or bytes (RECORDS) this side has finished with: the consumer's is exact,
                             the producer's lags, by less than the ring, and is found again from the header words */
    uint64_t messages;    /* statistics, published when the side waits and when it closes */
    uint64_t bytes;       /* payload bytes, likewise */
    uint64_t idle_cycles; /* time-stamp cycles this side has spent waiting for the other */
    uint64_t waits;       /* times it found nothing to do, and times of those that it parked */
    uint64_t parks;
    uint64_t reserved0[10];

    uint32_t state; /* enum muk_ring_state */
    uint32_t reserved1[31];

    uint32_t parked; /* counts up when this side goes to sleep and when it wakes: odd while it is about to sleep or
                        sleeps, and then the other side rings once for that value after its next publication */
    uint32_t reserved2[31];

    uint32_t bell; /* this side's bell: counted up to wake the other side, which sleeps in a futex on this word */
    uint32_t reserved3[31];
};

/* ---- The boot page ---------------------------------------------------------------------------------------------- */

#define MUK_BOOT_MAGIC 0x31544f4f424b554dull /* "MUKBOOT1" */

enum muk_machine {
    MUK_MACHINE_KVM = 1,
    MUK_MACHINE_PROCESS = 2,
};

enum muk_direction {
    MUK_DIRECTION_IN = 1,
    MUK_DIRECTION_OUT = 2,
};

struct muk_boot_port {
    char name[MUK_NAME_BYTES]; /* NUL terminated */
    uint32_t direction;        /* enum muk_direction */
    uint32_t linked;           /* 0: nothing is at the other end (in: ended at once; out: discarded) */
    uint64_t ring_address;     /* of the ring's header page; 0 when not linked */
};

struct muk_boot {
    uint64_t magic;
    uint32_t abi;
    uint32_t machine; /* enum muk_machine */
    uint32_t core;    /* the host's number of the CPU it runs on */
    uint32_t port_count;
    uint32_t spin_iterations; /* pauses before a waiting port parks; 0: at once; UINT32_MAX: never */
    uint32_t stdio_port[3];   /* which port is file descriptor 0, 1, 2: an index, or UINT32_MAX for none */
    /* CLOCK_MONOTONIC in ns = ns_base + (((tsc - tsc_base) * tsc_mult) >> tsc_shift), with a 128-bit product */
    uint64_t tsc_base;
    uint64_t ns_base;
    uint64_t tsc_mult;
    uint32_t tsc_shift;
    uint32_t reserved;
    uint64_t tsc_hz;
    uint64_t realtime_offset_ns; /* CLOCK_REALTIME - CLOCK_MONOTONIC when it booted */
    struct muk_boot_port ports[MUK_PORTS_MAX];
};

/* ---- Calls to the core kernel beyond Linux's ---------------------------------------------------------------------
 * Made with the `syscall` instruction and Linux's convention, so that both machines see them alike.
 */

enum muk_call {
    /* park(port, bell): sleep until the peer's bell of `port` differs from `bell`, or the peer's state is not OPEN.
     * 0; -EINVAL for no such port. May return early; the caller looks again. */
    MUK_CALL_PARK = 0x4d554b01,
    /* ring(port): wake the peer of `port`, which has been seen parked; the caller has already counted its bell up. */
    MUK_CALL_RING = 0x4d554b02,
    /* log(text, bytes): one line, at most 4096 bytes, to the MUK's log (and `err` port). The count taken, or -errno. */
    MUK_CALL_LOG = 0x4d554b03,
};

/* ---- The manifest: ELF note, name "Muk", type MUK_NOTE_MANIFEST, section .note.muk -------------------------------
 * The descriptor is struct muk_manifest followed, without gaps and in this order, by ports, types, fields, enumerators
 * and strings. A string is an offset into the strings, which are UTF-8 and NUL terminated; offset 0 is "". An index
 * that points nowhere is MUK_NONE. The C# reader and writer are src/Channel/Abi/ManifestCodec.cs.
 */

#define MUK_NOTE_NAME     "Muk"
#define MUK_NOTE_MANIFEST 1u
#define MUK_NONE          UINT32_MAX

enum muk_language {
    MUK_LANGUAGE_C = 1,
    MUK_LANGUAGE_CSHARP = 2,
};

enum muk_type_kind {
    MUK_TYPE_STRUCT = 1,
    MUK_TYPE_SIGNED = 2,
    MUK_TYPE_UNSIGNED = 3,
    MUK_TYPE_FLOAT = 4,
    MUK_TYPE_BOOL = 5,
    MUK_TYPE_CHAR = 6, /* char and arrays of it: text or bytes, no arithmetic meant */
    MUK_TYPE_ENUM = 7,
    MUK_TYPE_ARRAY = 8,
};

enum muk_port_kind {
    MUK_PORT_BYTES = 1,   /* a byte stream: what a pipe carries; a RECORDS ring whose record borders mean nothing */
    MUK_PORT_FIXED = 2,   /* messages of one type and size; a SLOTS ring */
    MUK_PORT_RECORDS = 3, /* messages of bytes with a length each (MUK_IN(x, muk_bytes)); a RECORDS ring */
};

/* Of muk_manifest.flags. Levels are the psABI's (x86-64-v1 to v4): a host without an instruction refuses the image by
 * name, where running it would end in a SIGILL. */
enum muk_manifest_flags {
    MUK_MANIFEST_LEVEL = 7u, /* these bits: the level whose instructions the image uses, 1 to 4; 0: not known */
};

struct muk_manifest {
    uint32_t abi;   /* MUK_ABI_VERSION */
    uint32_t bytes; /* of the whole descriptor */
    uint8_t build_hash[32];
    uint64_t memory_bytes; /* default limit of the MUK's memory, 0: the kernel's default */
    uint64_t stack_bytes;  /* 0: the kernel's default */
    uint32_t language;     /* enum muk_language */
    uint32_t flags;        /* enum muk_manifest_flags */
    uint32_t name;         /* strings */
    uint32_t doc;
    uint32_t port_count;
    uint32_t type_count;
    uint32_t field_count;
    uint32_t enumerator_count;
    uint32_t string_bytes;
    uint32_t reserved;
};

enum muk_port_flags {
    /* Out: its messages are made elsewhere and copied into the ring, and nothing of them is ever read back from there.
     * So a reader that may write the ring's data cannot hurt this program. Not set: built in place, or not known. */
    MUK_PORT_COPIES = 1u,
};

struct muk_manifest_port {
    uint32_t name;
    uint32_t direction;      /* enum muk_direction */
    uint32_t kind;           /* enum muk_port_kind */
    uint32_t type;           /* index of a type, MUK_NONE for BYTES and RECORDS */
    uint32_t message_bytes;  /* size of the type; RECORDS and BYTES: the largest record */
    uint32_t message_align;  /* of the type; else 8 */
    uint64_t capacity_bytes; /* wished size of the ring, 0: the default */
    uint32_t doc;
    uint32_t flags; /* enum muk_port_flags */
};

struct muk_manifest_type {
    uint32_t name; /* as C spells it: "struct sample", "int32_t[16]" */
    uint32_t kind; /* enum muk_type_kind */
    uint32_t bytes;
    uint32_t align;
    uint32_t element; /* ARRAY: its elements' type; ENUM: the integer type under it; else MUK_NONE */
    uint32_t count;   /* ARRAY: elements */
    uint32_t first;   /* STRUCT: its first field; ENUM: its first enumerator */
    uint32_t members; /* fields or enumerators */
    uint32_t doc;
    uint32_t reserved;
};

struct muk_manifest_field {
    uint32_t name;
    uint32_t type;
    uint32_t offset;
    uint32_t doc;
};

struct muk_manifest_enumerator {
    uint32_t name;
    uint32_t reserved;
    int64_t value;
};

/* ---- The control page: shared by the orchestrator and one core kernel ------------------------------------------- */

#define MUK_CONTROL_MAGIC 0x314c52544b554dull /* "MUKTRL1" */

struct muk_control {
    uint64_t magic;
    uint32_t abi;
    uint32_t kernel_pid;
    /* Written by the orchestrator: to end a run, kill_run and kill_reason, then kill_word counted up and woken. */
    uint32_t kill_word;
    uint32_t kill_reason;
    uint64_t kill_run;
    uint64_t asked_ns; /* CLOCK_MONOTONIC of the last request, for the report of its steps */
    uint64_t reserved0[11];
    /* Written by the core kernel; statistics of the run in hand, plain counters, read at any time. */
    uint64_t run;
    uint64_t exits; /* guest exits of every kind (kvm), notified system calls (process) */
    uint64_t system_calls;
    uint64_t faults;
    uint64_t interrupts; /* exits for a signal (kicks) */
    uint64_t parks;
    uint64_t memory_bytes; /* committed */
    uint64_t started_ns;   /* CLOCK_MONOTONIC of the guest's first instruction */
    uint64_t ended_ns;     /* CLOCK_MONOTONIC of the kernel's last word, 0 while it lives */
    uint64_t reserved1[7];
};

_Static_assert(sizeof(struct muk_ring_header) == 56, "ring header");
_Static_assert(sizeof(struct muk_ring_side) == 512, "ring side");
_Static_assert(sizeof(struct muk_boot_port) == 48, "boot port");
_Static_assert(sizeof(struct muk_boot) <= MUK_BOOT_BYTES, "boot page");
_Static_assert(sizeof(struct muk_manifest) == 96, "manifest");
_Static_assert(sizeof(struct muk_manifest_port) == 40, "manifest port");
_Static_assert(sizeof(struct muk_manifest_type) == 40, "manifest type");
_Static_assert(sizeof(struct muk_manifest_field) == 16, "manifest field");
_Static_assert(sizeof(struct muk_manifest_enumerator) == 16, "manifest enumerator");
_Static_assert(sizeof(struct muk_control) == 256, "control page");

#endif
