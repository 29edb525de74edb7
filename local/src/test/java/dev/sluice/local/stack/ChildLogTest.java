package dev.sluice.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildLogTest {
  private static final int FILE_BYTES = 64 * 1024;

  @TempDir private Path logs;

  @Test
  void keepsFilesOfBoundedSizeAndNumberHoweverMuchIsSaid() throws Exception {
    int lines = 20_000;
    say(
        IntStream.range(0, lines)
            .mapToObj(number -> number + " is not as it should be\n")
            .collect(Collectors.joining()));

    assertThat(files()).hasSize(ChildLog.FILES);
    for (var file : files()) {
      assertThat(Files.size(file)).isLessThan(FILE_BYTES + 1024);
      assertThat(Files.readString(file)).endsWith("be\n").matches("(?s)[0-9]+ is.*");
    }
    assertThat(Files.readString(logs.resolve("gate.log"))).contains(lines - 1 + " is");
    assertThat(Files.readString(logs.resolve("gate.log.1"))).doesNotContain(lines - 1 + " is");
  }

  @Test
  void boundsALineThatDoesNotEnd() throws Exception {
    say("x".repeat(40 * FILE_BYTES));

    assertThat(files()).hasSize(ChildLog.FILES);
    for (var file : files()) {
      assertThat(Files.size(file)).isLessThan(FILE_BYTES * 3 / 2);
    }
  }

  @Test
  void goesOnBehindWhatTheProcessBeforeSaid() throws Exception {
    say("the first\n");

    var second = say("the second\nits last words\n\n");

    assertThat(Files.readString(logs.resolve("gate.log")))
        .isEqualTo("the first\nthe second\nits last words\n\n");
    assertThat(second.lastWords()).isEqualTo("its last words");
  }

  @Test
  void readsOnAndKeepsNoMoreWhereAFileCannotBePutAside() throws Exception {
    var log = ChildLog.open(logs.resolve("gate.log"), FILE_BYTES);
    Files.createDirectories(logs.resolve("gate.log.1/in the way"));
    Files.createDirectories(logs.resolve("gate.log.2/in the way"));
    var said =
        new ByteArrayInputStream("a line\n".repeat(200_000).getBytes(StandardCharsets.UTF_8));

    log.takeAll(said);

    assertThat(said.available()).isZero();
    assertThat(log.lastWords()).isEqualTo("a line");
    assertThat(Files.size(logs.resolve("gate.log"))).isLessThan(FILE_BYTES * 3 / 2);
  }

  private ChildLog say(String text) throws IOException {
    var log = ChildLog.open(logs.resolve("gate.log"), FILE_BYTES);
    log.takeAll(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    return log;
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(logs)) {
      return files.toList();
    }
  }
}
