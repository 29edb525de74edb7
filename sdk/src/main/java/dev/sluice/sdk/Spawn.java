package dev.sluice.sdk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One child of a batch.
 *
 * @param agent the agent that executes it
 * @param input its input; at most 1 MiB (1,048,576 bytes) as JSON
 * @param <I> the type of its input
 * @param <O> the type of its output
 */
public record Spawn<I extends @Nullable Object, O extends @Nullable Object>(
    AgentRef<I, O> agent, I input, SpawnOptions options) {
  /** A child with the default options: its parent's pool, and cancelled when its parent ends. */
  public Spawn(AgentRef<I, O> agent, I input) {
    this(agent, input, SpawnOptions.DEFAULT);
  }

  /** The children of a batch whose outputs are of several types. */
  public static final class Batch {
    private final List<Spawn<?, ?>> batch;
    private final List<Child<?>> handles;

    /**
     * A batch that was spawned.
     *
     * @param handles one for each of the batch, in order
     */
    public Batch(List<? extends Spawn<?, ?>> batch, List<? extends Child<?>> handles) {
      this.batch = List.copyOf(batch);
      this.handles = List.copyOf(handles);
    }

    /**
     * The child that a spawn of this batch made.
     *
     * @throws IllegalArgumentException if this very object is not in the batch, or twice
     */
    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // two children may be asked for alike
    public <O extends @Nullable Object> Child<O> of(Spawn<?, O> spawn) {
      var found = new ArrayList<Child<?>>();
      for (int i = 0; i < batch.size(); i++) {
        if (batch.get(i) == spawn) {
          found.add(handles.get(i));
        }
      }
      if (found.size() != 1) {
        throw new IllegalArgumentException(
            "a batch must have the spawn once, has it "
                + found.size()
                + " times: "
                + spawn.agent());
      }
      return (Child<O>) found.getFirst();
    }

    /** All of them, in order. */
    public List<Child<?>> all() {
      return handles;
    }
  }
}
