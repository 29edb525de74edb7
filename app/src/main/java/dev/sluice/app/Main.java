package dev.sluice.app;

import dev.sluice.app.sizing.SizingCommand;
import dev.sluice.contract.Secrets;
import dev.sluice.gateway.GatewayCommand;
import dev.sluice.gateway.cli.AgentsCommand;
import dev.sluice.gateway.cli.CancelCommand;
import dev.sluice.gateway.cli.DeadLettersCommand;
import dev.sluice.gateway.cli.GetCommand;
import dev.sluice.gateway.cli.KeysCommand;
import dev.sluice.gateway.cli.ListCommand;
import dev.sluice.gateway.cli.LogsCommand;
import dev.sluice.gateway.cli.SettingsCommand;
import dev.sluice.gateway.cli.SignalCommand;
import dev.sluice.gateway.cli.SubmitCommand;
import dev.sluice.gateway.cli.TenantsCommand;
import dev.sluice.runner.RunnerCommand;
import dev.sluice.topology.CatalogCommand;
import dev.sluice.topology.GateCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one program behind {@code ./sluice}. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    description = "AI agents as jobs on Apache Kafka.",
    footer = {
      "  bench         Measures what users notice, and compares each figure with a floor.",
      "  train         Builds a class cache so that processes start quickly (JDK 25).",
      "",
      "Every command has --help. Exit codes: 0 done, 1 failed or refused, 2 wrong flag or value,",
      "3 sent, but the gate's decision is not known yet."
    })
public final class Main {
  /** Tells a process that its standard input is its parent's life. */
  public static final String PARENT_VARIABLE = "SLUICE_ENDS_WITH_STDIN";

  /** Says in which form a process logs; logback.xml reads it. */
  private static final String LOG_FORMAT_VARIABLE = "SLUICE_LOG_FORMAT";

  private static final Set<String> LOG_FORMATS = Set.of("text", "json");

  /** The system property that says which script started this process. */
  public static final String LAUNCHER = "sluice.launcher";

  private static final Duration ORPHAN_ENDS_WITHIN = Duration.ofSeconds(8);

  private static final List<Class<?>> COMMANDS =
      List.of(
          SubmitCommand.class,
          GetCommand.class,
          LogsCommand.class,
          ListCommand.class,
          CancelCommand.class,
          SignalCommand.class,
          TenantsCommand.class,
          AgentsCommand.class,
          SettingsCommand.class,
          DeadLettersCommand.class,
          TopicsCommand.class,
          KeysCommand.class,
          SizingCommand.class,
          RunnerCommand.class,
          GateCommand.class,
          CatalogCommand.class,
          GatewayCommand.class,
          TrainCommand.class);

  private Main() {}

  public static void main(String[] arguments) {
    var format = System.getenv(LOG_FORMAT_VARIABLE);
    if (format != null && !LOG_FORMATS.contains(format)) {
      System.err.printf("%s: must be text or json, got %s%n", LOG_FORMAT_VARIABLE, format);
      System.exit(CommandLine.ExitCode.USAGE);
    }
    // What logs by the JDK's own logging, too: one process has one form of lines.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    if (System.getenv(PARENT_VARIABLE) != null) {
      Thread.ofPlatform().name("parent").daemon().start(Main::endWithParent);
    }
    System.exit(commands().execute(arguments));
  }

  /** All that the class path has. */
  public static CommandLine commands() {
    var commands = new CommandLine(new Main());
    for (var more : ServiceLoader.load(MoreCommands.class)) {
      more.commands().forEach(commands::addSubcommand);
    }
    COMMANDS.forEach(commands::addSubcommand);
    setVersion(commands);
    return commands
        .registerConverter(Duration.class, Main::duration)
        .setParameterExceptionHandler((wrong, given) -> usage(wrong))
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
  }

  private static void setVersion(CommandLine commands) {
    var version = Main.class.getPackage().getImplementationVersion();
    commands.getCommandSpec().version("sluice " + (version == null ? "(not packaged)" : version));
    commands.getSubcommands().values().forEach(Main::setVersion);
  }

  private static int usage(CommandLine.ParameterException wrong) {
    var command = wrong.getCommandLine();
    System.err.printf(
        "%s; see %s --help%n",
        Secrets.masked(String.valueOf(wrong.getMessage())),
        command.getCommandSpec().qualifiedName().strip());
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception failure, CommandLine command) {
    System.err.println(
        command.getCommandSpec().qualifiedName() + ": " + Secrets.masked(message(failure)));
    return failure instanceof IllegalArgumentException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new CommandLine.TypeConversionException(
          "'" + text + "' is not an ISO-8601 duration such as PT10S");
    }
  }

  private static String message(Throwable failure) {
    var message = words(failure);
    var root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return message.contains(words(root)) ? message : message + " (" + words(root) + ")";
  }

  /** In one line, whatever it says. */
  private static String words(Throwable failure) {
    var message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  /**
   * A child's standard input ends when its parent does. Its siblings end too, so an orderly end has
   * its limit.
   */
  private static void endWithParent() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // as good as the end
    }
    Thread.ofPlatform().name("end").daemon().start(Main::haltSoon);
    System.exit(0);
  }

  private static void haltSoon() {
    try {
      Thread.sleep(ORPHAN_ENDS_WITHIN);
    } catch (InterruptedException e) {
      // now, then
    }
    Runtime.getRuntime().halt(1);
  }
}
