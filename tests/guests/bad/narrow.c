/* narrow: sends one message of its own kind. */
#include <muk.h>
#include <stdint.h>

struct narrow {
    uint32_t id;
    float value;
};

/** One message. */
MUK_OUT(samples, struct narrow)

int main(void) {
    struct narrow message = {1, 2};
    return muk_send(samples, &message) ? 0 : 1;
}
