/* first: one message, as soon as there is a program to send it. */
#include <muk.h>

struct first {
    uint64_t ns;
};

/** The message. */
MUK_OUT(out, struct first)

int main(void) {
    struct first first = {.ns = muk_now()};
    muk_send(out, &first);
    return 0;
}
