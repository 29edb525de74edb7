package dev.sluice.gateway.access;

import dev.sluice.gateway.keys.KeyRing;
import dev.sluice.http.message.Problem;
import java.util.function.LongSupplier;

/** Recognises callers by their API keys. */
public final class KeyCallers implements Callers {
  private final KeyRing ring;
  private final LongSupplier clock;

  /**
   * Recognises those whose keys are on the ring.
   *
   * @param clock milliseconds since the epoch
   */
  public KeyCallers(KeyRing ring, LongSupplier clock) {
    this.ring = ring;
    this.clock = clock;
  }

  @Override
  public Caller recognise(String token) {
    if (ring.whyNot().isPresent()) {
      throw Problem.unavailable("the API keys have not been read yet; try again in a second");
    }
    var key = ring.find(token);
    if (key == null || key.isExpiredAt(clock.getAsLong())) {
      throw Door.unauthorized("the key is not known, has expired or was revoked", "invalid_token");
    }
    return new Caller("key:" + key.id(), key.tenant(), key.roles());
  }
}
