package dev.sluice.gateway.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Which gateway a command asks, and with which key. */
final class GatewayOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The gateway's URL; default $SLUICE_URL, else http://127.0.0.1:8080.",
      defaultValue = "${env:SLUICE_URL:-http://127.0.0.1:8080}")
  private URI url = URI.create("http://127.0.0.1:8080");

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "The API key or token to show; default $SLUICE_KEY, which other users of this machine"
              + " do not see, else none.",
      defaultValue = "${env:SLUICE_KEY:-}",
      showDefaultValue = CommandLine.Help.Visibility.NEVER)
  private @Nullable String key;

  URI url() {
    return url;
  }

  /** Null for none. */
  @Nullable String key() {
    return key == null || key.isBlank() ? null : key.strip();
  }
}
