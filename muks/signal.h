/* What gen, fir and stats send one another. */
#ifndef SIGNAL_H
#define SIGNAL_H

#include <stdint.h>

/** One sample of a signal. */
struct sample {
    uint64_t index; /**< counted from 0 */
    double value;
};

#endif
