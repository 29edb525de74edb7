package dev.sluice.bench.floor;

import dev.sluice.app.MoreCommands;
import java.util.List;

/** The commands of the floor's processes. */
public final class FloorCommands implements MoreCommands {
  @Override
  public List<Class<?>> commands() {
    return List.of(FloorCommand.class);
  }
}
