package dev.sluice.topology.catalog;

import dev.sluice.schemas.SluiceSerdes;

/**
 * What every partition's catalog is made with.
 *
 * @param prefix of the topics' names
 * @param sweepSteps how much of trees that are over is looked at or wiped at once
 */
record CatalogParts(
    String prefix,
    Keeping keeping,
    SluiceSerdes serdes,
    Waiters waiters,
    Aside aside,
    Gaps gaps,
    int sweepSteps) {}
