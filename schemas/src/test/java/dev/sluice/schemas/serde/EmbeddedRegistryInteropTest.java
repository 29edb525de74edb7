package dev.sluice.schemas.serde;

import dev.sluice.embedded.RegistryServer;
import org.junit.jupiter.api.AfterAll;

/** Confluent's classes at our own registry endpoint. */
final class EmbeddedRegistryInteropTest extends ConfluentInterop {
  private static final RegistryServer REGISTRY = RegistryServer.start(0, null);

  @AfterAll
  static void stop() {
    REGISTRY.close();
  }

  @Override
  String registryUrl() {
    return REGISTRY.url().toString();
  }
}
