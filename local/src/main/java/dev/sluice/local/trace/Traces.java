package dev.sluice.local.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/**
 * Reads the two traces that are shipped, and files of their formats.
 *
 * <p>LLM requests (CSV of the Azure Public Dataset, AzureLLMInferenceDataset2023, CC BY 4.0) have
 * no tenants: they get them by Zipf's law over 50, seeded. Their model time follows from their
 * tokens at 2,000 prompt tokens and 50 output tokens a second. Jobs (Standard Workload Format,
 * Parallel Workloads Archive, log by Bill Nitzberg, archive by Dror Feitelson) keep their users as
 * tenants.
 */
public final class Traces {
  /** LLM requests have so many tenants. */
  public static final int ZIPF_TENANTS = 50;

  private static final double PROMPT_TOKENS_PER_SECOND = 2_000;
  private static final double OUTPUT_TOKENS_PER_SECOND = 50;
  private static final long SEED = 1;
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSS");
  private static final int SWF_FIELDS = 15;
  private static final int SECONDS_PER_DAY = 86_400;

  private Traces() {}

  /** The LLM requests of the first {@code span} of the trace. */
  public static List<TraceRun> llm(TraceScale scale, Duration span) {
    return llm(resource("azure-llm-code-2023.csv"), scale, span);
  }

  /** The job log's busiest day: 620 jobs of 23 users. */
  public static List<TraceRun> busiestDayOfJobs(TraceScale scale) {
    var jobs = jobs(unzipped(resource("NASA-iPSC-1993-3.1-cln.swf.gz")));
    Map<Long, Integer> perDay = new HashMap<>();
    jobs.forEach(job -> perDay.merge(job.day(), 1, Integer::sum));
    long busiest =
        perDay.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse(0L);
    return scaled(jobs.stream().filter(job -> job.day() == busiest).toList(), scale);
  }

  /**
   * Reads a file of either format, gzipped or not, by its name.
   *
   * @throws IllegalArgumentException if the name ends in neither .csv nor .swf nor these with .gz
   */
  public static List<TraceRun> file(Path file, TraceScale scale) throws IOException {
    var name = String.valueOf(file.getFileName());
    InputStream in = Files.newInputStream(file);
    if (name.endsWith(".gz")) {
      in = unzipped(in);
      name = name.substring(0, name.length() - ".gz".length());
    }
    if (name.endsWith(".csv")) {
      return llm(in, scale, Duration.ofDays(365));
    }
    if (name.endsWith(".swf")) {
      return scaled(jobs(in), scale);
    }
    throw new IllegalArgumentException("a trace ends in .csv or .swf, perhaps .gz, got " + file);
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        Traces.class.getResourceAsStream("/traces/" + name), "no trace " + name);
  }

  private static InputStream unzipped(InputStream in) {
    try {
      return new GZIPInputStream(in);
    } catch (IOException e) {
      throw new UncheckedIOException("not a gzip file", e);
    }
  }

  private static List<String> lines(InputStream in) {
    try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the trace", e);
    }
  }

  private static List<TraceRun> llm(InputStream in, TraceScale scale, Duration span) {
    var random = new SplittableRandom(SEED);
    var runs = new ArrayList<TraceRun>();
    LocalDateTime start = null;
    for (var line : lines(in)) {
      var fields = line.split(",", -1);
      if (fields.length != 3 || fields[0].equals("TIMESTAMP")) {
        continue;
      }
      var at = LocalDateTime.parse(fields[0], TIMESTAMP);
      start = start == null ? at : start;
      var offset = Duration.between(start, at);
      if (offset.compareTo(span) > 0) {
        break;
      }
      long prompt = Long.parseLong(fields[1].trim());
      long output = Long.parseLong(fields[2].trim());
      double model = prompt / PROMPT_TOKENS_PER_SECOND + output / OUTPUT_TOKENS_PER_SECOND;
      runs.add(
          new TraceRun(
              "llm-%02d".formatted(zipf(random)),
              "llm-" + runs.size(),
              scale.arrival(offset.toNanos() / 1e9),
              scale.duration(model),
              prompt,
              output));
    }
    return runs;
  }

  /** 1 to 50, k with a probability in proportion to 1/k. */
  private static int zipf(SplittableRandom random) {
    double total = 0;
    for (int k = 1; k <= ZIPF_TENANTS; k++) {
      total += 1.0 / k;
    }
    double left = random.nextDouble(total);
    for (int k = 1; k < ZIPF_TENANTS; k++) {
      left -= 1.0 / k;
      if (left < 0) {
        return k;
      }
    }
    return ZIPF_TENANTS;
  }

  private record Job(String number, String user, long submitS, long runS) {
    private long day() {
      return submitS / SECONDS_PER_DAY;
    }
  }

  private static List<Job> jobs(InputStream in) {
    var jobs = new ArrayList<Job>();
    for (var line : lines(in)) {
      var fields = line.trim().split("\\s+", -1);
      if (!line.startsWith(";") && fields.length >= SWF_FIELDS) {
        long run = Math.max(1, Long.parseLong(fields[3]));
        jobs.add(new Job(fields[0], fields[11], Long.parseLong(fields[1]), run));
      }
    }
    return jobs;
  }

  private static List<TraceRun> scaled(List<Job> jobs, TraceScale scale) {
    long start = jobs.stream().mapToLong(Job::submitS).min().orElse(0);
    return jobs.stream()
        .map(
            job ->
                new TraceRun(
                    "user-" + job.user(),
                    "job-" + job.number(),
                    scale.arrival((double) (job.submitS() - start)),
                    scale.duration((double) job.runS()),
                    0,
                    0))
        .toList();
  }
}
