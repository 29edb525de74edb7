package dev.sluice.local;

import dev.sluice.gateway.GatewayCommand;
import dev.sluice.gateway.cli.CancelCommand;
import dev.sluice.gateway.cli.DeadLettersCommand;
import dev.sluice.gateway.cli.GetCommand;
import dev.sluice.gateway.cli.ListCommand;
import dev.sluice.gateway.cli.SignalCommand;
import dev.sluice.gateway.cli.SubmitCommand;
import dev.sluice.gateway.cli.TenantsCommand;
import dev.sluice.local.demo.DemoCommand;
import dev.sluice.local.stack.BrokerCommand;
import dev.sluice.local.stack.Child;
import dev.sluice.local.stack.TopicsCommand;
import dev.sluice.local.stack.UpCommand;
import dev.sluice.local.trace.ReplayCommand;
import dev.sluice.runner.RunnerCommand;
import dev.sluice.topology.CatalogCommand;
import dev.sluice.topology.GateCommand;
import java.io.IOException;
import java.io.OutputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one program behind {@code ./sluice}. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    description = "AI agents as jobs on Apache Kafka.",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      SubmitCommand.class,
      GetCommand.class,
      ListCommand.class,
      CancelCommand.class,
      SignalCommand.class,
      TenantsCommand.class,
      DeadLettersCommand.class,
      ReplayCommand.class,
      TopicsCommand.class,
      RunnerCommand.class,
      GateCommand.class,
      CatalogCommand.class,
      GatewayCommand.class,
      BrokerCommand.class
    })
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    if (System.getenv(Child.PARENT_VARIABLE) != null) {
      Thread.ofPlatform().name("parent").daemon().start(Main::endWithParent);
    }
    System.exit(commands().execute(arguments));
  }

  static CommandLine commands() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(
            (wrong, given) -> {
              System.err.println(wrong.getMessage());
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              System.err.println(command.getCommandName() + ": " + message(failure));
              return failure instanceof IllegalArgumentException
                  ? CommandLine.ExitCode.USAGE
                  : CommandLine.ExitCode.SOFTWARE;
            });
  }

  private static String message(Throwable failure) {
    var cause = failure.getCause();
    return failure.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")");
  }

  /** A child's standard input ends when its parent does. */
  private static void endWithParent() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // as good as the end
    }
    System.exit(0);
  }
}
