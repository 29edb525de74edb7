package dev.sluice.gateway.access;

/** Recognises callers by the credentials that they show. */
@FunctionalInterface
public interface Callers {
  /**
   * The caller who shows this.
   *
   * @param token what follows {@code Bearer} in the header {@code Authorization}
   * @throws dev.sluice.http.message.Problem 401 if it is not known, 503 if nobody can be known now
   */
  Caller recognise(String token);
}
