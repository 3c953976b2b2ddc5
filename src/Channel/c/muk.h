/** @file muk.h
 * What the author of a MUK includes.
 *
 *     #include <muk.h>
 *     struct sample { int64_t time; double value; };
 *     MUK_IN(samples, struct sample)
 *     MUK_OUT(peaks, struct sample)
 *
 *     int main(void) {
 *         for (const struct sample *s; (s = muk_recv(samples)); muk_release(samples))
 *             if (s->value > 1.0)
 *                 muk_send(peaks, s);
 *         return muk_error(samples) == MUK_ENDED ? 0 : 1;
 *     }
 *
 * Ports are declared at file scope, one declaration a port, and found by name when first used. A message is what a C
 * struct is: no pointers inside. A port that nothing is linked to is an input that has ended, or an output whose
 * messages go nowhere. All operations on one port belong to one thread. Nothing here allocates or makes a system call,
 * but for a wait that parks. Messages are read and written in place: the pointer of muk_recv is good until muk_release,
 * the one of muk_claim until muk_commit. What a message was before it was claimed is arbitrary.
 *
 * The muk_send forms are the fast ones: the reader of a port that only sends copies hands each line back to the
 * writer's core. The muk_claim forms make no copy, which pays for large messages, and let nobody else write what is
 * being built.
 */
#ifndef MUK_H
#define MUK_H

#include "muk_ring.h"

/** @name Declarations, at file scope
 * @{ */

/** An input port: `MUK_IN(samples, struct sample)`. Its type is any complete type without pointers, or #muk_bytes, or
 * #muk_stream. */
#define MUK_IN(name, ...) MUK_PORT_(in, MUK_DIRECTION_IN, name, __VA_ARGS__)

/** An output port. */
#define MUK_OUT(name, ...) MUK_PORT_(out, MUK_DIRECTION_OUT, name, __VA_ARGS__)

/** The same port in another file of the image. */
#define MUK_USE_IN(name, ...)                                                                                          \
    typedef __typeof__(__VA_ARGS__) muk_message_of_##name;                                                             \
    extern struct muk_in name;

/** The same port in another file of the image. */
#define MUK_USE_OUT(name, ...)                                                                                         \
    typedef __typeof__(__VA_ARGS__) muk_message_of_##name;                                                             \
    extern struct muk_out name;

/** Limit of the MUK's memory, in bytes; else the kernel's default, or what the pipeline says. */
#define MUK_MEMORY(bytes) MUK_NUMBER_(muk_memory_limit, "muk:memory", bytes)

/** Limit of its stack, in bytes. */
#define MUK_STACK(bytes) MUK_NUMBER_(muk_stack_limit, "muk:stack", bytes)

/** Wished size of a port's ring, in bytes. The larger wish of the two linked ports counts. */
#define MUK_CAPACITY(name, bytes) MUK_NUMBER_(muk_capacity_of_##name, "muk:capacity:" #name, bytes)

/** Largest record of a #muk_bytes or #muk_stream port, in bytes; 65536 if not said. */
#define MUK_RECORD_MAX(name, bytes) MUK_NUMBER_(muk_record_max_of_##name, "muk:record-max:" #name, bytes)

/** Type of a port whose messages are bytes, each with a length of its own. */
typedef struct muk_bytes {
    unsigned char byte;
} muk_bytes;

/** Type of a port that carries a stream of bytes as a pipe does: where one piece ends and the next begins means
 * nothing. */
typedef struct muk_stream {
    unsigned char byte;
} muk_stream;

struct muk_in {
    struct muk_port port;
};

struct muk_out {
    struct muk_port port;
};

/** @}
 * @name Messages of one type
 * @{ */

/** The next message: `const T *`, waiting for it. NULL at the end of input; muk_error() says how it ended. Asked again
 * before muk_release(), it gives the same message. */
#define muk_recv(in) ((const muk_message_of_##in *)muk_slot_recv(MUK_FIXED_(in, muk_in), MUK_WAIT))

/** As muk_recv(), but NULL at once where nothing has arrived (#MUK_EMPTY). */
#define muk_try_recv(in) ((const muk_message_of_##in *)muk_slot_recv(MUK_FIXED_(in, muk_in), MUK_TRY))

/** Gives the message (or record) received last back. Only now it counts as read: after a crash the message in hand is
 * delivered again. */
#define muk_release(in)                                                                                                \
    (MUK_HAS_LENGTH_(in) ? muk_record_release(MUK_DIRECTED_(in, muk_in))                                               \
                         : muk_slot_release(MUK_DIRECTED_(in, muk_in), 1, MUK_SIZE_(in)))

