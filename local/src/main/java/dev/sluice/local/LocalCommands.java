package dev.sluice.local;

import dev.sluice.app.MoreCommands;
import dev.sluice.local.demo.DemoCommand;
import dev.sluice.local.project.NewCommand;
import dev.sluice.local.stack.BrokerCommand;
import dev.sluice.local.stack.UpCommand;
import dev.sluice.local.trace.ReplayCommand;
import java.util.List;

/** The commands of the local stack. */
public final class LocalCommands implements MoreCommands {
  @Override
  public List<Class<?>> commands() {
    return List.of(
        DemoCommand.class,
        UpCommand.class,
        NewCommand.class,
        ReplayCommand.class,
        BrokerCommand.class);
  }
}
