/* stats: count, least, most and mean of a signal, as one line of text. */
#include <muk.h>
#include <stdio.h>

#include "../signal.h"
#include "stats.h"

/** The signal. */
MUK_IN(samples, struct sample)

/** The line. */
MUK_OUT(report, muk_stream)

int main(void) {
    struct stats stats = {0};
    for (const struct sample *sample; (sample = muk_recv(samples)) != NULL; muk_release(samples)) {
        stats_add(&stats, sample->value);
    }
    char line[160];
    int length = snprintf(line, sizeof line, "count %llu, least %g, most %g, mean %g\n", stats.count, stats.least,
                          stats.most, stats_mean(&stats));
    if (length < 0 || !muk_send_bytes(report, line, (size_t)length)) {
        return 1;
    }
    return muk_error(samples) == MUK_ENDED ? 0 : 1;
}
