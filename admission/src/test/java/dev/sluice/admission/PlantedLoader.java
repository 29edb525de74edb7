package dev.sluice.admission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Loads the gate's code once more, with a call of {@link Planted#line} before each line. */
final class PlantedLoader extends ClassLoader {
  private static final String PACKAGE = "dev.sluice.admission.";

  /** What contains failures cannot fail itself; what is beyond the point of no return neither. */
  private static final Set<String> SOUND =
      Set.of(
          "Gate",
          "Turns",
          "Turn$Act",
          "Turn$Remembered",
          "Sealing",
          "Reading",
          "Traces",
          "Damage",
          "RunKey",
          "Incarnation");

  private static final Set<String> SOUND_METHODS =
      Set.of(
          "GateState.settle",
          "GateState.undo",
          "GateState.restore",
          "GateState.<init>",
          "Unsaved.clear",
          "Turn.<init>",
          "Turn.keepRemembered",
          "Turn.nowMs",
          "Turn.next");

  private final Path code;
  private final Path tests;
  private final List<String> lines = new ArrayList<>();

  PlantedLoader(Path code, Path tests) {
    super(PlantedLoader.class.getClassLoader());
    this.code = code;
    this.tests = tests;
  }

  /** The place of line number {@code line} as it was planted. */
  String place(int line) {
    return lines.get(line);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      var loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    var file = name.replace('.', '/') + ".class";
    try {
      boolean isCode = Files.exists(code.resolve(file));
      byte[] bytes = Files.readAllBytes((isCode ? code : tests).resolve(file));
      var simple = name.substring(name.lastIndexOf('.') + 1);
      byte[] planted = isCode && !isSound(simple) ? plant(bytes, simple) : bytes;
      return defineClass(name, planted, 0, planted.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private static boolean isSound(String simple) {
    return SOUND.contains(simple)
        || simple.startsWith("GateEvent$")
        || simple.startsWith("GateEffect$");
  }

  private byte[] plant(byte[] bytes, String simple) {
    var type = new ClassNode();
    new ClassReader(bytes).accept(type, 0);
    var fields = type.fields.stream().map(field -> field.name).collect(Collectors.toSet());
    for (var method : type.methods) {
      if (fields.contains(method.name)) {
        continue; // an accessor does nothing that could fail
      }
      if (!method.name.equals("<clinit>") && !SOUND_METHODS.contains(simple + "." + method.name)) {
        plant(method, simple);
      }
    }
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    type.accept(writer);
    return writer.toByteArray();
  }

  /** Frames name an object that is not constructed yet by the place of its instruction. */
  private static boolean isMaking(LineNumberNode line) {
    var next = line.getNext();
    while (next != null && next.getOpcode() < 0) {
      next = next.getNext();
    }
    return next != null && next.getOpcode() == Opcodes.NEW;
  }

  private void plant(MethodNode method, String simple) {
    for (var at : method.instructions.toArray()) {
      if (at instanceof LineNumberNode line && !isMaking(line)) {
        var call = new InsnList();
        call.add(new LdcInsnNode(lines.size()));
        call.add(
            new MethodInsnNode(
                Opcodes.INVOKESTATIC, "dev/sluice/admission/Planted", "line", "(I)V", false));
        lines.add(simple + ":" + line.line);
        boolean isFramed = at.getNext() instanceof FrameNode;
        method.instructions.insert(isFramed ? at.getNext() : at, call);
      }
    }
  }
}
