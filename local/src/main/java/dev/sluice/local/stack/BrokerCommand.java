package dev.sluice.local.stack;

import dev.sluice.embedded.EmbeddedBroker;
import dev.sluice.embedded.RegistryServer;
import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.schemas.process.StateFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The local stack's broker and registry, in a process of their own. */
@Command(name = "broker", hidden = true, mixinStandardHelpOptions = true)
public final class BrokerCommand implements Callable<Integer> {
  @Option(names = "--kafka", description = "Kafka's port; 0 for any free port.")
  private int kafka;

  @Option(names = "--registry", description = "The registry's port; 0 for any free port.")
  private int registry;

  @Option(names = "--data", required = true, description = "The folder for all data.")
  private Path data = Path.of("");

  @Override
  public Integer call() throws Exception {
    return RoleProcess.run(
        () -> {
          if (data.toString().isBlank()) {
            throw new SettingsException(List.of("--data must name a folder, got ''"));
          }
          StateFolder.open(data, "the broker's topics");
          var broker =
              EmbeddedBroker.start(
                  EmbeddedBroker.Config.defaults()
                      .withPort(kafka)
                      .withDataDir(data.resolve("kafka")));
          var schemas = RegistryServer.start(registry, data.resolve("schemas.jsonl"));
          return new Role(broker, schemas);
        });
  }

  private record Role(EmbeddedBroker broker, RegistryServer schemas) implements RoleProcess.Role {
    @Override
    public String address() {
      return broker.bootstrapServers() + " " + schemas.url();
    }

    @Override
    public void awaitFailure() throws InterruptedException {
      schemas.awaitFailure();
    }

    @Override
    public void close() {
      schemas.close();
      broker.close();
    }
  }
}
