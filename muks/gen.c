/* gen [count=1000] [period=16]: samples of a square wave of the given period, as fast as they are taken. */
#include <muk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "signal.h"

/** The signal: +1 for half a period, then -1. */
MUK_OUT(samples, struct sample)

/* The number after NAME=, or 0 where the argument is something else. */
static unsigned long long number_after(const char *argument, const char *name) {
    size_t length = strlen(name);
    if (strncmp(argument, name, length) != 0 || argument[length] != '=') {
        return 0;
    }
    char *end;
    unsigned long long number = strtoull(argument + length + 1, &end, 10);
    return *end == '\0' ? number : 0;
}

int main(int argc, char **argv) {
    unsigned long long count = 1000;
    unsigned long long period = 16;
    for (int i = 1; i < argc; i++) {
        unsigned long long wanted_count = number_after(argv[i], "count");
        unsigned long long wanted_period = number_after(argv[i], "period");
        if (wanted_count == 0 && wanted_period < 2) {
            fprintf(stderr, "gen: '%s' is neither count=1 or more nor period=2 or more\n", argv[i]);
            return 2;
        }
        count = wanted_count != 0 ? wanted_count : count;
        period = wanted_period != 0 ? wanted_period : period;
    }
    for (unsigned long long i = 0; i < count; i++) {
        struct sample sample = {.index = i, .value = i % period < period / 2 ? 1.0 : -1.0};
        if (!muk_send(samples, &sample)) {
            break; /* Nobody reads any more: as much as was wanted has been made. */
        }
    }
    return 0;
}
