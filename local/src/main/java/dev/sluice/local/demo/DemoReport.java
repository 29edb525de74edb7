package dev.sluice.local.demo;

import static dev.sluice.local.trace.ReportPrinter.row;

import dev.sluice.local.trace.ReportPrinter;
import dev.sluice.verification.Checker;
import dev.sluice.verification.History;
import dev.sluice.verification.Report;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo's report, read from the topics. */
final class DemoReport {
  /** A worker that was killed, and when. */
  record Kill(String incarnation, long atMs) {}

  private DemoReport() {}

  /** Prints it and tells whether everything is as it must be. */
  static boolean print(
      History history, Map<String, Integer> plans, @Nullable Kill kill, PrintStream out) {
    out.println();
    out.println("Read back from the topics by the checker, which shares no code with the gate:");
    Report report = Checker.check(history, plans);
    ReportPrinter.print(report, out);
    if (kill != null) {
      kill(history, report, kill, out);
    }
    out.println(report.isClean() ? "Nothing lost, nothing twice." : "NOT CLEAN");
    return report.isClean();
  }

  private static void kill(History history, Report report, Kill kill, PrintStream out) {
    long resumed = Checker.resumedAfterMs(history, kill.incarnation(), kill.atMs());
    int interrupted = Checker.interrupted(history, kill.incarnation());
    row(out, "kill -9 to the first resumed step", resumed < 0 ? "none" : resumed + " ms");
    row(
        out,
        "steps executed twice",
        "at most %d: the one in progress of each run it held".formatted(interrupted));
    row(out, "steps whose results count twice", report.stepsCountedTwice());
  }
}
