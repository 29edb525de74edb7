package dev.sluice.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image, unpacked as a runtime does it: what is in it, and that every role runs as its user on
 * a root that nobody can write to. Needs root, for namespaces, and Debian's packages.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
final class ImageIT {
  private static final String USER = "10001";

  /**
   * A process with mounts and processes of its own: a root to read, the two folders to write to,
   * and what a runtime gives everybody. No rights beyond a user's, nor any way to get them.
   */
  private static final String CONTAINER =
      """
      root=$1; etc=$2; shift 2
      mount --bind "$root" "$root"
      mount -t proc proc "$root/proc"
      mount --rbind /dev "$root/dev"
      mount --bind "$etc" "$root/etc/sluice"
      mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
      mount -t tmpfs -o mode=700,uid=10001,gid=10001 tmpfs "$root/var/lib/sluice"
      mount -o remount,bind,ro "$root"
      cd /
      exec setpriv --no-new-privs --inh-caps=-all /usr/sbin/chroot --userspec=10001:10001 "$root" "$@"
      """;

  @TempDir private static Path dir;
  private static Image image;
  private static Path root;
  private static Archive archive;

  @TempDir private Path folder;

  @BeforeAll
  static void build() throws Exception {
    assumeTrue(can("unshare", "--mount", "--pid", "--fork", "true"), "namespaces");
    assumeTrue(can("apt-get", "--version"), "Debian's packages");
    image = Image.build(dir);
    root = Files.createDirectories(dir.resolve("root"));
    image.unpack(root);
    archive = Archive.unpack(Files.createDirectories(dir.resolve("archive")));
  }

  private static boolean can(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException none) {
      return false;
    }
  }

  @Test
  void isWhatTheChartStarts() {
    var config = image.config().path("config");

    assertThat(config.path("User").asText()).isEqualTo(USER + ":" + USER);
    assertThat(texts(config.path("Entrypoint"))).containsExactly("/opt/sluice/bin/sluice");
    assertThat(environment()).containsKeys("JAVA_HOME", "PATH");
    assertThat(environment().get("JAVA_TOOL_OPTIONS")).contains("MaxRAMPercentage");
    assertThat(config.path("ExposedPorts").has("8080/tcp")).isTrue();
    assertThat(image.config().path("created").asText()).isEqualTo("1970-01-01T00:00:00Z");
  }

  @Test
  void saysWhatItsLayersAre() throws IOException {
    var descriptors = image.manifest().path("layers");
    var unzipped = texts(image.config().at("/rootfs/diff_ids"));

    assertThat(image.layers()).hasSize(4).hasSameSizeAs(unzipped);
    for (int i = 0; i < unzipped.size(); i++) {
      var blob = image.layers().get(i);
      assertThat(descriptors.get(i).path("size").asLong()).isEqualTo(Files.size(blob));
      assertThat(descriptors.get(i).path("digest").asText())
          .isEqualTo("sha256:" + Image.digest(blob, false));
      assertThat(unzipped.get(i)).isEqualTo("sha256:" + Image.digest(blob, true));
    }
  }

  @Test
  void lets10001WriteItsFolderAndNobodyAnythingElse() throws IOException {
    try (var files = Files.walk(root)) {
      for (var file : files.toList()) {
        if (!Files.isSymbolicLink(file)) {
          var name = "/" + root.relativize(file);
          int mode = (int) Files.getAttribute(file, "unix:mode") & 07777;
          var owner = Files.getAttribute(file, "unix:uid").toString();
          switch (name) {
            case "/tmp" -> assertThat(mode).isEqualTo(01777);
            case "/var/lib/sluice", "/home/sluice" -> assertThat(owner).isEqualTo(USER);
            default -> {
              assertThat(owner).as(name).isEqualTo("0");
              // Neither set-user-id and its like, nor writable by group or others.
              assertThat(mode & 07022).as(name).isZero();
              assertThat(mode & 0004).as(name).isNotZero();
            }
          }
        }
      }
    }
  }

  @Test
  void hasTheJarsOfProductionAndNoOthers() throws IOException {
    var jars = new Archive(root.resolve("opt/sluice")).jars("lib");

    assertThat(jars).isEqualTo(archive.jars("lib"));
    assertThat(root.resolve("opt/sluice/lib/local")).doesNotExist();
    assertThat(root.resolve("opt/sluice/THIRD-PARTY.txt")).exists();
    assertThat(root.resolve("opt/java/bin/javac")).doesNotExist();
  }

  @Test
  void isTheSameWhenBuiltAgain() throws Exception {
    var again = Image.build(Files.createDirectories(dir.resolve("again")));

    assertThat(again.manifest()).isEqualTo(image.manifest());
  }

  @Test
  void runsEveryRoleAndEndsARun() throws Exception {
    var etc = Files.createDirectories(folder.resolve("etc"));
    Files.createDirectories(root.resolve("etc/sluice")); // as a runtime makes what it mounts on
    Files.setPosixFilePermissions(etc, PosixFilePermissions.fromString("rwxr-xr-x"));
    var container =
        new Roles.Place() {
          @Override
          public Started start(List<String> arguments) throws IOException {
            return Started.start(inContainer(etc, arguments), folder, environment());
          }

          @Override
          public String path(Path file) {
            return "/etc/sluice/" + etc.relativize(file);
          }
        };
    try (var roles = new Roles(archive, etc, container)) {
      roles.endARun();
    }
  }

  @Test
  void cannotWriteToItsRoot() throws Exception {
    var etc = Files.createDirectories(folder.resolve("etc"));
    Files.createDirectories(root.resolve("etc/sluice"));
    var script =
        "id -u; for at in / /opt/sluice /home/sluice /tmp /var/lib/sluice; do touch $at/x && echo $at;"
            + " done; true";
    var command = new ArrayList<>(inContainer(etc, List.of()));
    command.removeLast();
    command.addAll(List.of("/bin/sh", "-c", script));

    var said = Started.start(command, folder, environment()).awaitEnd();

    assertThat(said.lines()).containsExactly(USER, "/tmp", "/var/lib/sluice");
  }

  private static List<String> inContainer(Path etc, List<String> arguments) {
    var command =
        new ArrayList<>(
            List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec"));
    command.addAll(List.of(CONTAINER, "sh", root.toString(), etc.toString()));
    command.addAll(texts(image.config().at("/config/Entrypoint")));
    command.addAll(arguments);
    return command;
  }

  private static Map<String, String> environment() {
    var environment = new TreeMap<String, String>();
    for (var variable : texts(image.config().at("/config/Env"))) {
      var split = variable.split("=", 2);
      environment.put(split[0], split[1]);
    }
    return environment;
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }
}
