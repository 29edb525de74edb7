package dev.sluice.gateway;

import dev.sluice.schemas.process.ConnectionOptions;
import dev.sluice.schemas.process.RoleProcess;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice gateway}: one gateway process. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description = "Runs an HTTP gateway against a Kafka cluster.")
public final class GatewayCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--insecure",
      description = "Listen on an http.host other than the loopback, without authentication.")
  private boolean insecure;

  @Override
  public Integer call() throws Exception {
    return RoleProcess.run(
        () -> Gateway.start(GatewayConfig.from(connection.settings(), insecure)));
  }
}
