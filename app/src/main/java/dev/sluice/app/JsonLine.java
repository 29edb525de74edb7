package dev.sluice.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.sluice.contract.Secrets;
import dev.sluice.contract.Texts;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.event.KeyValuePair;

/**
 * Writes each log event as a line with one JSON object. All values are text, and secrets in them
 * are masked. What the event itself says wins over its thread's fields of the same name.
 */
public final class JsonLine extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};
  private static final int TRACE_CHARS = 32_768;

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringBuilder(256);
    char before = '{';
    for (var field : fields(event).entrySet()) {
      line.append(before);
      quote(line, field.getKey());
      line.append(':');
      quote(line, masked(field.getKey(), field.getValue()));
      before = ',';
    }
    return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> fields(ILoggingEvent event) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("timestamp", event.getInstant().toString());
    fields.put("level", event.getLevel().toString());
    fields.put("logger", event.getLoggerName());
    fields.put("thread", event.getThreadName());
    fields.put("message", String.valueOf(event.getFormattedMessage()));
    if (event.getThrowableProxy() != null) {
      fields.put(
          "exception",
          Texts.atMost(TRACE_CHARS, ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
    for (var pair : Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of())) {
      fields.putIfAbsent(String.valueOf(pair.key), String.valueOf(pair.value));
    }
    event
        .getMDCPropertyMap()
        .forEach((name, value) -> fields.putIfAbsent(String.valueOf(name), String.valueOf(value)));
    return fields;
  }

  /** A field's name may say that its value is a secret, as in a text. */
  private static String masked(String name, String value) {
    var probe = name + "=x";
    return Secrets.masked(probe).equals(probe) ? Secrets.masked(value) : Secrets.MASK;
  }

  private static void quote(StringBuilder to, String text) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> to.append('\\').append(c);
        case '\n' -> to.append("\\n");
        case '\t' -> to.append("\\t");
        default -> {
          if (c < ' ' || Character.isSurrogate(c)) {
            to.append("\\u%04x".formatted((int) c));
          } else {
            to.append(c);
          }
        }
      }
    }
    to.append('"');
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
