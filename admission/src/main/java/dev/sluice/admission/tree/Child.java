package dev.sluice.admission.tree;

import dev.sluice.admission.run.ChildSpec;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Run;
import dev.sluice.contract.Texts;
import org.jspecify.annotations.Nullable;

/**
 * A parent's knowledge of a child.
 *
 * @param number among its parent's children, from 1
 * @param spawnSeq the position of the parent's journal that asked for it
 * @param detached whether it goes on when its parent ends
 * @param outcome how it ended; null while it lives
 * @param endOffset where its end lies in the journal partition; {@link Run#UNREAD} if it has none
 * @param failure why it did not succeed
 */
public record Child(
    int number,
    int spawnSeq,
    boolean detached,
    @Nullable Outcome outcome,
    long endOffset,
    @Nullable Failure failure) {
  private static final int MAX_MESSAGE = 200;

  public static Child live(ChildSpec spec, int spawnSeq) {
    return new Child(spec.number(), spawnSeq, spec.detached(), null, Run.UNREAD, null);
  }

  /** Whether it has not ended. */
  public boolean isLive() {
    return outcome == null;
  }

  public Child ended(Outcome how, long offset, @Nullable Failure why) {
    return new Child(number, spawnSeq, detached, how, offset, why == null ? null : brief(why));
  }

  /** A dispatch may name thousands of children: what went wrong is told in full in their ends. */
  private static Failure brief(Failure failure) {
    var message = failure.message();
    return message.length() <= MAX_MESSAGE
        ? failure
        : new Failure(failure.type(), Texts.atMost(MAX_MESSAGE, message), failure.step());
  }
}
