package dev.sluice.schemas.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConnectionOptionsTest {
  @TempDir Path folder;

  @Test
  void readsEveryFileThatIsNamedAndLetsALaterOneWin() throws IOException {
    var first = write("first", "bootstrap.servers=a:1\nthreads=1\ntick.ms=500\n");
    var second = write("second", "threads=2\nkafka.sasl.jaas.config=secret\n");
    var options = new ConnectionOptions();

    new CommandLine(options)
        .parseArgs("--config", first, "--config", second, "--set", "tick.ms=700");

    assertThat(options.settings())
        .containsEntry("bootstrap.servers", "a:1")
        .containsEntry("threads", "2")
        .containsEntry("kafka.sasl.jaas.config", "secret")
        .containsEntry("tick.ms", "700")
        .hasSize(4);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }
}
