package dev.sluice.http.route;

import dev.sluice.http.message.Problem;
import dev.sluice.http.message.RequestHead;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets in whoever shows one token, which all processes that may ask have been given. */
public final class SharedToken implements Guard {
  private static final String SCHEME = "Bearer ";
  private static final String CHALLENGE = "Bearer realm=\"sluice\"";

  private final byte[] hash;

  public SharedToken(String token) {
    hash = hash(token);
  }

  @Override
  public Passage admit(
      Route route, Map<String, String> parameters, RequestHead head, @Nullable InetAddress from) {
    var shown = head.headers().one("authorization");
    boolean is = shown != null && shown.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    var token = shown != null && is ? shown.substring(SCHEME.length()).strip() : "";
    // Of the hashes, so that the time says nothing about the token.
    if (!is || !MessageDigest.isEqual(hash, hash(token))) {
      throw Problem.unauthorized("this port takes the token of its gateways alone", CHALLENGE);
    }
    return Passage.UNWATCHED;
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every JVM has SHA-256", e);
    }
  }
}
