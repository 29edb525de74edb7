package dev.sluice.http.route;

import dev.sluice.http.message.Reply;
import dev.sluice.http.message.RequestHead;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides who may use a route; asked before a request's body is read. Probes are not guarded. */
@FunctionalInterface
public interface Guard {
  /** Lets everybody in. */
  Guard OPEN = (route, parameters, head, from) -> Passage.UNWATCHED;

  /** A request that was let in. */
  @FunctionalInterface
  interface Passage {
    /** Of which nobody wants to know. */
    Passage UNWATCHED = reply -> {};

    /**
     * Told once how it is answered; null if its connection breaks before. A stream is answered when
     * it begins.
     */
    void answered(@Nullable Reply reply);
  }

  /**
   * Lets a request in.
   *
   * @param parameters of the path, decoded
   * @param from the address of the connection's other end
   * @throws dev.sluice.http.message.Problem the error to answer with
   */
  Passage admit(
      Route route, Map<String, String> parameters, RequestHead head, @Nullable InetAddress from);
}
