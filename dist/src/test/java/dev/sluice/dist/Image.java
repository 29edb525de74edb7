package dev.sluice.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** An image as a registry would get it: an OCI layout, unpacked. */
record Image(Path layout, JsonNode manifest, JsonNode config) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Makes one of the archive that was just built. */
  static Image build(Path dir) throws IOException, InterruptedException {
    var file = dir.resolve("image.tar");
    run("src/image/build.sh", Archive.file().toString(), file.toString());
    var layout = Files.createDirectories(dir.resolve("layout"));
    run("tar", "-xf", file.toString(), "-C", layout.toString());
    var index = JSON.readTree(layout.resolve("index.json").toFile());
    var manifest = JSON.readTree(blob(layout, index.at("/manifests/0")).toFile());
    return new Image(
        layout, manifest, JSON.readTree(blob(layout, manifest.at("/config")).toFile()));
  }

  private static Path blob(Path layout, JsonNode descriptor) {
    return layout
        .resolve("blobs/sha256")
        .resolve(descriptor.path("digest").asText().substring("sha256:".length()));
  }

  List<Path> layers() {
    var layers = new ArrayList<Path>();
    manifest.path("layers").forEach(layer -> layers.add(blob(layout, layer)));
    return layers;
  }

  /** One over the other, as a runtime does. */
  void unpack(Path root) throws IOException, InterruptedException {
    for (var layer : layers()) {
      run("tar", "--same-owner", "-xpzf", layer.toString(), "-C", root.toString());
    }
  }

  static String digest(Path blob, boolean unzipped) throws IOException {
    try (var file = Files.newInputStream(blob);
        var bytes = unzipped ? new GZIPInputStream(file) : file) {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = new byte[1 << 16];
      for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }

  static void run(String... command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    int exit = builder.start().waitFor();
    if (exit != 0) {
      throw new IOException(List.of(command) + " ended with " + exit);
    }
  }
}
