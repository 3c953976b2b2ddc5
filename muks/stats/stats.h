/* Running statistics of a signal. */
#ifndef STATS_H
#define STATS_H

struct stats {
    unsigned long long count;
    double least;
    double most;
    double sum;
};

void stats_add(struct stats *stats, double value);

/* The mean, 0 of nothing. */
double stats_mean(const struct stats *stats);

#endif
