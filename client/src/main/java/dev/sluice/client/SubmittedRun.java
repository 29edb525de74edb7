package dev.sluice.client;

import java.time.Duration;
import java.util.Optional;

/** A run that was submitted here. */
public interface SubmittedRun {
  /** The tenant that owns the run. */
  String tenant();

  /** The run's id, also where the submission named none. */
  String runId();

  /**
   * Waits for the run's end. May be called again, and by several threads.
   *
   * @param atMost for how long, of any length; zero asks once
   * @return empty if it has not ended by then
   * @throws SluiceException if that cannot be found out
   */
  Optional<RunEnd> await(Duration atMost);

  /** Frees what is kept for {@link #await}; the run goes on. Needed only if nobody will await. */
  void forget();
}
