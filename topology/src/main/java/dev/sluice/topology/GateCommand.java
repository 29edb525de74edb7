package dev.sluice.topology;

import dev.sluice.schemas.process.ConnectionOptions;
import dev.sluice.schemas.process.RoleProcess;
import dev.sluice.topology.gate.GateServer;
import dev.sluice.topology.gate.config.GateConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice gate}: one gate process. */
@Command(
    name = "gate",
    mixinStandardHelpOptions = true,
    description = "Runs a gate against a Kafka cluster.")
public final class GateCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Override
  public Integer call() throws Exception {
    return RoleProcess.run(() -> GateServer.start(GateConfig.from(connection.settings())));
  }
}
