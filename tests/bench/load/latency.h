/* How long deliveries took: a histogram whose buckets are at most a sixty-fourth wide, so no sample is ever dropped. */

#include <stdint.h>

enum { STEPS_BITS = 6, STEPS = 1 << STEPS_BITS, OCTAVES = 32 };

struct histogram {
    uint64_t count, largest;
    uint64_t in[OCTAVES * STEPS];
};

static int bucket_of(uint64_t value) {
    if (value < STEPS) return (int)value;
    int octave = 63 - __builtin_clzll(value) - STEPS_BITS;
    int bucket = (octave + 1) * STEPS + (int)((value >> octave) - STEPS);
    return bucket < OCTAVES * STEPS ? bucket : OCTAVES * STEPS - 1;
}

static uint64_t largest_of_bucket(int bucket) {
    if (bucket < STEPS) return (uint64_t)bucket;
    int octave = bucket / STEPS - 1;
    return ((uint64_t)(bucket % STEPS + STEPS + 1) << octave) - 1;
}

static void add_sample(struct histogram *histogram, uint64_t value) {
    histogram->in[bucket_of(value)]++;
    histogram->count++;
    if (value > histogram->largest) histogram->largest = value;
}

/* The value that `share` of all samples do not exceed; never less than it was. */
static uint64_t quantile(const struct histogram *histogram, double share) {
    uint64_t seen = 0;
    for (int bucket = 0; bucket < OCTAVES * STEPS && histogram->count; bucket++) {
        seen += histogram->in[bucket];
        if ((double)seen >= share * (double)histogram->count) {
            uint64_t found = largest_of_bucket(bucket);
            return found < histogram->largest ? found : histogram->largest;
        }
    }
    return histogram->largest;
}
