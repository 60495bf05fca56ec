// Two loops of the engine in C, to see what its compiler leaves on the table; as in travel and heap.
#include <math.h>
#include <stdint.h>

// The nearest of `count` points to each of `asks` points, three coordinates a row.
void nearest(const double *point, int64_t count, const double *ask, int64_t asks, int64_t *row) {
    for (int64_t j = 0; j < asks; j++) {
        double best = INFINITY;
        for (int64_t c = 0; c < count; c++) {
            double x = ask[3 * j] - point[3 * c];
            double y = ask[3 * j + 1] - point[3 * c + 1];
            double z = ask[3 * j + 2] - point[3 * c + 2];
            double apart = sqrt(x * x + y * y + z * z);
            if (apart < best) {
                best = apart;
                row[j] = c;
            }
        }
    }
}

static int is_worse(const double *values, const int64_t *rows, int64_t a, int64_t b) {
    return values[a] > values[b] || (values[a] == values[b] && rows[a] > rows[b]);
}

static void swap(double *values, int64_t *rows, int64_t a, int64_t b) {
    double value = values[a];
    int64_t row = rows[a];
    values[a] = values[b], rows[a] = rows[b];
    values[b] = value, rows[b] = row;
}

// Keep the best `room` of `count` values in a heap with the worst on top.
void keep_best(const double *value, int64_t count, double *values, int64_t *rows, int64_t room) {
    int64_t size = 0;
    for (int64_t k = 0; k < count; k++) {
        if (size < room) {
            int64_t i = size++;
            values[i] = value[k], rows[i] = k;
            for (; i > 0 && is_worse(values, rows, i, (i - 1) / 2); i = (i - 1) / 2)
                swap(values, rows, i, (i - 1) / 2);
        } else if (value[k] < values[0] || (value[k] == values[0] && k < rows[0])) {
            values[0] = value[k], rows[0] = k;
            for (int64_t i = 0; 2 * i + 1 < size;) {
                int64_t child = 2 * i + 1;
                if (child + 1 < size && is_worse(values, rows, child + 1, child)) child++;
                if (!is_worse(values, rows, child, i)) break;
                swap(values, rows, i, child);
                i = child;
            }
        }
    }
}
