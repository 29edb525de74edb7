package dev.sluice.http.route;

import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Request;

/** Answers the requests of a route. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers one request; may block.
   *
   * @throws Problem what is answered instead
   * @throws Exception a failure of ours, which is logged and answered with 500
   */
  Answer handle(Request request) throws Exception;
}
