package dev.sluice.schemas.registry;

import dev.sluice.schemas.wire.SerdeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The ids of our own schemas. They are looked up before anything is read or written, so that no
 * record of ours ever waits for the registry. They are checked again regularly, because a registry
 * that loses them, or gives their ids to other schemas, makes every record unreadable.
 */
public final class OwnSchemas {
  private record Own(Schema schema, long fingerprint) {}

  private final RegistryClient registry;
  private final KnownSchemas known;
  private final Map<String, Own> subjects = new LinkedHashMap<>();
  private final Map<Integer, Own> ids = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final boolean isOurs;
  private boolean isContradicted;

  public OwnSchemas(RegistryClient registry, KnownSchemas known, boolean isOurs) {
    this.registry = registry;
    this.known = known;
    this.isOurs = isOurs;
  }

  /** Adds the schema of a type that a topic's records are of. */
  public OwnSchemas with(String topic, Class<? extends SpecificRecord> type) {
    var schema = SpecificData.get().getSchema(type);
    subjects.put(topic + "-value", new Own(schema, fingerprint(schema)));
    return this;
  }

  private static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /**
   * Asks the registry, and waits for it. One thread does.
   *
   * @return what is wrong, by subject; empty if the registry knows our schemas by their ids
   * @throws SerdeException of kind REGISTRY_DOWN if no registry answers
   */
  public Map<String, String> check() {
    var problems = new TreeMap<String, String>();
    boolean contradicted = false;
    if (!isOurs) {
      return problems;
    }
    for (var own : subjects.entrySet()) {
      var problem = problem(own.getKey(), own.getValue());
      if (problem != null) {
        problems.put(own.getKey(), problem.text());
        contradicted |= problem.isContradiction();
      }
    }
    isContradicted = contradicted;
    return problems;
  }

  /** Whether the registry, when it was last asked, had not what it gave us an id for. */
  public boolean isContradicted() {
    return isContradicted;
  }

  /**
   * Asks whether it still is the registry that gave us our ids, by one of them.
   *
   * @throws SerdeException of kind REGISTRY_DOWN if no registry answers
   */
  public boolean isOurRegistry() {
    if (!isOurs) {
      return true;
    }
    var all = List.copyOf(ids.entrySet());
    if (all.isEmpty()) {
      return false;
    }
    var one = all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    return wrong(one.getValue(), one.getKey(), registry.ask(one.getKey())) == null;
  }

  private record Problem(String text, boolean isContradiction) {}

  private @Nullable Problem problem(String subject, Own own) {
    try {
      int id = registry.idOf(subject, own.schema());
      known.putOwn(id, own.schema());
      ids.put(id, own);
      var wrong = wrong(own, id, registry.ask(id));
      return wrong == null ? null : new Problem(wrong, true);
    } catch (SerdeException e) {
      if (e.kind() == SerdeException.Kind.REGISTRY_DOWN) {
        throw e;
      }
      return new Problem(
          "the registry refuses our " + own.schema().getFullName() + ": " + e.getMessage(), false);
    }
  }

  private static @Nullable String wrong(Own own, int id, RegistryClient.@Nullable Told told) {
    var ours = own.schema().getFullName();
    if (told == null) {
      return "the registry gave our %s the id %d and does not know that any more"
          .formatted(ours, id);
    }
    return switch (told.found()) {
      case KnownSchemas.Found.Broken(var what) ->
          "the registry gave our %s the id %d, where it now has something else: %s"
              .formatted(ours, id, what);
      case KnownSchemas.Found.Avro(var schema) ->
          fingerprint(schema) == own.fingerprint()
              ? null
              : "the registry gave our %s (%016x) the id %d, where it now has %s (%016x)"
                  .formatted(
                      ours, own.fingerprint(), id, schema.getFullName(), fingerprint(schema));
    };
  }
}
