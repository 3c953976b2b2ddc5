/* rig: the far side of a measurement, as a MUK. rig KIND BYTES BURST, numbers as rig.h has them. */
#include "rig.h"

#include <muk.h>

struct words8 {
    uint64_t words[1];
};

struct words64 {
    uint64_t words[8];
};

struct words1024 {
    uint64_t words[128];
};

MUK_IN(in8, struct words8)
MUK_OUT(out8, struct words8)
MUK_IN(in64, struct words64)
MUK_OUT(out64, struct words64)
MUK_IN(in1024, struct words1024)
MUK_OUT(out1024, struct words1024)

static unsigned number(const char *text) {
    unsigned value = 0;
    while (*text >= '0' && *text <= '9') {
        value = value * 10 + (unsigned)(*text++ - '0');
    }
    return value;
}

int main(int count, char **words) {
    if (count != 4) {
        return 2;
    }
    unsigned bytes = number(words[2]);
    struct muk_port *in = bytes == 8 ? &in8.port : bytes == 64 ? &in64.port : &in1024.port;
    struct muk_port *out = bytes == 8 ? &out8.port : bytes == 64 ? &out64.port : &out1024.port;
    rig_prepare();
    return rig_play((enum rig_kind)number(words[1]), in, out, bytes, number(words[3])) == 0 ? 0 : 1;
}
