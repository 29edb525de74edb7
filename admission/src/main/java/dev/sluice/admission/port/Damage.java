package dev.sluice.admission.port;

import dev.sluice.admission.run.RunKey;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the saved state that cannot be read.
 *
 * @param place what kind of entry it is
 * @param run the run whose entry it is, or that commands are kept for, a tree's root, or a child's
 *     parent; null for the others
 * @param name the tenant, the setting, also of a pace, the worker's incarnation or the number of
 *     the chunk or child
 * @param problem what is wrong with it
 * @param bytes what stands there
 */
public record Damage(
    Place place, @Nullable RunKey run, String name, String problem, ByteBuffer bytes) {
  /** Kinds of entries. */
  public enum Place {
    RUN,
    CHUNK,
    CHILD,
    TREE,
    TENANT,
    WORKER,
    KEPT,
    SETTING,
    PACE,
    CLOCK,
    RECENT
  }

  public static Damage ofRun(RunKey run, String problem) {
    return new Damage(Place.RUN, run, "", problem, ByteBuffer.allocate(0));
  }

  /** The run that the entry belongs to; for kinds of entries that have one. */
  public RunKey owner() {
    return Objects.requireNonNull(run, () -> place + " has no run");
  }

  /** Says in a line what is damaged. */
  public String text() {
    return "state of %s %s cannot be read: %s"
        .formatted(
            place.name().toLowerCase(Locale.ROOT),
            run == null ? name : run.tenant() + "/" + run.id() + " " + name,
            problem);
  }
}
