package dev.sluice.http.route;

import dev.sluice.http.message.Reply;
import dev.sluice.http.message.Request;

/** Answers the requests of a route. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers one request. May block.
   *
   * @throws dev.sluice.http.message.Problem the error to answer with
   * @throws Exception an internal failure, which is logged and answered with 500
   */
  Reply handle(Request request) throws Exception;
}
