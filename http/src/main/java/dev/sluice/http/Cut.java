package dev.sluice.http;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.message.Problem;

/** The reason for giving up a connection. */
enum Cut {
  NONE,
  LATE,
  /** Other connections need its bytes. */
  ROOM,
  STOP;

  /** Why the input ended before the request did. */
  Problem ended(String part, HttpConfig config) {
    var limits = config.limits();
    return switch (this) {
      case NONE -> Problem.badRequest("the request ends within its " + part);
      case LATE ->
          Problem.late(
              "a request's %s must come within %d s"
                  .formatted(
                      part, (part.equals("body") ? limits.body() : limits.head()).toSeconds()));
      case ROOM -> Room.gaveWay();
      case STOP -> Problem.unavailable("the " + config.name() + " stops; ask again");
    };
  }
}
