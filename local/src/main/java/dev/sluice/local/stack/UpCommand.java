package dev.sluice.local.stack;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice up}: the local stack, kept running. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the local stack: Kafka, registry, gate, catalog, gateway and runners.",
      "Its ports are on the loopback interface alone; its gateway takes requests without API keys."
    })
public final class UpCommand implements Callable<Integer> {
  @Option(
      names = "--http",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "The gateway's port; 0 for any free port; default ${DEFAULT-VALUE}.")
  private int http;

  @Option(
      names = "--kafka",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "Kafka's port; 0 for any free port; default ${DEFAULT-VALUE}.")
  private int kafka;

  @Option(
      names = "--registry",
      paramLabel = "PORT",
      defaultValue = "8081",
      description = "The registry's port; 0 for any free port; default ${DEFAULT-VALUE}.")
  private int registry;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder that keeps all data across restarts; default: data is deleted at the end.")
  private @Nullable Path data;

  @Option(
      names = "--runners",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of runner processes, 0 to 8; default ${DEFAULT-VALUE}.")
  private int runners;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "16",
      description = "Runs that one runner executes at the same time; default ${DEFAULT-VALUE}.")
  private int slots;

  @Option(
      names = "--probe-dir",
      paramLabel = "DIR",
      description =
          "Folder that the sample agent probe may write to; default: SLUICE_PROBE_DIR, else"
              + " --data.")
  private @Nullable Path probeDir;

  @Override
  public Integer call() throws InterruptedException {
    var config = new StackConfig(http, kafka, registry, data, runners, slots, probeDir);
    var stack = LocalStack.start(config, System.err::println);
    stack.prepareReporter();
    System.out.printf(
        "ready http=%s kafka=%s registry=%s data=%s%n",
        stack.gatewayUrl(), stack.bootstrap(), stack.registry(), stack.data());
    System.out.flush();
    stack.awaitFailure();
    if (!stack.isStopping()) {
      System.err.println("up: the broker has ended; see " + stack.data().resolve("logs"));
    }
    return 1;
  }
}
