package dev.sluice.topology.gate.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MutableConfigOverride;
import dev.sluice.admission.run.Branch;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Wait;
import dev.sluice.topology.stored.StoredJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Encodes the core's state as JSON with the records' field names, so that a later version can add
 * fields and an operator can read a changelog with Kafka's own tools. Nulls and empty collections
 * are left out.
 */
public final class StateCodec {
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Phase.Queued.class, name = "queued"),
    @JsonSubTypes.Type(value = Phase.Dispatched.class, name = "dispatched"),
    @JsonSubTypes.Type(value = Phase.Running.class, name = "running"),
    @JsonSubTypes.Type(value = Phase.Fencing.class, name = "fencing"),
    @JsonSubTypes.Type(value = Phase.Waiting.class, name = "waiting"),
    @JsonSubTypes.Type(value = Phase.Lost.class, name = "lost"),
    @JsonSubTypes.Type(value = Phase.Dead.class, name = "dead")
  })
  private interface PhaseNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Wait.Time.class, name = "time"),
    @JsonSubTypes.Type(value = Wait.Retry.class, name = "retry"),
    @JsonSubTypes.Type(value = Wait.Agent.class, name = "agent"),
    @JsonSubTypes.Type(value = Wait.Children.class, name = "children"),
    @JsonSubTypes.Type(value = Wait.ForSignal.class, name = "signal"),
    @JsonSubTypes.Type(value = Wait.Combined.class, name = "combined"),
    @JsonSubTypes.Type(value = Wait.Budget.class, name = "budget"),
    @JsonSubTypes.Type(value = Wait.Pool.class, name = "pool")
  })
  private interface WaitNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Branch.Child.class, name = "child"),
    @JsonSubTypes.Type(value = Branch.ForSignal.class, name = "signal"),
    @JsonSubTypes.Type(value = Branch.Timer.class, name = "timer")
  })
  private interface BranchNames {}

  private static final ObjectMapper JSON =
      StoredJson.mapper()
          .defaultPropertyInclusion(unlessNull())
          .withConfigOverride(Map.class, StateCodec::unlessEmpty)
          .withConfigOverride(List.class, StateCodec::unlessEmpty)
          .withConfigOverride(Set.class, StateCodec::unlessEmpty)
          .addMixIn(Phase.class, PhaseNames.class)
          .addMixIn(Wait.class, WaitNames.class)
          .addMixIn(Branch.class, BranchNames.class)
          .build();

  private StateCodec() {}

  private static JsonInclude.Value unlessNull() {
    return JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS);
  }

  /** An empty collection is left out, and one that is not there is read as empty. */
  private static void unlessEmpty(MutableConfigOverride type) {
    type.setInclude(
            JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
        .setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
  }

  public static byte[] write(Object state) {
    try {
      return JSON.writeValueAsBytes(state);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write state " + state, e);
    }
  }

  /**
   * Reads an entry.
   *
   * @throws RuntimeException if it cannot be read, or lacks what such an entry must have
   */
  public static <T> T read(byte[] data, Class<T> type) {
    try {
      return Wholeness.check(JSON.readValue(data, type));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read state as " + type.getSimpleName(), e);
    }
  }
}
