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
    description = "Runs the local stack: Kafka, registry, gate, catalog, gateway and runners.")
public final class UpCommand implements Callable<Integer> {
  @Option(names = "--http", defaultValue = "8080", description = "The gateway's port.")
  private int http;

  @Option(names = "--kafka", defaultValue = "9092", description = "Kafka's port.")
  private int kafka;

  @Option(names = "--registry", defaultValue = "8081", description = "The registry's port.")
  private int registry;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps everything here across restarts; default: nothing is kept.")
  private @Nullable Path data;

  @Option(names = "--runners", defaultValue = "1", description = "Runner processes.")
  private int runners;

  @Option(names = "--slots", defaultValue = "16", description = "Slots of each runner.")
  private int slots;

  @Override
  public Integer call() throws InterruptedException {
    var stack = LocalStack.start(new StackConfig(http, kafka, registry, data, runners, slots));
    Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop"));
    stack.prepareReporter();
    System.out.printf(
        "ready http=%s kafka=%s registry=%s data=%s%n",
        stack.gatewayUrl(), stack.bootstrap(), stack.registry(), stack.data());
    System.out.flush();
    stack.awaitFailure();
    System.err.println("the broker has ended; see " + stack.data().resolve("logs"));
    return 1;
  }
}
