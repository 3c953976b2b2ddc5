#include "stats.h"

void stats_add(struct stats *stats, double value) {
    stats->least = stats->count == 0 || value < stats->least ? value : stats->least;
    stats->most = stats->count == 0 || value > stats->most ? value : stats->most;
    stats->sum += value;
    stats->count++;
}

double stats_mean(const struct stats *stats) {
    return stats->count == 0 ? 0 : stats->sum / (double)stats->count;
}
