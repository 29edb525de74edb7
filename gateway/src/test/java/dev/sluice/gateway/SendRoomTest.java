package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.http.message.Problem;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class SendRoomTest {
  @Test
  void refusesOnceNineTenthsAreInUseAndNotBefore() {
    var available = new AtomicLong(10);
    var room = new SendRoom(available::get, 100);
    assertThatCode(() -> room.require("it")).doesNotThrowAnyException();

    available.set(9);
    var refused = catchThrowableOfType(Problem.class, () -> room.require("it"));

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused).hasMessageContaining("it was not accepted");
  }

  /** That the producer's metrics have these names, and mean this. */
  @Test
  void aProducerWithNothingToSendHasRoom() {
    var bytes = new ByteArraySerializer();
    var settings = Map.<String, Object>of("bootstrap.servers", "127.0.0.1:1");
    try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
      assertThatCode(() -> SendRoom.of(producer).require("it")).doesNotThrowAnyException();
    }
  }
}
