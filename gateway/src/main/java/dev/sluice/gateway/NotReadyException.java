package dev.sluice.gateway;

/** The gateway cannot write records yet, and has written nothing. */
final class NotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotReadyException(String why) {
    super(why, null, false, false);
  }
}
