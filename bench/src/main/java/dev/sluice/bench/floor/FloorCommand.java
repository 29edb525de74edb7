package dev.sluice.bench.floor;

import dev.sluice.bench.floor.PassThroughStreams.Names;
import dev.sluice.schemas.process.RoleProcess;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A process of the bench's floor. */
@Command(name = FloorCommand.NAME, hidden = true, mixinStandardHelpOptions = true)
public final class FloorCommand implements Callable<Integer> {
  public static final String NAME = "bench-floor";

  /** What such a process does. */
  public enum What {
    PRODUCER,
    STREAMS,
    CLAIMER
  }

  @Parameters(paramLabel = "WHAT", description = "One of ${COMPLETION-CANDIDATES}.")
  private What what = What.PRODUCER;

  @Option(names = "--bootstrap", required = true, description = "Kafka's address.")
  private String bootstrap = "";

  @Option(names = "--prefix", description = "Prefix of the topics and of the application.")
  private String prefix = "";

  @Option(names = "--dir", required = true, description = "The folder for state.")
  private Path dir = Path.of("");

  @Override
  public Integer call() throws Exception {
    var names = new Names(prefix);
    return RoleProcess.run(
        () ->
            switch (what) {
              case PRODUCER -> new ProducerRole(bootstrap);
              case STREAMS -> new StreamsRole(bootstrap, names, dir);
              case CLAIMER -> new ClaimerRole(bootstrap, names);
            });
  }
}
