package dev.sluice.gateway.letters;

import dev.sluice.schemas.topic.Topics;

/** Why no record that Sluice itself wrote, or keeps, is sent back: it was about a moment. */
final class OwnRecords {
  /** The topic of dead letters about the gate's state. */
  private static final String STATE = "state";

  private OwnRecords() {}

  static String whyNot(RecordPlace place, String prefix) {
    if (place.topic().equals(STATE)) {
      return "an entry of the gate's state cannot be sent; what it was about has been ended or read"
          + " again";
    }
    var topic = place.topic().startsWith(prefix) ? place.topic().substring(prefix.length()) : "";
    return switch (topic) {
      case Topics.CLAIMS ->
          "an answer to a dispatch cannot be sent; its run was handed out again under another epoch";
      case Topics.PROGRESS -> "a sign of life cannot be sent; later ones have said more";
      case Topics.JOURNAL ->
          "a journal record cannot be sent; a run that misses one is ended as DEAD: redrive it";
      case Topics.SETTINGS ->
          "a setting cannot be sent; set it again with `sluice settings`, in all partitions";
      default -> "records of " + place.topic() + " cannot be sent";
    };
  }
}
