package dev.sluice.local.chaos;

import dev.sluice.local.stack.LocalStack;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Kills and freezes of each process; the stack starts again what was killed. */
final class ProcessFaults {
  static final List<String> SUPERVISED =
      List.of("gate", "catalog", "gateway", "runner-1", "runner-2");

  private static final String BROKER = "broker";

  private ProcessFaults() {}

  static List<Fault> all(LocalStack stack) {
    var faults = new ArrayList<Fault>();
    for (var process : SUPERVISED) {
      faults.add(Fault.once(process + " killed", () -> stack.process(process).kill()));
      faults.add(frozen(stack, process));
    }
    faults.add(Fault.once("broker and registry killed", stack::crashBroker));
    faults.add(frozen(stack, BROKER));
    return faults;
  }

  private static Fault frozen(LocalStack stack, String process) {
    var pid = new AtomicLong();
    return new Fault(
        process + " frozen",
        () -> {
          pid.set(stack.process(process).pid());
          signal("STOP", pid.get());
        },
        () -> signal("CONT", pid.get()));
  }

  /** Whether or not there is such a process any more. */
  private static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }
}
