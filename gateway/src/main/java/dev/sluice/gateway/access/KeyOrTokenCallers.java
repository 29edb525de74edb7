package dev.sluice.gateway.access;

import dev.sluice.gateway.keys.KeyText;

/** Recognises callers by API keys, and by tokens: a key begins as no token does. */
public final class KeyOrTokenCallers implements Callers {
  private final Callers keys;
  private final Callers tokens;

  public KeyOrTokenCallers(Callers keys, Callers tokens) {
    this.keys = keys;
    this.tokens = tokens;
  }

  @Override
  public Caller recognise(String token) {
    return (token.startsWith(KeyText.PREFIX) ? keys : tokens).recognise(token);
  }
}
