package dev.sluice.runner;

import dev.sluice.runner.value.BringsCodec;
import dev.sluice.runner.value.Codec;
import dev.sluice.runner.value.JsonCodec;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.sdk.Agent;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one agent jar, its own before the worker's: two jars may have two versions
 * of one library. What both sides talk in comes from the worker: {@code dev.sluice.*}, JSpecify,
 * SLF4J, the API of OpenTelemetry and the JDK.
 *
 * <p>A jar that brings Jackson is read and written by that, or its annotations would count for
 * nothing: the codec's classes are then defined once more, beside the jar's. A jar that brings none
 * has the worker's.
 */
final class AgentClassLoader extends URLClassLoader implements BringsCodec {
  private static final String AGENTS = "META-INF/services/" + Agent.class.getName();
  private static final String SERVICES = "META-INF/services/";
  private static final String MAPPER = "com/fasterxml/jackson/databind/ObjectMapper.class";
  private static final String JACKSON = "com.fasterxml.jackson.";

  /** Spoken by both sides; not shadowed by a jar that has them, too. */
  private static final List<String> SHARED =
      List.of(
          "dev.sluice.",
          "org.jspecify.",
          "org.slf4j.",
          "io.opentelemetry.api.",
          "io.opentelemetry.context.");

  private static final String CODEC = Codec.class.getPackageName() + ".";

  /** Of the codec's package, what the worker knows every codec by. */
  private static final Set<String> CODEC_API =
      Set.of(
          BringsCodec.class.getName(),
          Codec.class.getName(),
          Codec.Kept.class.getName(),
          ValueCodec.class.getName(),
          ValueCodec.Encoded.class.getName());

  /** What the codec needs of Jackson beside its core, where a jar does not bring it. */
  private static final List<String> MODULES =
      List.of(JACKSON + "datatype.jdk8.", JACKSON + "datatype.jsr310.");

  static {
    registerAsParallelCapable();
  }

  private final boolean bringsJackson;
  private final Codec codec;

  /**
   * @param jar a jar or folder, for people
   * @throws SettingsException if the jar brings a Jackson that values cannot be read and written by
   */
  AgentClassLoader(String jar, URL url, ClassLoader worker) {
    super(new URL[] {url}, worker);
    bringsJackson = findResource(MAPPER) != null;
    codec = bringsJackson ? ownCodec(jar) : new JsonCodec();
  }

  @Override
  public Codec codec() {
    return codec;
  }

  private Codec ownCodec(String jar) {
    try {
      var own = (Codec) loadClass(JsonCodec.class.getName()).getConstructor().newInstance();
      own.keep(Instant.EPOCH, Instant.class, "a time");
      own.keep(Optional.empty(), Optional.class, "nothing");
      return own;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      throw new SettingsException(
          List.of(
              ("--agents: %s brings a Jackson that the worker's codec cannot use (%s); bring"
                      + " jackson-databind 2.16 or newer with jackson-core, jackson-annotations,"
                      + " jackson-datatype-jsr310 and jackson-datatype-jdk8, or none of them")
                  .formatted(jar, root(e))));
    }
  }

  private static Throwable root(Throwable failure) {
    var root = failure;
    for (int depth = 0; depth < 20 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return root;
  }

  // --- classes

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      var known = findLoadedClass(name);
      var loaded = known == null ? find(name) : known;
      if (resolve) {
        resolveClass(loaded);
      }
      return loaded;
    }
  }

  private Class<?> find(String name) throws ClassNotFoundException {
    if (bringsJackson && isOfCodec(name)) {
      return defined(name);
    }
    if (isOfWorker(name)) {
      return first(getParent()::loadClass, this::findClass, name);
    }
    try {
      return getPlatformClassLoader().loadClass(name);
    } catch (ClassNotFoundException notOfTheJdk) {
      return first(this::findClass, getParent()::loadClass, name);
    }
  }

  private boolean isOfWorker(String name) {
    return SHARED.stream().anyMatch(name::startsWith)
        || (!bringsJackson && name.startsWith(JACKSON));
  }

  private boolean isOfCodec(String name) {
    return (name.startsWith(CODEC) && !CODEC_API.contains(name))
        || (MODULES.stream().anyMatch(name::startsWith) && findResource(file(name)) == null);
  }

  private static String file(String name) {
    return name.replace('.', '/') + ".class";
  }

  /** The worker's class once more, which sees the jar's Jackson. */
  private Class<?> defined(String name) throws ClassNotFoundException {
    try (var bytes = getParent().getResourceAsStream(file(name))) {
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = bytes.readAllBytes();
      return defineClass(name, code, 0, code.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private interface Source {
    Class<?> load(String name) throws ClassNotFoundException;
  }

  private static Class<?> first(Source one, Source other, String name)
      throws ClassNotFoundException {
    try {
      return one.load(name);
    } catch (ClassNotFoundException elsewhere) {
      return other.load(name);
    }
  }

  // --- resources

  @Override
  public @Nullable URL getResource(String name) {
    var own = findResource(name);
    return own == null ? getParent().getResource(name) : own;
  }

  /**
   * The jar's before the worker's. Services of an interface that the jar brings, and agents, are
   * its own alone: the worker's classes are none of that interface.
   */
  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    var found = new ArrayList<>(Collections.list(findResources(name)));
    if (!name.equals(AGENTS) && !isServiceOfJar(name)) {
      found.addAll(Collections.list(getParent().getResources(name)));
    }
    return Collections.enumeration(found);
  }

  private boolean isServiceOfJar(String name) {
    return name.startsWith(SERVICES)
        && findResource(file(name.substring(SERVICES.length()))) != null
        && !isOfWorker(name.substring(SERVICES.length()));
  }
}
