package dev.sluice.topology.catalog.intake;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.topology.catalog.scaling.Behind;
import dev.sluice.topology.catalog.scaling.Brakes;
import dev.sluice.topology.catalog.scaling.Demand;
import dev.sluice.topology.catalog.store.Aside;
import dev.sluice.topology.catalog.waiting.Waiters;

/**
 * The parts shared by the catalog processors of all partitions.
 *
 * @param prefix of the topics' names
 * @param sweepSteps how much of trees that are over is looked at or wiped at once
 */
public record CatalogParts(
    String prefix,
    Keeping keeping,
    SluiceSerdes serdes,
    Waiters waiters,
    Aside aside,
    Gaps gaps,
    Demand demand,
    Brakes brakes,
    Behind behind,
    int sweepSteps) {}
