package dev.sluice.runner;

import dev.sluice.schemas.process.ConnectionOptions;
import dev.sluice.schemas.process.RoleProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice runner}: one worker process. */
@Command(
    name = "runner",
    mixinStandardHelpOptions = true,
    description = "Runs a worker: takes runs of its pools and executes their agents.")
public final class RunnerCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--pools",
      paramLabel = "POOL,…",
      description = "The pools to take runs from; default: the pool named default.")
  private @Nullable String pools;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description =
          "The most runs that it executes at once; default " + RunnerConfig.DEFAULT_SLOTS + ".")
  private @Nullable Integer slots;

  @Option(
      names = "--worker-id",
      paramLabel = "ID",
      description =
          "Its name; default: the host's name, its state folder and the lowest free number.")
  private @Nullable String workerId;

  @Option(
      names = "--agents",
      paramLabel = "JAR",
      arity = "1..*",
      description = "Jars with agents, in addition to those on the class path.")
  private List<Path> jars = List.of();

  @Override
  public Integer call() throws Exception {
    return RoleProcess.run(this::start);
  }

  private Runner start() {
    var config = RunnerConfig.from(settings());
    Carriers.provideFor(config.slots());
    return Runner.start(
        config, AgentJars.load(jars), Host.ofProcess(new JvmHalt(), RunnerCommand::ended));
  }

  /** A worker whose id was taken has drained, and exits in order. */
  private static void ended(FatalReason reason) {
    if (reason.kind() != FatalReason.Kind.ID_TAKEN) {
      new JvmHalt().run();
    }
  }

  private Map<String, String> settings() {
    var settings = new HashMap<>(connection.settings());
    put(settings, "pools", pools);
    put(settings, "slots", slots);
    put(settings, "worker.id", workerId);
    return settings;
  }

  private static void put(Map<String, String> settings, String key, @Nullable Object value) {
    if (value != null) {
      settings.put(key, value.toString());
    }
  }
}
