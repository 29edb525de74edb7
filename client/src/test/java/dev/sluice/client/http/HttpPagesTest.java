package dev.sluice.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.RunFilter;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Tenant;
import dev.sluice.client.http.FakeGateway.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists are read page by page, no further than whoever reads them goes. */
@Timeout(60)
final class HttpPagesTest {
  private static final Answer FIRST = page("\"a\",\"b\"", "\"2 +\"");
  private static final Answer EMPTY = page("", "\"3\"");
  private static final Answer LAST = page("\"c\"", "null");

  private final FakeGateway gateway = new FakeGateway();
  private final SluiceClient client =
      HttpSluiceClient.connect(gateway.options().trying(Retries.NEVER));

  private static Answer page(String names, String next) {
    var tenants =
        names.isEmpty() ? "" : "{\"tenant\":" + names.replace(",", "},{\"tenant\":") + "}";
    return Answer.of(200, "{\"tenants\":[" + tenants + "],\"next\":" + next + "}");
  }

  @AfterEach
  void close() {
    client.close();
    gateway.close();
  }

  @Test
  void goesOnBehindEachPageAnEmptyOneToo() {
    gateway.answering(FIRST, EMPTY, LAST);

    assertThat(client.tenants()).extracting(Tenant::name).containsExactly("a", "b", "c");

    assertThat(gateway.asked)
        .extracting(FakeGateway.Asked::target)
        .containsExactly("/v1/tenants", "/v1/tenants?after=2+%2B", "/v1/tenants?after=3");
  }

  @Test
  void asksForNoPageThatNobodyReads() {
    gateway.answering(FIRST);

    assertThat(client.tenants().limit(2)).hasSize(2);
    client.tenants();

    assertThat(gateway.asked).hasSize(1);
  }

  @Test
  void aPageThatLeadsToItselfIsAnError() {
    gateway.answering(FIRST);

    assertThatThrownBy(() -> client.tenants().count())
        .isInstanceOf(SluiceException.Unavailable.class)
        .hasMessage("the page after 2 + is itself");
  }

  @Test
  void aPageThatFailsIsToldWhereItIsRead() {
    gateway.answering(FIRST, Answer.problem(503, "no catalog"));
    var tenants = client.tenants().iterator();

    assertThat(tenants.next().name()).isEqualTo("a");
    assertThat(tenants.next().name()).isEqualTo("b");
    assertThatThrownBy(tenants::hasNext).hasMessage("no catalog");
  }

  @Test
  void pagesHaveABound() {
    assertThatThrownBy(() -> RunFilter.ALL.pagesOf(1_001))
        .hasMessage("a page must have 1 to 1000 items, got 1001");
  }
}
