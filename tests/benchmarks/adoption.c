/* The adoption step as a plain loop over communities, in single precision.
 *
 * Arrays are row by row: fit (segments, models, domains), hosts (cells, models), needs
 * (communities, domains), use (communities, models). before is what everybody used last month. */

#include <math.h>

struct parameters {
    float quality, network, floor, lineage, model;
};

static void nested(const struct parameters *p, int models, int families, int open,
                   const int *first, float *restrict value, float *restrict pull)
{
    float top = -40.0f, total, camp[2] = {0.0f, 0.0f}, scale[2];
    for (int j = 0; j < models; j++)
        top = value[j] > top ? value[j] : top;
    const float steep = 1.0f / p->lineage;
    for (int j = 0; j < models; j++)
        value[j] = expf((value[j] - top) * steep);
    for (int f = 0; f < families; f++) {
        float family = 1e-37f;
        for (int j = first[f]; j < first[f + 1]; j++)
            family += value[j];
        pull[f] = powf(family, p->lineage / p->model);
        camp[first[f] >= open] += pull[f];
        pull[f] /= family;
    }
    total = expf(-top);
    for (int c = 0; c < 2; c++) {
        scale[c] = camp[c] > 0.0f ? powf(camp[c], p->model) : 0.0f;
        total += scale[c];
    }
    for (int c = 0; c < 2; c++)
        scale[c] = camp[c] > 0.0f ? scale[c] / (camp[c] * total) : 0.0f;
    for (int f = 0; f < families; f++)
        for (int j = first[f]; j < first[f + 1]; j++)
            value[j] *= pull[f] * scale[first[f] >= open];
}

void adopt(const struct parameters *p, int communities, int models, int domains, int families,
           int open, const int *first, const float *fit, const float *hosts, const float *needs,
           const int *segment, const int *cell, const float *hazard,
           const int *indptr, const int *indices, const float *weights, const float *before,
           float *restrict use, float *restrict value, float *restrict around,
           float *restrict pull)
{
    for (int c = 0; c < communities; c++) {
        const float *own = fit + (long)segment[c] * models * domains;
        const float *host = hosts + (long)cell[c] * models;
        for (int j = 0; j < models; j++) {
            float fitness = 0.0f;
            for (int d = 0; d < domains; d++)
                fitness += own[j * domains + d] * needs[c * domains + d];
            value[j] = fitness;
            around[j] = 0.0f;
        }
        for (int k = indptr[c]; k < indptr[c + 1]; k++) {
            const float *other = before + (long)indices[k] * models;
            for (int j = 0; j < models; j++)
                around[j] += weights[k] * other[j];
        }
        for (int j = 0; j < models; j++)
            value[j] = p->quality * logf(value[j]) + host[j]
                       + p->network * logf(1.0f + around[j] / p->floor);
        nested(p, models, families, open, first, value, pull);
        float *mine = use + (long)c * models;
        for (int j = 0; j < models; j++)
            mine[j] += hazard[c] * (value[j] - mine[j]);
    }
}
