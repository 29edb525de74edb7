package dev.sluice.local.isolation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * The attacker in a process of its own, on one core where {@code taskset} can give it one. Each
 * line that it reads is the name of an attack behind how slow the machine is. It goes on with the
 * attack until the next line, and answers.
 */
final class AttackerProcess implements AutoCloseable {
  private static final String OVER = "over";
  private static final String TASKSET = "/usr/bin/taskset";
  private static final long END_SECONDS = 10;

  /** What a neighbour costs that does nothing to us but compute. */
  static final Attack BUSY =
      new Attack(
          "(a neighbour that only computes)",
          "nothing; shows the cost of one core less",
          "",
          (with, over) -> {
            while (!over.getAsBoolean()) {
              Thread.onSpinWait();
            }
          });

  private final Process process;
  private final BufferedReader answers;

  AttackerProcess(Attacker.Target target) throws IOException {
    var command = new ArrayList<String>();
    if (Files.isExecutable(Path.of(TASKSET))) {
      command.addAll(List.of(TASKSET, "-c", "0"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:ActiveProcessorCount=1", "-Xmx768m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(AttackerProcess.class.getName());
    command.addAll(List.of(target.bootstrap(), target.registry(), target.gateway()));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  static List<Attack> all() {
    return Stream.of(
            List.of(BUSY),
            RecordAttacks.all(),
            CallerAttacks.all(),
            ClusterAttacks.all(),
            List.of(RecordAttacks.trees()))
        .flatMap(List::stream)
        .toList();
  }

  void begin(Attack attack) throws IOException {
    begin(attack, 1);
  }

  /**
   * The same on a machine that is not as fast as the usual one: its share of the machine is what it
   * is there.
   *
   * @param slowness how many times as long a machine takes as the usual one, from 1
   */
  void begin(Attack attack, double slowness) throws IOException {
    tell(slowness + " " + attack.name());
  }

  /**
   * Ends what was begun.
   *
   * @throws AssertionError if the attack itself failed: it would prove nothing
   */
  void end() throws IOException {
    tell(OVER);
    var answer = answers.readLine();
    if (!"done".equals(answer)) {
      throw new AssertionError("the attack itself failed: " + answer);
    }
  }

  private void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  // --- in the process

  public static void main(String[] args) throws Exception {
    var answers = System.out;
    System.setOut(System.err); // where loggers write, too
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (var attacker = new Attacker(new Attacker.Target(args[0], args[1], args[2]))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var said = line.split(" ", 2);
        attacker.slowTo(Double.parseDouble(said[0]));
        answers.println(attack(named(said[1]), attacker, lines));
      }
    }
  }

  private static Attack named(String name) {
    return all().stream().filter(attack -> attack.name().equals(name)).findFirst().orElseThrow();
  }

  private static String attack(Attack attack, Attacker attacker, BufferedReader lines)
      throws Exception {
    var over = new AtomicBoolean();
    var task =
        new FutureTask<>(
            () -> {
              try {
                attack.body().run(attacker, over::get);
                return "done";
              } catch (Exception e) {
                return e.toString();
              }
            });
    Thread.ofPlatform().start(task);
    lines.readLine();
    over.set(true);
    return task.get();
  }
}
