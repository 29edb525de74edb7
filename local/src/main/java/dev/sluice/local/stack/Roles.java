package dev.sluice.local.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the stack's processes. */
record Roles(String bootstrap, String registry, Path data) {
  private static final String LEASE_TTL = "lease.ttl.ms=6000";

  static List<String> broker(StackConfig config, Path data) {
    return List.of(
        "broker",
        "--kafka",
        Integer.toString(config.kafka()),
        "--registry",
        Integer.toString(config.registry()),
        "--data",
        data.toString());
  }

  List<String> gate() {
    return role(
        "gate",
        "--set",
        LEASE_TTL,
        "--set",
        "agent.wait.ms=10000",
        "--set",
        "max.live.runs=110000",
        "--set",
        "completions.json=true",
        "--set",
        "state.dir=" + data.resolve("gate"));
  }

  List<String> catalog(int port) {
    return role(
        "catalog", "--set", "http.port=" + port, "--set", "state.dir=" + data.resolve("catalog"));
  }

  List<String> gateway(int port, String catalog) {
    return role(
        "gateway",
        "--set",
        "http.port=" + port,
        "--set",
        "catalogs=" + catalog,
        "--set",
        "http.auth=none");
  }

  List<String> runner(int number, int slots) {
    return role(
        "runner",
        "--worker-id",
        "local-" + number,
        "--slots",
        Integer.toString(slots),
        "--set",
        LEASE_TTL,
        "--set",
        "data.dir=" + data,
        "--set",
        "drain.timeout.ms=5000");
  }

  private List<String> role(String role, String... more) {
    var arguments =
        new ArrayList<>(List.of(role, "--bootstrap", bootstrap, "--registry", registry));
    arguments.addAll(List.of(more));
    return arguments;
  }
}
