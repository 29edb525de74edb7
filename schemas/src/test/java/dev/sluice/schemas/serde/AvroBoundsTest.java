package dev.sluice.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.avro.UnreadableException;
import dev.sluice.schemas.avro.WriterSchemas;
import dev.sluice.schemas.registry.KnownSchemas;
import dev.sluice.schemas.wire.Decoded;
import dev.sluice.schemas.wire.WireFormat;
import dev.sluice.v1.RunSubmitted;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A few bytes, or a schema of the writer's, that would keep a reader busy or out of memory. */
final class AvroBoundsTest {
  private static final int ID = 3;
  private static final long MAX_CPU_MS = 50;

  /** A submission whose schema has one field more, of this type, in front. */
  private static String withField(String type) {
    return ("{'type':'record','name':'RunSubmitted','fields':[{'name':'more','type':%s},"
            + "{'name':'run_id','type':'string'},{'name':'tenant','type':'string'},"
            + "{'name':'agent','type':'string'}]}")
        .formatted(type)
        .replace('\'', '"');
  }

  private static byte[] varint(long... values) {
    var out = new ByteArrayOutputStream();
    Arrays.stream(values).forEach(value -> RandomBodies.writeLong(out, value));
    return out.toByteArray();
  }

  private static byte[] then(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static final byte[] REST = {2, 'r', 2, 't', 2, 'a'};

  private static Decoded<RunSubmitted> decode(String schema, byte[] body) {
    var known = new KnownSchemas();
    try {
      known.put(ID, new KnownSchemas.Found.Avro(WriterSchemas.parse(schema)), schema.length());
    } catch (UnreadableException e) {
      known.put(ID, new KnownSchemas.Found.Broken(String.valueOf(e.getMessage())), 0);
    }
    byte[] data =
        ByteBuffer.allocate(WireFormat.HEADER_BYTES + body.length)
            .put(WireFormat.header(ID))
            .put(body)
            .array();
    var decoder = new AvroDecoder<>(known, RunSubmitted.class);
    decoder.decode("runs", WireFormat.header(ID));
    long most = 8L * data.length + 64 * 1024;
    var cost = Cost.within(most, MAX_CPU_MS, () -> decoder.decode("runs", data));
    assertThat(cost.isWithin(most, MAX_CPU_MS)).as("%s, most %d bytes", cost, most).isTrue();
    return decoder.decode("runs", data);
  }

  private static void assertUnreadable(String type, byte[] body, String reason) {
    assertThat(decode(withField(type), body))
        .isInstanceOfSatisfying(
            Decoded.Unreadable.class, it -> assertThat(it.failure()).hasMessageContaining(reason));
  }

  private static void assertReadable(String type, byte[] body) {
    assertThat(decode(withField(type), then(body, REST))).isInstanceOf(Decoded.Value.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE - 8L, Integer.MAX_VALUE, 1L << 62, -1, Long.MIN_VALUE, 7})
  void aStringLongerThanItsRecordIsUnreadable(long length) {
    var schema = RunSubmitted.getClassSchema().toString();
    assertThat(decode(schema, varint(length))).isInstanceOf(Decoded.Unreadable.class);
    assertUnreadable("'bytes'", varint(length), "bytes where");
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 62, Long.MAX_VALUE, 1 << 30, 100_000})
  void anArrayOfMoreThanItsRecordHoldsIsUnreadable(long count) {
    assertUnreadable("{'type':'array','items':'int'}", varint(count), "collection");
    assertUnreadable("{'type':'map','values':'null'}", varint(count), "collection");
    assertUnreadable("{'type':'array','items':'null'}", varint(count), "collection");
    assertUnreadable(
        "{'type':'array','items':{'type':'fixed','name':'F','size':0}}",
        varint(count),
        "collection");
  }

  @Test
  void nullsInManyBlocksAreCounted() {
    byte[] blocks = varint(IntStream.range(0, 5_000).mapToLong(i -> 1_000).toArray());
    assertUnreadable("{'type':'array','items':'null'}", blocks, "collection of 1000");
  }

  @Test
  void recordsThatHoldTheNextOneTwiceAreCounted() {
    var chain = new StringBuilder("{'type':'record','name':'R0','fields':[]}");
    for (int i = 1; i < 14; i++) {
      chain.insert(0, "{'type':'record','name':'R" + i + "','fields':[{'name':'a','type':");
      chain.append("},{'name':'b','type':'R" + (i - 1) + "'}]}");
    }
    assertUnreadable(chain.toString(), new byte[0], "more values than");
  }