/** Room for a message: `T *`, waiting for it. NULL when nobody reads any more. */
#define muk_claim(out)                                                                                                 \
    ((muk_message_of_##out *)(MUK_IN_PLACE_(#out), muk_slot_room(MUK_FIXED_(out, muk_out), MUK_WAIT)))

/** As muk_claim(), but NULL at once where there is no room (#MUK_FULL). */
#define muk_try_claim(out)                                                                                             \
    ((muk_message_of_##out *)(MUK_IN_PLACE_(#out), muk_slot_room(MUK_FIXED_(out, muk_out), MUK_TRY)))

/** Shows the claimed message to the reader. */
#define muk_commit(out) muk_slot_commit(MUK_FIXED_(out, muk_out))

/** Sends a copy of `*message`, waiting for room. 1, or 0 when nobody reads any more. */
#define muk_send(out, message) MUK_SEND_(out, message, MUK_WAIT)

/** As muk_send(), but 0 at once where there is no room. */
#define muk_try_send(out, message) MUK_SEND_(out, message, MUK_TRY)

/** @}
 * @name Many messages of one type at once
 * They lie in a row, but not without gaps: message i of a row is muk_nth(port, first, i).
 * @{ */

/** Waits for a message, then gives all that have arrived, at most `*count`; puts into `*count` (a size_t) how many.
 * NULL as muk_recv(). */
#define muk_recv_many(in, count)                                                                                       \
    ((const muk_message_of_##in *)muk_slot_recv_many(MUK_DIRECTED_(in, muk_in), count, MUK_SIZE_(in), MUK_WAIT))

/** As muk_recv_many(), without waiting. */
#define muk_try_recv_many(in, count)                                                                                   \
    ((const muk_message_of_##in *)muk_slot_recv_many(MUK_DIRECTED_(in, muk_in), count, MUK_SIZE_(in), MUK_TRY))

/** Gives the first `count` of them back. */
#define muk_release_many(in, count) muk_slot_release(MUK_DIRECTED_(in, muk_in), count, MUK_SIZE_(in))

/** Waits for room for a message, then gives all the room there is, at most for `*count` messages. */
#define muk_claim_many(out, count)                                                                                     \
    ((muk_message_of_##out *)(MUK_IN_PLACE_(#out),                                                                     \
                              muk_slot_room_many(MUK_DIRECTED_(out, muk_out), count, MUK_SIZE_(out), MUK_WAIT)))

/** As muk_claim_many(), without waiting. */
#define muk_try_claim_many(out, count)                                                                                 \
    ((muk_message_of_##out *)(MUK_IN_PLACE_(#out),                                                                     \
                              muk_slot_room_many(MUK_DIRECTED_(out, muk_out), count, MUK_SIZE_(out), MUK_TRY)))

/** Shows the first `count` of them to the reader, all at once. */
#define muk_commit_many(out, count) muk_slot_commit_many(MUK_DIRECTED_(out, muk_out), count, MUK_SIZE_(out))

/** Sends copies of messages that lie in an array, waiting for room for the first of them: how many there was room for,
 * shown all at once; 0 when nobody reads any more. The fastest way there is for messages that exist already. */
#define muk_send_many(out, messages, count) MUK_SEND_MANY_(out, messages, count, MUK_WAIT)

/** As muk_send_many(), without waiting. */
#define muk_try_send_many(out, messages, count) MUK_SEND_MANY_(out, messages, count, MUK_TRY)

/** Message `i` of a row whose first message is `first`. */
#define muk_nth(name, first, i)                                                                                        \
    ((__typeof__(first))(uintptr_t)((uintptr_t)(first) + (size_t)(i)*muk_slot_bytes(MUK_SIZE_(name))))

/** @}
 * @name Records and streams: ports of #muk_bytes and #muk_stream
 * @{ */

/** The next record, its length in `*bytes` (a size_t), waiting for it; NULL as muk_recv(). Then muk_release(). */
#define muk_recv_bytes(in, bytes) muk_record_recv(MUK_LENGTHY_(in, muk_in), bytes, MUK_WAIT)

/** As muk_recv_bytes(), without waiting. */
#define muk_try_recv_bytes(in, bytes) muk_record_recv(MUK_LENGTHY_(in, muk_in), bytes, MUK_TRY)

/** Room for a record of at most `bytes`, waiting for it. NULL when nobody reads any more, or for #MUK_TOO_LARGE. */
#define muk_claim_bytes(out, bytes) (MUK_IN_PLACE_(#out), muk_record_room(MUK_LENGTHY_(out, muk_out), bytes, MUK_WAIT))

/** As muk_claim_bytes(), without waiting. */
#define muk_try_claim_bytes(out, bytes)                                                                                \
    (MUK_IN_PLACE_(#out), muk_record_room(MUK_LENGTHY_(out, muk_out), bytes, MUK_TRY))

/** Shows the claimed record, `bytes` long: at most what was claimed. */
#define muk_commit_bytes(out, bytes) muk_record_commit(MUK_LENGTHY_(out, muk_out), bytes)

/** Sends a copy of `bytes` at `from`, waiting for room. 1, or 0 as muk_claim_bytes(). */
#define muk_send_bytes(out, from, bytes) muk_send_bytes_(MUK_LENGTHY_(out, muk_out), from, bytes, MUK_WAIT)

/** As muk_send_bytes(), without waiting. */
#define muk_try_send_bytes(out, from, bytes) muk_send_bytes_(MUK_LENGTHY_(out, muk_out), from, bytes, MUK_TRY)

/** @}
 * @name The rest
 * @{ */

/** Why the port's last operation gave nothing (enum muk_error). */
#define muk_error(name) ((enum muk_error)(name).port.error)

/** Writes a line to the MUK's log, formatted as printf does for %d %i %u %x %c %s %p %% with l, ll, z, 0 and widths,
 * and no floating point: it does not bring stdio into the image. Cut at 1024 bytes. One exit. */
__attribute__((format(printf, 1, 2))) void muk_log(const char *format, ...);

/** CLOCK_MONOTONIC of the host in nanoseconds, without an exit. */
uint64_t muk_now(void);

/** The core's time-stamp counter. muk_boot_block()->tsc_hz of them are a second. */
MUK_INLINE uint64_t muk_cycles(void) {
    uint32_t low, high;
    __asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/** What the core kernel told this MUK when it started. */
MUK_INLINE const struct muk_boot *muk_boot_block(void) {
    return (const struct muk_boot *)MUK_BOOT_ADDRESS;
}

/** @} */

/* ---- How it is done; see README.md, "How a declaration becomes visible to the build" --------------------------------
 */

/* The build reads the annotations with libclang; other compilers know none. */
#ifdef __clang__
#define MUK_ANNOTATE_(text) __attribute__((annotate(text)))
#else
#define MUK_ANNOTATE_(text)
#endif

#define MUK_PORT_(kind, direction_, name_, ...)                                                                        \
    typedef __typeof__(__VA_ARGS__) muk_message_of_##name_;                                                            \
    _Static_assert(sizeof(#name_) <= MUK_NAME_BYTES, "the port's name is too long");                                   \
    _Static_assert(_Alignof(muk_message_of_##name_) <= 64, "a message can be aligned to 64 bytes at most");            \
    struct muk_##kind name_ MUK_ANNOTATE_("muk:" #kind ":" #name_) __attribute__((section("muk_ports"), used)) = {     \
        {.data = muk_unbound, .direction = direction_, .name = #name_}};

#define MUK_NUMBER_(variable, annotation, bytes) extern const char variable[(bytes)] MUK_ANNOTATE_(annotation);

#define MUK_HAS_LENGTH_(name)                                                                                          \
    (__builtin_types_compatible_p(muk_message_of_##name, muk_bytes) ||                                                 \
     __builtin_types_compatible_p(muk_message_of_##name, muk_stream))

/* The port of a name, and a compile error where it is of the other direction or kind. */
#define MUK_DIRECTED_(name, kind) (&((struct kind *)_Generic(&(name), struct kind * : &(name)))->port)
#define MUK_SIZE_(name)           sizeof(muk_message_of_##name), _Alignof(muk_message_of_##name)
#define MUK_FIXED_(name, kind)                                                                                         \
    MUK_DIRECTED_(name, kind) + MUK_IS_(!MUK_HAS_LENGTH_(name), "a port of bytes: use the _bytes forms"),              \
        MUK_SIZE_(name)
#define MUK_LENGTHY_(name, kind)                                                                                       \
    MUK_DIRECTED_(name, kind) + MUK_IS_(MUK_HAS_LENGTH_(name), "a port of fixed messages: use the plain forms")

#define MUK_IN_PLACE_(name)                                                                                            \
    __extension__({                                                                                                    \
        MUK_BUILDS_(name);                                                                                             \
        (void)0;                                                                                                       \
    })

/* 0, or a compile error. */
#define MUK_IS_(holds, otherwise)                                                                                      \
    (0 * sizeof(struct {                                                                                               \
         _Static_assert(holds, otherwise);                                                                             \
         int unused;                                                                                                   \
     }))

#define MUK_SEND_(out, message, patience)                                                                              \
    __extension__({                                                                                                    \
        const muk_message_of_##out *muk_from_ = (message);                                                             \
        void *muk_to_ = muk_slot_room(MUK_FIXED_(out, muk_out), patience);                                             \
        if (MUK_LIKELY(muk_to_ != NULL)) {                                                                             \
            __builtin_memcpy(muk_to_, muk_from_, sizeof *muk_from_);                                                   \
            muk_slot_commit(MUK_FIXED_(out, muk_out));                                                                 \
        }                                                                                                              \
        muk_to_ != NULL;                                                                                               \
    })

#define MUK_SEND_MANY_(out, messages, count, patience)                                                                 \
    __extension__({                                                                                                    \
        const muk_message_of_##out *muk_from_ = (messages);                                                            \
        muk_slot_send_many(MUK_DIRECTED_(out, muk_out) + MUK_IS_(!MUK_HAS_LENGTH_(out), "a port of bytes"), muk_from_, \
                           count, MUK_SIZE_(out), patience);                                                           \
    })

MUK_INLINE int muk_send_bytes_(struct muk_port *port, const void *from, size_t bytes, enum muk_patience patience) {
    void *to = muk_record_room(port, bytes, patience);
    if (!to) {
        return 0;
    }
    __builtin_memcpy(to, from, bytes);
    muk_record_commit(port, bytes);
    return 1;
}

#endif
