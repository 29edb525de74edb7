package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.SluiceException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.Supplier;

/** Prints a list to its end as one page, with no more than a page of it in memory. */
final class AllPages {
  private AllPages() {}

  /**
   * Prints it.
   *
   * @param ask for the page that {@code pages} names
   * @throws SluiceException if a page cannot be had; what was printed is JSON all the same, and its
   *     {@code next} names that page
   */
  static void print(PageOptions pages, Supplier<JsonNode> ask, PrintStream out) throws IOException {
    var first = ask.get();
    try (var json = generator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart(list(first));
      rest(json, pages, first, ask);
    } finally {
      out.println();
    }
  }

  private static JsonGenerator generator(PrintStream out) throws IOException {
    return ClientCommand.JSON
        .createGenerator(out)
        .useDefaultPrettyPrinter()
        .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  /** The name of a page's list. */
  private static String list(JsonNode page) {
    return page.properties().stream()
        .filter(field -> field.getValue().isArray())
        .findFirst()
        .map(Map.Entry::getKey)
        .orElseThrow(() -> new SluiceException(0, "the gateway did not answer with a list"));
  }

  private static void rest(
      JsonGenerator json, PageOptions pages, JsonNode first, Supplier<JsonNode> ask)
      throws IOException {
    String next = null;
    try {
      for (var page = first; ; page = ask.get()) {
        for (var item : page.path(list(page))) {
          ClientCommand.JSON.writeValue(json, item);
        }
        next = page.path("next").textValue();
        if (next == null) {
          return;
        }
        pages.goOn(next);
      }
    } finally {
      json.writeEndArray();
      json.writeStringField("next", next);
      json.writeEndObject();
    }
  }
}
