package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The index of docs/decisions has every record, and says of each what the record says itself. */
final class DecisionsTest {
  private static final Path FOLDER = SpecificationTest.root().resolve("docs/decisions");
  private static final String INDEX = "README.md";

  private static final String LINK = "\\[\\d{4}]\\([a-z0-9.-]+\\)";
  private static final String LINKS = LINK + "(?:, " + LINK + ")*";
  private static final Pattern FILE = Pattern.compile("(\\d{4})-[a-z0-9-]+\\.md");
  private static final Pattern TITLE = Pattern.compile("# (\\d+)\\. (.+)");
  private static final Pattern STATUS =
      Pattern.compile(
          "Status: ((?:accepted|superseded by " + LINKS + ")(?:; amended by " + LINKS + ")?)");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| \\[(\\d{4})]\\(([^)]+)\\) \\| (.+) \\| (.+) \\|$");
  private static final Pattern LATER = Pattern.compile("\\[(\\d{4})]\\(([^)]+)\\)");

  /** What a record says of itself, or the index of it. */
  private record Entry(String file, String title, String status) {
    static Entry of(String file, String text) {
      var lines = text.lines().limit(3).toList();
      var title = TITLE.matcher(lines.getFirst());
      var status = STATUS.matcher(lines.getLast());
      if (!title.matches() || Integer.parseInt(title.group(1)) != number(file)) {
        throw new IllegalArgumentException(
            file + ": its first line must be '# " + number(file) + ". TITLE'");
      }
      if (!status.matches()) {
        throw new IllegalArgumentException(
            file + ": its third line must be 'Status: …', as the index describes it");
      }
      return new Entry(file, title.group(2), status.group(1));
    }

    static int number(String file) {
      return Integer.parseInt(file.substring(0, 4));
    }
  }

  @Test
  void indexListsEveryRecordWithItsTitleAndStatus() throws IOException {
    var index =
        ROW.matcher(Files.readString(FOLDER.resolve(INDEX)))
            .results()
            .map(row -> new Entry(row.group(2), row.group(3), row.group(4)))
            .toList();

    assertThat(index).containsExactlyElementsOf(records());
  }

  @Test
  void numbersAreUnique() throws IOException {
    var byNumber = new TreeMap<Integer, String>();
    var twice = new ArrayList<String>();
    for (var record : records()) {
      var former = byNumber.put(Entry.number(record.file()), record.file());
      if (former != null) {
        twice.add(former + " and " + record.file());
      }
    }

    assertThat(twice).isEmpty();
  }

  @Test
  void onlyLaterRecordsOvertakeOne() throws IOException {
    var files = records().stream().map(Entry::file).toList();
    var wrong = new ArrayList<String>();
    for (var record : records()) {
      LATER
          .matcher(record.status())
          .results()
          .filter(
              later ->
                  !files.contains(later.group(2))
                      || !later.group(2).startsWith(later.group(1) + "-")
                      || Entry.number(later.group(2)) <= Entry.number(record.file()))
          .forEach(later -> wrong.add(record.file() + " names " + later.group()));
    }

    assertThat(wrong).isEmpty();
  }

  @Test
  void refusesRecordsOfAnotherForm() {
    Map.of(
            "# 0007: Title\n\nStatus: accepted\n", "first line",
            "# 8. Title\n\nStatus: accepted\n", "first line",
            "# 7. Title\n\nStatus: amended by [0008](0008-waits.md)\n", "third line",
            "# 7. Title\n\n**Situation.**\n", "third line")
        .forEach(
            (text, named) ->
                assertThatThrownBy(() -> Entry.of("0007-x.md", text)).hasMessageContaining(named));
  }

  private static List<Entry> records() throws IOException {
    var records = new ArrayList<Entry>();
    try (var files = Files.list(FOLDER)) {
      for (var file : files.sorted().toList()) {
        var name = file.getFileName().toString();
        if (!name.equals(INDEX)) {
          assertThat(name).matches(FILE);
          records.add(Entry.of(name, Files.readString(file)));
        }
      }
    }
    return records;
  }
}
