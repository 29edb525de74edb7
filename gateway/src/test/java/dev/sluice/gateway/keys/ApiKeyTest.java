package dev.sluice.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.Secrets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ApiKeyTest {
  private static ApiKey key(String text) {
    var id = String.valueOf(KeyText.id(text));
    var roles = Set.of(Role.SUBMIT, Role.READ);
    return new ApiKey(id, KeyText.hash(text), "acme", roles, "orders", 1_000, 2_000);
  }

  @Test
  void freshKeysAreAllDifferentAndHaveTheirForm() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 1_000; i++) {
      var text = KeyText.fresh();
      assertThat(text).matches("slk_[0-9a-f]{12}_[A-Za-z0-9_-]{43}");
      assertThat(seen.add(text)).isTrue();
    }
  }

  @Test
  void aKeyIsRecognisedByItsWholeText() {
    var text = KeyText.fresh();
    var hash = key(text).hash();
    var last = text.endsWith("A") ? "B" : "A";

    assertThat(KeyText.matches(text, hash)).isTrue();
    assertThat(KeyText.matches(text.substring(0, text.length() - 1) + last, hash)).isFalse();
    assertThat(KeyText.id(text + "x")).isNull();
    assertThat(KeyText.id("Bearer " + text)).isNull();
  }

  @Test
  void aRecordHasTheKeyWithoutItsSecret() {
    var text = KeyText.fresh();
    byte[] record = KeyRecords.bytes(key(text));

    assertThat(KeyRecords.read(record)).contains(key(text));
    assertThat(new String(record, StandardCharsets.UTF_8)).doesNotContain(text.substring(17));
    assertThat(KeyRecords.shown(key(text)).toString()).doesNotContain(key(text).hash());
  }

  @Test
  void aRecordThatIsBrokenGivesNoKey() {
    for (var broken : new String[] {"", "{", "[]", "{\"id\":\"0123456789ab\"}", "null"}) {
      assertThat(KeyRecords.read(broken.getBytes(StandardCharsets.UTF_8))).as(broken).isEmpty();
    }
    var newer =
        new String(KeyRecords.bytes(key(KeyText.fresh())), StandardCharsets.UTF_8)
            .replace("\"submit\"", "\"of-a-newer-build\"");
    assertThat(KeyRecords.read(newer.getBytes(StandardCharsets.UTF_8)).orElseThrow().roles())
        .containsExactly(Role.READ);
  }

  @Test
  void expiresAtItsTimeAndNotBefore() {
    var key = key(KeyText.fresh());

    assertThat(key.isExpiredAt(1_999)).isFalse();
    assertThat(key.isExpiredAt(2_000)).isTrue();
  }

  @Test
  void wrongValuesAreNamed() {
    var text = KeyText.fresh();
    var id = String.valueOf(KeyText.id(text));
    var hash = KeyText.hash(text);
    assertThatThrownBy(() -> new ApiKey(id, hash, "acme", Set.of(), "", 0, 1))
        .hasMessageContaining("roles");
    assertThatThrownBy(() -> new ApiKey(id, hash, "a/b", Set.of(Role.READ), "", 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KeySpec("acme", Set.of(Role.READ), "", Duration.ZERO))
        .hasMessageContaining("expires_in must be");
  }

  @Test
  void messagesMaskAKeyWhereverItStands() {
    var text = KeyText.fresh();

    assertThat(Secrets.masked("cannot use '" + text + "' here"))
        .isEqualTo("cannot use '" + text.substring(0, 17) + "***' here");
  }
}
