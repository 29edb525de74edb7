package dev.sluice.topology.gate;

import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.topology.gate.config.GateConfig;
import dev.sluice.topology.gate.schema.InternalSchemas;
import dev.sluice.topology.gate.topic.TopicsInForce;
import dev.sluice.topology.streams.CommitPace;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The parts shared by the tasks of one gate process.
 *
 * @param schemas by which our own processes write
 * @param partitions of the gate's inputs (G)
 * @param owned the partitions whose tasks run here: the clock ticks for these
 * @param topics which topic settings decisions go by
 * @param pace when a decision may be committed early
 * @param reread appends a tenant's record once more, off the stream threads
 * @param dispatchPartitions how many partitions the dispatch topic of a pool has; 0 if there is
 *     none
 * @param pools told which pools a task knows
 * @param build version of the code
 */
record GateParts(
    GateConfig config,
    SluiceSerdes serdes,
    InternalSchemas schemas,
    int partitions,
    Set<Integer> owned,
    GateMeasures measures,
    TopicsInForce topics,
    CommitPace pace,
    Consumer<String> reread,
    ToIntFunction<String> dispatchPartitions,
    BiConsumer<Integer, Set<String>> pools,
    String build) {}
