package dev.sluice.runner;

import dev.sluice.runner.identity.GoneReporter;
import dev.sluice.runner.identity.Incarnations;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports lives of a worker of which certainly nothing executes any more. */
record Departures(RunnerConfig config, Incarnations identity) {
  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

  /** The life before this one, if there was one. */
  void ofPredecessor() {
    var predecessor = identity.predecessor();
    if (predecessor != null) {
      report(predecessor);
    }
  }

  /**
   * This life's own, with its id. Whoever takes the id next reports that nothing of this life
   * executes any more, so the id is kept while something does, until the process ends.
   *
   * @param isGone nothing of it executes, or can
   * @param goesOn the process goes on
   */
  void ofThis(boolean isGone, boolean goesOn) {
    if (isGone) {
      sayGoodbye();
      identity.close();
    } else if (goesOn) {
      LOG.error("The id {} stays taken: a run of it may still execute", identity.worker());
    }
  }

  private void sayGoodbye() {
    try {
      report(identity.incarnation());
    } catch (KafkaException e) {
      LOG.warn(
          "The end of {} could not be reported; its successor will", identity.incarnation(), e);
    }
  }

  private void report(String incarnation) {
    try (var reporter =
        new GoneReporter(
            config.kafka(), config.serdes(), config.prefix(), identity.incarnation())) {
      reporter.report(identity.worker(), incarnation);
    }
  }
}
