package dev.sluice.topology.gate.schema;

import dev.sluice.schemas.registry.Lookup;
import dev.sluice.schemas.registry.OwnSchemas;
import dev.sluice.schemas.serde.SluiceSerdes;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.Control;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.Decision;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.DispatchAnswer;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.Progress;
import dev.sluice.v1.RunCommand;
import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.Setting;
import dev.sluice.v1.TenantLimits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * The schemas with which our own processes write, as far as the registry knows them. The ids of
 * this build's schemas are looked up before anything is read ({@link GateSchemas}). Those of
 * another build appear while it is rolled out.
 */
public final class InternalSchemas implements AutoCloseable {
  private static final String NOT_YET = "our own schemas are not known yet";

  /**
   * How long a stream thread waits for another thread that asks: a registry that is there answers.
   */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

  /** A build has a handful of new schemas; whoever invents more is not waited for. */
  private static final int MOST_AT_ONCE = 20;

  private static final int MOST_DENIED = 1_000;

  private final SluiceSerdes serdes;
  private final String prefix;
  private final OwnSchemas own;
  private final ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor();
  private final Pace pace = new Pace(1, MOST_AT_ONCE, System.nanoTime());
  private final Map<Integer, Long> denied = new LinkedHashMap<>();
  private volatile @Nullable String whyNot = NOT_YET;

  public InternalSchemas(SluiceSerdes serdes, String prefix, Set<String> pools) {
    this.serdes = serdes;
    this.prefix = prefix;
    own = own(serdes, prefix);
    with(pools);
  }

  private static OwnSchemas own(SluiceSerdes serdes, String prefix) {
    var own =
        serdes
            .own()
            .with(prefix + Topics.SUBMISSIONS, RunSubmitted.class)
            .with(prefix + Topics.COMMANDS, RunCommand.class)
            .with(prefix + Topics.TENANTS, TenantLimits.class)
            .with(prefix + Topics.SETTINGS, Setting.class)
            .with(prefix + Topics.CLAIMS, DispatchAnswer.class)
            .with(prefix + Topics.PROGRESS, Progress.class)
            .with(prefix + Topics.JOURNAL, JournalRecord.class)
            .with(prefix + Topics.COMPLETIONS, RunCompleted.class)
            .with(prefix + Topics.DECISIONS, Decision.class)
            .with(prefix + Topics.DEAD_LETTERS, DeadLetter.class)
            .with(prefix + Topics.CONTROL, Control.class);
    return own;
  }

  /** Adds what is written to the runners of pools; not while {@link #check} is under way. */
  public void with(Set<String> pools) {
    pools.forEach(pool -> own.with(prefix + Topics.dispatch(pool), Dispatch.class));
  }

  /** Why nothing may be taken now: the registry does not know our own schemas; null if it does. */
  public @Nullable String whyNot() {
    return whyNot;
  }

  /**
   * Asks for our own, and waits. A registry that does not know them any more, or has others under
   * their ids, is no registry of ours: until it is, nothing may be taken, as records of ours would
   * seem to be nobody's.
   *
   * @return what is wrong, by subject
   * @throws SerdeException of kind REGISTRY_DOWN if no registry answers
   */
  public Map<String, String> check() {
    var problems = own.check();
    whyNot = own.isContradicted() ? "the schema registry is not ours: " + problems : null;
    return problems;
  }

  /** Asks for any schema, and waits. What a registry says that is not ours does not count. */
  public Lookup lookUp(Deserializer<?> reader, String topic, int id) {
    return serdes.lookUp(reader, topic, id, () -> whyNot == null && own.isOurRegistry());
  }

  /**
   * Learns the schema of an internal topic's record.
   *
   * @throws SerdeException of kind UNKNOWN_ID if there is none, REGISTRY_DOWN if that cannot be
   *     said now
   */
  public void learn(Deserializer<?> reader, String topic, int id) {
    if (!isDenied(id)) {
      switch (ask(reader, topic, id)) {
        case DONE -> {
          return;
        }
        case NO_SUCH_ID -> deny(id);
        case NO_ANSWER ->
            throw new SerdeException(
                SerdeException.Kind.REGISTRY_DOWN,
                "the registry does not return the schema with id " + id + " of " + topic + "",
                null);
      }
    }
    if (whyNot != null) {
      throw new SerdeException(SerdeException.Kind.REGISTRY_DOWN, whyNot, null);
    }
    throw new SerdeException(
        SerdeException.Kind.UNKNOWN_ID, "the registry does not know schema id " + id, null);
  }

  private Lookup ask(Deserializer<?> reader, String topic, int id) {
    synchronized (pace) {
      if (pace.left(System.nanoTime()) < 1) {
        return Lookup.NO_SUCH_ID;
      }
      pace.take(1);
    }
    var answer = asking.submit(() -> lookUp(reader, topic, id));
    try {
      return answer.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return Lookup.NO_ANSWER; // it may come meanwhile, for the next time
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Lookup.NO_ANSWER;
    }
  }

  private void deny(int id) {
    synchronized (denied) {
      denied.put(id, System.nanoTime());
      if (denied.size() > MOST_DENIED) {
        denied.remove(denied.keySet().iterator().next());
      }
    }
  }

  private boolean isDenied(int id) {
    synchronized (denied) {
      var since = denied.get(id);
      if (since != null && System.nanoTime() - since > SchemaQuestions.ASK_AGAIN.toNanos()) {
        denied.remove(id);
        return false;
      }
      return since != null;
    }
  }

  @Override
  public void close() {
    asking.shutdownNow();
  }
}
