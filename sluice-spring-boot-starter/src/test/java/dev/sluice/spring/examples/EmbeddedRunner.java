package dev.sluice.spring.examples;

import dev.sluice.runner.Runner;
import dev.sluice.runner.RunnerConfig;
import dev.sluice.sdk.Agent;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.file.Path;

/** An application without Spring. */
final class EmbeddedRunner {
  private EmbeddedRunner() {}

  static Runner start(Agent<?, ?> invoiceAgent, MeterRegistry meterRegistry, Runnable shutDown) {
    RunnerConfig config =
        RunnerConfig.builder()
            .bootstrapServers("kafka:9092")
            .schemaRegistry(URI.create("http://registry:8081"))
            .pools("invoices")
            .slots(32)
            .dataDir(Path.of("/var/lib/invoices/sluice"))
            .build();

    return Runner.builder()
        .config(config)
        .agent(invoiceAgent) // or discoverAgents(loader), by META-INF/services
        .metrics(meterRegistry)
        .onFatal(reason -> shutDown.run())
        .start();
  }
}
