package dev.sluice.schemas.topic;

import dev.sluice.contract.Names;
import java.util.List;

/**
 * The operator's choices for the topics.
 *
 * @param prefix put before every name; may be empty
 * @param gatePartitions partitions of the gate's inputs (G)
 * @param dispatchPartitions partitions of each dispatch topic (D): the most runners of a pool
 * @param replicationFactor of every topic; from 3 on, two replicas must be in sync
 * @param pools one dispatch topic each
 */
public record CatalogueConfig(
    String prefix,
    int gatePartitions,
    int dispatchPartitions,
    short replicationFactor,
    List<String> pools) {
  private static final int MAX_PARTITIONS = 1_000;

  public CatalogueConfig {
    if (gatePartitions < 1 || gatePartitions > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "gate partitions must be 1 to " + MAX_PARTITIONS + ", got " + gatePartitions);
    }
    if (dispatchPartitions < 1 || dispatchPartitions > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "dispatch partitions must be 1 to " + MAX_PARTITIONS + ", got " + dispatchPartitions);
    }
    if (replicationFactor < 1) {
      throw new IllegalArgumentException(
          "replication factor must be at least 1, got " + replicationFactor);
    }
    for (var pool : pools) {
      var problem = Names.poolProblem(pool);
      if (problem.isPresent()) {
        throw new IllegalArgumentException(problem.get());
      }
    }
    pools = List.copyOf(pools);
  }

  /** G = 4, D = 32, three replicas, the pool {@code default}. */
  public static CatalogueConfig defaults() {
    return new CatalogueConfig("", 4, 32, (short) 3, List.of("default"));
  }

  /** For a single broker: G = 4, D = 8, one replica. */
  public static CatalogueConfig local() {
    return new CatalogueConfig("", 4, 8, (short) 1, List.of("default"));
  }

  /** The same with another prefix. */
  public CatalogueConfig withPrefix(String other) {
    return new CatalogueConfig(other, gatePartitions, dispatchPartitions, replicationFactor, pools);
  }
}
