package dev.sluice.client.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.client.Codec;
import dev.sluice.client.Payload;
import dev.sluice.client.TypeRef;
import java.io.IOException;

/** Values as JSON, by the Jackson that the service has. */
public record JacksonCodec(ObjectMapper json) implements Codec {
  @Override
  public String contentType() {
    return Payload.JSON;
  }

  @Override
  public byte[] write(Object value) {
    try {
      return json.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON can be made of " + value.getClass(), e);
    }
  }

  @Override
  public <T> T read(byte[] bytes, TypeRef<T> type) {
    try {
      return json.readValue(bytes, json.constructType(type.type()));
    } catch (IOException e) {
      throw new IllegalArgumentException("not a " + type, e);
    }
  }
}
