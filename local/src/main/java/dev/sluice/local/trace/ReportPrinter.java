package dev.sluice.local.trace;

import dev.sluice.verification.Report;
import java.io.PrintStream;

/** Prints what the checker found. */
public final class ReportPrinter {
  private static final int MAX_VIOLATIONS_SHOWN = 20;

  private ReportPrinter() {}

  public static void print(Report report, PrintStream out) {
    row(out, "runs accepted", report.accepted());
    row(out, "completed", report.completions() + " " + report.completed());
    row(out, "lost", report.lost());
    row(out, "completed twice", report.completedTwice());
    row(out, "cap exceeded", report.capExceeded());
    row(out, "steps counted twice", report.stepsCountedTwice());
    row(out, "leases lost", report.leasesLost());
    row(
        out,
        "start latency p50 / p99",
        report.startLatency().p50Ms() + " ms / " + report.startLatency().p99Ms() + " ms");
    report.violations().stream().limit(MAX_VIOLATIONS_SHOWN).forEach(out::println);
  }

  public static void row(PrintStream out, String name, Object value) {
    out.printf("  %-42s %s%n", name, value);
  }
}
