/* echo: gives back each message until there are no more. */
#include <muk.h>

struct ping {
    uint64_t sequence;
};

/** Questions. */
MUK_IN(in, struct ping)

/** The same, answered. */
MUK_OUT(out, struct ping)

int main(void) {
    for (const struct ping *ping; (ping = muk_recv(in)); muk_release(in)) {
        muk_send(out, ping);
    }
    return 0;
}
