package dev.sluice.local.trace;

import dev.sluice.verification.Latency;
import dev.sluice.verification.Report;
import java.io.PrintStream;

/** Prints what the checker found. */
public final class ReportPrinter {
  private static final int MAX_VIOLATIONS_SHOWN = 20;

  private ReportPrinter() {}

  public static void print(Report report, PrintStream out) {
    row(out, "runs accepted", report.accepted());
    row(out, "completed", report.completions() + "  " + report.completed());
    row(out, "lost", report.lost());
    row(out, "completed twice", report.completedTwice());
    row(out, "cap exceeded", report.capExceeded());
    row(out, "start latency p50 / p99", latency(report.startLatencyWithinCap(), "within the cap"));
    row(out, "  the time held by caps included", latency(report.startLatency(), "all"));
    if (report.violations().size() > MAX_VIOLATIONS_SHOWN) {
      out.printf("  %d violations, of them the first:%n", report.violations().size());
    }
    report.violations().stream().limit(MAX_VIOLATIONS_SHOWN).forEach(out::println);
  }

  private static String latency(Latency latency, String of) {
    return "%d ms / %d ms  (%d runs, %s)"
        .formatted(latency.p50Ms(), latency.p99Ms(), latency.count(), of);
  }

  public static void row(PrintStream out, String name, Object value) {
    out.printf("  %-42s %s%n", name, value);
  }
}