  @Test
  void aFixedLargerThanAnyRecordIsRefused() {
    assertUnreadable("{'type':'fixed','name':'F','size':2000000000}", REST, "bytes of a fixed");
    assertUnreadable("{'type':'fixed','name':'F','size':4000000}", REST, "bytes where");
  }

  @Test
  void aRecordThatHoldsItselfIsRefused() {
    var self = "{'type':'record','name':'S','fields':[{'name':'s','type':'S'}]}";
    assertUnreadable(self, new byte[100], "without an end");
    var behind =
        "{'type':'record','name':'A','fields':[{'name':'u','type':['null',"
            + "{'type':'record','name':'B','fields':[{'name':'a','type':'A'}]}]},"
            + "{'name':'b','type':'B'}]}";
    assertUnreadable(behind, new byte[100], "without an end");
  }

  @Test
  void aRecordThatMayHoldItselfGoesOnlySoDeep() {
    var list = "{'type':'record','name':'L','fields':[{'name':'next','type':['null','L']}]}";
    byte[] ones = new byte[60];
    Arrays.fill(ones, (byte) 2);
    assertReadable(list, then(ones, new byte[1]));
    byte[] many = new byte[100_000];
    Arrays.fill(many, (byte) 2);
    assertUnreadable(list, many, "within each other");
    var tree =
        "{'type':'record','name':'T','fields':[{'name':'c','type':{'type':'array','items':'T'}}]}";
    assertUnreadable(tree, many, "within each other");
  }

  @Test
  void aBlockThatTellsItsSizeIsPassedOver() {
    var ints = "{'type':'array','items':'int'}";
    assertReadable(ints, then(varint(-3, 3), new byte[3], varint(0)));
    assertUnreadable(ints, varint(-3, -3), "bytes where");
    assertUnreadable(ints, varint(Long.MIN_VALUE, 1L << 40), "bytes where");
  }

  @Test
  void labelsThatWouldTakeTooMuchAreUnreadable() {
    var out = new ByteArrayOutputStream();
    RandomBodies.writeLong(out, 100_000);
    for (int i = 0; i < 100_000; i++) {
      out.writeBytes(new byte[] {4, (byte) ('a' + i % 26), (byte) ('a' + i / 26 % 26), 0});
    }
    byte[] labels = then(REST, out.toByteArray(), new byte[1]);
    var schema =
        withField("'null'")
            .replace(
                "]}", ",{\"name\":\"labels\",\"type\":{\"type\":\"map\",\"values\":\"string\"}}]}");
    assertThat(decode(schema, labels))
        .isInstanceOfSatisfying(
            Decoded.Unreadable.class,
            it -> assertThat(it.failure()).hasMessageContaining("more memory"));
  }

  @Test
  void textThatIsNotUtf8IsUnreadable() {
    assertThat(decode(withField("'null'"), new byte[] {2, (byte) 0xff, 2, 't', 2, 'a'}))
        .isInstanceOf(Decoded.Unreadable.class);
    assertThat(
            decode(
                withField("'null'"),
                then(
                    varint(3),
                    new byte[] {(byte) 0xef, (byte) 0xbf, (byte) 0xbd},
                    new byte[] {2, 't', 2, 'a'})))
        .as("the replacement character itself")
        .isInstanceOf(Decoded.Value.class);
  }

  @Test
  void schemasBeyondTheBoundsAreRefused() {
    var branches =
        IntStream.range(0, 200)
            .mapToObj(i -> "{'type':'fixed','name':'F" + i + "','size':1}")
            .collect(Collectors.joining(",", "[", "]"));
    assertUnreadable(branches, new byte[1], "branches");
    var deep = "'int'";
    for (int i = 0; i < 60; i++) {
      deep = "{'type':'array','items':" + deep + "}";
    }
    assertUnreadable(deep, new byte[1], "levels");
    assertUnreadable("[".repeat(100_000), new byte[1], "schema");
    assertUnreadable(
        "{'type':'enum','name':'E','symbols':['" + "A','".repeat(70_000) + "B']}",
        new byte[1],
        "at most");
    assertUnreadable("x", new byte[1], "does not parse");
  }
}
