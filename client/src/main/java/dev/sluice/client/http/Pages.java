package dev.sluice.client.http;

import dev.sluice.client.SluiceException;
import dev.sluice.client.SluiceException.Problem;
import dev.sluice.contract.json.JsonFields;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A list, page by page: one is asked for when the one before has been read. */
final class Pages<T> implements Iterator<T> {
  private record Page<T>(List<T> items, @Nullable String next) {}

  private final GatewayConnection gateway;
  private final Function<Map<String, String>, ApiRequest> request;
  private final Map<String, String> query;
  private final String list;
  private final Function<JsonFields, T> reader;
  private Iterator<T> page = List.<T>of().iterator();
  private @Nullable String next = "";

  private Pages(
      GatewayConnection gateway,
      Function<Map<String, String>, ApiRequest> request,
      Map<String, String> query,
      String list,
      Function<JsonFields, T> reader) {
    this.gateway = gateway;
    this.request = request;
    this.query = query;
    this.list = list;
    this.reader = reader;
  }

  /**
   * The items of a list.
   *
   * @param request for the page that a query names
   * @param list the field of an answer that has a page's items
   */
  static <T> Stream<T> stream(
      GatewayConnection gateway,
      Function<Map<String, String>, ApiRequest> request,
      Map<String, String> query,
      String list,
      Function<JsonFields, T> reader) {
    var items = new Pages<>(gateway, request, query, list, reader);
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(items, traits), false);
  }

  /** Pages may be empty and have a next one all the same. */
  @Override
  public boolean hasNext() {
    while (!page.hasNext() && next != null) {
      var before = next;
      var more = new HashMap<>(query);
      if (!before.isEmpty()) {
        more.put("after", before);
      }
      var read = Fields.read(gateway.send(request.apply(more)), this::page);
      page = read.items().iterator();
      next = read.next();
      if (before.equals(next)) {
        throw SluiceException.of(Problem.of(0, "the page after " + next + " is itself"), null);
      }
    }
    return page.hasNext();
  }

  private Page<T> page(JsonFields fields) {
    var items = Fields.array(fields, list).stream().map(JsonFields::of).map(reader).toList();
    return new Page<>(items, fields.optionalText("next"));
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the list has ended");
    }
    return page.next();
  }
}
