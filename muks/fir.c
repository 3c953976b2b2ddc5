/* fir: a low-pass filter of eight taps over a signal, sample in, sample out. */
#include <muk.h>

#include "signal.h"

/** The signal. */
MUK_IN(samples, struct sample)

/** The same samples, smoothed: each the mean of itself and the seven before it. */
MUK_OUT(smooth, struct sample)

enum { TAPS = 8 };

int main(void) {
    double taps[TAPS] = {0};
    for (const struct sample *in; (in = muk_recv(samples)) != NULL; muk_release(samples)) {
        taps[in->index % TAPS] = in->value;
        double sum = 0;
        for (int i = 0; i < TAPS; i++) {
            sum += taps[i];
        }
        struct sample out = {.index = in->index, .value = sum / TAPS};
        if (!muk_send(smooth, &out)) {
            return 0;
        }
    }
    return muk_error(samples) == MUK_ENDED ? 0 : 1;
}
