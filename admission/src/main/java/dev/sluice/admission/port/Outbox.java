package dev.sluice.admission.port;

import java.util.List;

/** Takes the effects of a turn: all of them, or none. */
public interface Outbox {
  /**
   * Makes the records of one turn. An exception drops the turn: its changes are undone and what it
   * was about is sealed.
   *
   * @return sends the records, in order; called once, and only if the turn's changes are kept
   * @throws EnvironmentException if the records cannot be made now, whatever the turn says
   */
  Runnable prepare(List<GateEffect> effects);
}
