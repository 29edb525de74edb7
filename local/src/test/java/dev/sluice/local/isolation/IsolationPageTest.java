package dev.sluice.local.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables of docs/isolation.md are those that {@link IsolationIT} prints. */
final class IsolationPageTest {
  private final List<String> page = page();

  private static List<String> page() {
    try {
      return Files.readAllLines(Path.of("../docs/isolation.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cells of a table's rows, by its head. */
  private List<List<String>> rows(String head) {
    assertThat(page).containsOnlyOnce(head);
    return page.stream()
        .skip(page.indexOf(head) + 2L)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  @Test
  void showsEachAttackWithWhatItIsFearedForAndItsRule() {
    var shown = new ArrayList<List<String>>();
    for (var cells : rows(Table.ATTACKS)) {
      shown.add(List.of(cells.getFirst(), cells.get(1), cells.getLast()));
    }
    assertThat(shown)
        .isEqualTo(
            AttackerProcess.all().stream()
                .map(attack -> List.of(attack.name(), attack.fear(), Table.link(attack)))
                .toList());
  }

  @Test
  void showsEachOutage() {
    assertThat(rows(Table.OUTAGES)).extracting(List::getFirst).isEqualTo(IsolationIT.OUTAGES);
  }
}
