package dev.sluice.client.http;

import dev.sluice.client.RunEnd;
import dev.sluice.client.SubmittedRun;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run that was submitted over HTTP.
 *
 * @param at where its submission lies, so that the catalog knows that there is one
 */
record HttpRun(Ends ends, String tenant, String runId, @Nullable String at)
    implements SubmittedRun {
  @Override
  public Optional<RunEnd> await(Duration atMost) {
    return ends.await(tenant, runId, atMost, ApiRequests.query("at", at));
  }

  /** Nothing is kept. */
  @Override
  public void forget() {}
}
