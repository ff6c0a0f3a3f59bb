package org.tornadomla.bundled.opencl.source;

import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;

/** Reads of fields: the work-item's place from the kernel context, and static constants. */
final class Fields {

    private static final Map<String, String> CONTEXT = Map.ofEntries(Map.entry("globalIdx", "get_global_id(0)"),
            Map.entry("globalIdy", "get_global_id(1)"), Map.entry("globalIdz", "get_global_id(2)"),
            Map.entry("localIdx", "get_local_id(0)"), Map.entry("localIdy", "get_local_id(1)"),
            Map.entry("localIdz", "get_local_id(2)"), Map.entry("groupIdx", "get_group_id(0)"),
            Map.entry("groupIdy", "get_group_id(1)"), Map.entry("groupIdz", "get_group_id(2)"),
            Map.entry("globalGroupSizeX", "get_global_size(0)"), Map.entry("globalGroupSizeY", "get_global_size(1)"),
            Map.entry("globalGroupSizeZ", "get_global_size(2)"), Map.entry("localGroupSizeX", "get_local_size(0)"),
            Map.entry("localGroupSizeY", "get_local_size(1)"), Map.entry("localGroupSizeZ", "get_local_size(2)"));

    private final BlockTranslator translator;

    Fields(BlockTranslator translator) {
        this.translator = translator;
    }

    Expr read(FieldInstruction field) {
        String owner = field.owner().asInternalName().replace('/', '.');
        String name = field.name().stringValue();
        if (field.opcode() == Opcode.GETFIELD && owner.equals(CType.KERNEL_CONTEXT) && CONTEXT.containsKey(name)) {
            translator.pop();
            return Expr.of(CType.INT, "(int)" + CONTEXT.get(name));
        }
        if (field.opcode() == Opcode.GETSTATIC) {
            translator.function().program().noteField();
            return constant(owner, name);
        }
        throw translator.refuse("an access to the field " + owner + "." + name);
    }

    /** The value of a final static field, which cannot change after the kernel's class was initialised. */
    private Expr constant(String owner, String name) {
        try {
            Class<?> type = Class.forName(owner, true, translator.code().owner().getClassLoader());
            Field field = type.getDeclaredField(name);
            if (Modifier.isFinal(field.getModifiers()) && field.trySetAccessible()) {
                Object value = field.get(null);
                switch (value) {
                    case Boolean flag -> {
                        return Expr.constant(flag ? 1 : 0);
                    }
                    case Byte number -> {
                        return Expr.constant(number.intValue());
                    }
                    case Short number -> {
                        return Expr.constant(number.intValue());
                    }
                    case Character number -> {
                        return Expr.constant((int) number);
                    }
                    case Number number when field.getType().isPrimitive() -> {
                        return Expr.constant(number);
                    }
                    case null, default -> {
                    }
                }
            }
        } catch (ReflectiveOperationException unknown) {
            throw translator.refuse("the field " + owner + "." + name + ", which cannot be found,");
        }
        throw translator.refuse("the static field " + owner + "." + name + ", which is not a final number,");
    }
}
