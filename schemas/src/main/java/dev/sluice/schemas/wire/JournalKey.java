package dev.sluice.schemas.wire;

import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The key of a journal record; every key is written at most once. */
public sealed interface JournalKey {
  /** Longer than any; such a text is not taken apart. */
  int MAX_CHARS = 2_000;

  /** In UTF-8. */
  int MOST_BYTES_OF_CHAR = 3;

  String tenant();

  String run();

  /** The key as written in the topic. */
  String text();

  /** Record 0 of a run's journal. */
  record Input(String tenant, String run) implements JournalKey {
    @Override
    public String text() {
      return tenant + "/" + run + "/input";
    }
  }

  /** What a worker wrote at a position of the journal. */
  record Entry(String tenant, String run, int epoch, String incarnation, int seq)
      implements JournalKey {
    @Override
    public String text() {
      return tenant + "/" + run + "/" + epoch + "/" + incarnation + "/" + seq;
    }
  }

  /** Records of epochs below {@code epoch} are void behind it. */
  record Fence(String tenant, String run, int epoch) implements JournalKey {
    @Override
    public String text() {
      return tenant + "/" + run + "/fence/" + epoch;
    }
  }

  /** A signal that the gate took for the run. */
  record Signal(String tenant, String run, String name, int number) implements JournalKey {
    @Override
    public String text() {
      return tenant + "/" + run + "/signal/" + name + "/" + number;
    }
  }

  /**
   * Reads a key as written in the topic. Bytes longer than any key are not decoded: a stranger's
   * megabyte costs what a short one does.
   *
   * @throws IllegalArgumentException if {@code key} is not a journal key
   */
  static JournalKey parse(byte[] key) {
    if (key.length > MAX_CHARS * MOST_BYTES_OF_CHAR) {
      throw new IllegalArgumentException(
          "not a journal key: it has %d bytes".formatted(key.length));
    }
    return parse(new String(key, StandardCharsets.UTF_8));
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if {@code text} is not a journal key
   */
  static JournalKey parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw notOne(text, null);
    }
    var parts = text.split("/", -1);
    try {
      if (parts.length == 3 && parts[2].equals("input")) {
        return checked(new Input(parts[0], parts[1]), text);
      }
      if (parts.length == 4 && parts[2].equals("fence")) {
        return checked(new Fence(parts[0], parts[1], Integer.parseInt(parts[3])), text);
      }
      if (parts.length == 5 && parts[2].equals("signal")) {
        return checked(new Signal(parts[0], parts[1], parts[3], Integer.parseInt(parts[4])), text);
      }
      if (parts.length == 5) {
        int epoch = Integer.parseInt(parts[2]);
        int seq = Integer.parseInt(parts[4]);
        return checked(new Entry(parts[0], parts[1], epoch, parts[3], seq), text);
      }
    } catch (NumberFormatException e) {
      throw notOne(text, e);
    }
    throw notOne(text, null);
  }

  private static JournalKey checked(JournalKey key, String text) {
    var problem =
        Names.tenantProblem(key.tenant())
            .or(() -> Names.anyRunIdProblem(key.run()))
            .or(
                () ->
                    switch (key) {
                      case Entry entry -> Names.incarnationProblem(entry.incarnation());
                      case Signal signal -> Names.signalProblem(signal.name());
                      case Input input -> Optional.empty();
                      case Fence fence -> Optional.empty();
                    });
    if (problem.isPresent()) {
      throw notOne(text, null);
    }
    return key;
  }

  private static IllegalArgumentException notOne(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException("not a journal key: '" + Texts.quoted(text) + "'", cause);
  }
}
