package dev.sluice.topology;

import dev.sluice.schemas.process.ConnectionOptions;
import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.topology.catalog.CatalogConfig;
import dev.sluice.topology.catalog.CatalogServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice catalog}: one catalog instance. */
@Command(
    name = "catalog",
    mixinStandardHelpOptions = true,
    description = "Runs a catalog, the read side, against a Kafka cluster.")
public final class CatalogCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--insecure",
      description = "Listen on an http.host other than the loopback, without authentication.")
  private boolean insecure;

  @Override
  public Integer call() throws Exception {
    return RoleProcess.run(
        () -> CatalogServer.start(CatalogConfig.from(connection.settings(), insecure)));
  }
}
