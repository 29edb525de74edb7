package dev.sluice.bench.floor;

import dev.sluice.app.MoreCommands;
import java.util.List;

/** What the bench starts beside what it measures. */
public final class FloorCommands implements MoreCommands {
  @Override
  public List<Class<?>> commands() {
    return List.of(FloorCommand.class);
  }
}
