package dev.sluice.spring.examples;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Repository;

@SpringBootApplication
public class Invoices {
  public static void main(String[] arguments) {
    SpringApplication.run(Invoices.class, arguments);
  }

  public record Invoice(String customer, BigDecimal amount) {}

  @Repository
  static class Ledger {
    private final Map<String, Invoice> booked = new ConcurrentHashMap<>();

    void book(String key, Invoice invoice) {
      booked.putIfAbsent(key, invoice); // a body may execute twice: the key is the same
    }
  }

  @Component
  record InvoiceAgent(Ledger ledger) implements Agent<Invoice, String> {
    @Override
    public String name() {
      return "invoice";
    }

    @Override
    public String run(RunContext run, Invoice invoice) {
      var number = run.step("number", String.class, () -> "R-" + System.nanoTime());
      run.step("book", () -> ledger.book(run.idempotencyKey("book"), invoice));
      return number;
    }
  }
}
