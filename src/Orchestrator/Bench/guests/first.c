/* first: one message, as soon as there is a program to send it. */
#include <muk.h>

struct first {
    uint64_t cycles;
};

/** The message. */
MUK_OUT(out, struct first)

int main(void) {
    struct first first = {.cycles = muk_cycles()};
    muk_send(out, &first);
    return 0;
}
