package dev.sluice.local.stack;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.sluice.schemas.process.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a process's standard error, including its agents' output, to files of bounded size and
 * number: {@code gate.log} is the newest, {@code gate.log.1} the one before. A file ends at the end
 * of a line, unless the line is very long.
 */
final class ChildLog {
  static final int FILES = 5;
  private static final long FILE_BYTES = 8 * 1024 * 1024;
  private static final int CHUNK = 8 * 1024;
  private static final int LONGEST_LAST_WORDS = 4 * 1024;

  private final Path path;
  private final long fileBytes;
  private FileChannel file;
  private byte[] tail = new byte[0];

  private ChildLog(Path path, long fileBytes) throws IOException {
    this.path = path;
    this.fileBytes = fileBytes;
    this.file = opened();
  }

  /** Goes on behind what an earlier process said. */
  static ChildLog open(Path path) throws IOException {
    return open(path, FILE_BYTES);
  }

  /**
   * The same with other sizes.
   *
   * @param fileBytes after which the line under way is the file's last
   */
  static ChildLog open(Path path, long fileBytes) throws IOException {
    return new ChildLog(path, fileBytes);
  }

  private FileChannel opened() throws IOException {
    var channel = StateFolder.openFile(path);
    channel.position(channel.size());
    return channel;
  }

  /**
   * Keeps all that comes until it ends. Goes on reading where nothing can be kept, as on a full
   * disk: a process must not wait for its log.
   */
  void takeAll(InputStream stream) throws IOException {
    var chunk = new byte[CHUNK];
    try {
      for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
        remember(chunk, read);
        try {
          write(chunk, read);
        } catch (IOException lost) {
          // what there is no room for
        }
      }
    } finally {
      file.close();
    }
  }

  private void write(byte[] chunk, int length) throws IOException {
    var bytes = ByteBuffer.wrap(chunk, 0, length);
    long room = fileBytes - file.position();
    if (-room > fileBytes / 8) { // a line without an end, or a roll that failed
      roll();
    } else if (length > room) {
      int end = lineEnd(chunk, (int) Math.max(0, room), length);
      if (end >= 0) {
        keep(bytes.limit(end + 1));
        bytes.limit(length);
        roll();
      }
    }
    keep(bytes);
  }

  private void keep(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private static int lineEnd(byte[] chunk, int from, int length) {
    for (int at = from; at < length; at++) {
      if (chunk[at] == '\n') {
        return at;
      }
    }
    return -1;
  }

  private void roll() throws IOException {
    for (int number = FILES - 1; number > 0; number--) {
      var from = number == 1 ? path : numbered(number - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(number), REPLACE_EXISTING);
      }
    }
    var next = opened();
    file.close();
    file = next;
  }

  private Path numbered(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  private synchronized void remember(byte[] chunk, int length) {
    int kept = Math.min(tail.length, Math.max(0, LONGEST_LAST_WORDS - length));
    int added = Math.min(length, LONGEST_LAST_WORDS);
    var joined = new byte[kept + added];
    System.arraycopy(tail, tail.length - kept, joined, 0, kept);
    System.arraycopy(chunk, length - added, joined, kept, added);
    tail = joined;
  }

  /** The last line that says something, or where to look. */
  synchronized String lastWords() {
    return new String(tail, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((first, second) -> second)
        .orElse("it says nothing in " + path);
  }
}
