package dev.sluice.http.message;

import java.util.Map;

/** What a request is answered with. */
public sealed interface Reply permits Answer, Streamed {
  int status();

  /** Empty for no body. */
  String contentType();

  /** Further headers; names and values are the server's own, in visible ASCII. */
  Map<String, String> headers();
}
