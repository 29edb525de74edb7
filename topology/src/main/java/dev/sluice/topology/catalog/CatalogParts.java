package dev.sluice.topology.catalog;

import dev.sluice.schemas.SluiceSerdes;

/**
 * What every partition's catalog is made with.
 *
 * @param sweepSteps how much of trees that are over is looked at or wiped at once
 */
record CatalogParts(
    CatalogConfig config,
    SluiceSerdes serdes,
    Waiters waiters,
    Aside aside,
    Gaps gaps,
    int sweepSteps) {}
