/* wide: takes messages that no other program here sends. */
#include <muk.h>
#include <stdint.h>

struct wide {
    uint64_t id;
    double values[3];
};

/** What nobody sends. */
MUK_IN(samples, struct wide)

int main(void) {
    while (muk_recv(samples) != 0) {
        muk_release(samples);
    }
    return 0;
}
