package org.tornadomla.bundled.bytecode;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bytecode of one static method as a list of instructions; labels, lines and local variables refer to positions in
 * that list.
 */
public final class MethodCode {

    /**
     * A named local variable. One source variable may have several entries, one a range in which it is assigned.
     *
     * @param slot       index of the slot, as load and store instructions name it
     * @param name       name in the source
     * @param descriptor field descriptor of the type
     * @param start      first instruction of the range
     * @param end        first instruction behind the range
     */
    public record Local(int slot, String name, String descriptor, int start, int end) {
    }

    /**
     * A local variable whose type carries an annotation.
     *
     * @param slot       index of the slot
     * @param annotation field descriptor of the annotation's type
     * @param start      first instruction of the variable's range: the one behind the store of its first value
     * @param end        first instruction behind the range
     */
    public record AnnotatedLocal(int slot, String annotation, int start, int end) {
    }

    private final Class<?> owner;
    private final MethodModel method;
    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final List<Integer> lines = new ArrayList<>();
    private final List<Local> locals = new ArrayList<>();
    private final List<AnnotatedLocal> annotated = new ArrayList<>();
    private final Map<Label, Integer> positions = new HashMap<>();
    private final boolean hasHandlers;

    private MethodCode(Class<?> owner, MethodModel method, CodeModel code) {
        this.owner = owner;
        this.method = method;
        List<CodeElement> elements = code.elementList();
        this.hasHandlers = !code.exceptionHandlers().isEmpty();
        List<LocalVariable> variables = new ArrayList<>();
        List<TypeAnnotation> annotations = new ArrayList<>();
        int line = 0;
        for (int place = 0; place < elements.size(); place++) {
            switch (elements.get(place)) {
                case Instruction instruction -> {
                    instructions.add(instruction);
                    places.add(place);
                    lines.add(line);
                }
                case LabelTarget target -> positions.put(target.label(), instructions.size());
                case LineNumber number -> line = number.line();
                case LocalVariable variable -> variables.add(variable);
                case RuntimeVisibleTypeAnnotationsAttribute attribute -> annotations.addAll(attribute.annotations());
                default -> {
                }
            }
        }
        keep(variables, annotations);
    }

    private void keep(List<LocalVariable> variables, List<TypeAnnotation> annotations) {
        for (LocalVariable variable : variables) {
            locals.add(new Local(variable.slot(), variable.name().stringValue(), variable.type().stringValue(),
                    position(variable.startScope()), position(variable.endScope())));
        }
        for (TypeAnnotation annotation : annotations) {
            if (annotation.targetInfo() instanceof TypeAnnotation.LocalVarTarget target) {
                target.table()
                        .forEach(range -> annotated.add(
                                new AnnotatedLocal(range.index(), annotation.annotation().className().stringValue(),
                                        position(range.startLabel()), position(range.endLabel()))));
            }
        }
    }

    /**
     * The code of a method, read from the class file that its class was loaded from.
     *
     * @param lanes floats of a register of the processor that it is for, see {@link ClassFiles}
     */
    public static MethodCode of(Method method, int lanes) {
        return of(method.getDeclaringClass(), method.getName(), MethodType
                .methodType(method.getReturnType(), method.getParameterTypes()).describeConstable().orElseThrow(),
                lanes);
    }

    /**
     * The code of a method, read from the class file that its class was loaded from.
     *
     * @param lanes floats of a register of the processor that it is for, see {@link ClassFiles}
     * @throws IllegalArgumentException when the class has no such method, or one without code
     */
    public static MethodCode of(Class<?> owner, String name, MethodTypeDesc type, int lanes) {
        MethodModel method = ClassFiles.of(owner, name, type.descriptorString(), lanes);
        if (method == null) {
            throw new IllegalArgumentException(owner.getName() + " has no method " + name + type.displayDescriptor());
        }
        CodeModel code = method.code()
                .orElseThrow(() -> new IllegalArgumentException(owner.getName() + "." + name + " has no code"));
        return new MethodCode(owner, method, code);
    }

    /** The class that declares the method. */
    public Class<?> owner() {
        return owner;
    }

    /** The method as the class file has it. */
    public MethodModel method() {
        return method;
    }

    /** Name of the source file, or of the class when the class file does not tell. */
    public String sourceFile() {
        return method.parent().flatMap(model -> model.findAttribute(Attributes.sourceFile()))
                .map(attribute -> attribute.sourceFile().stringValue()).orElse(owner.getSimpleName());
    }

    /** The instructions in order. */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** Place of an instruction among the elements. */
    public int place(int position) {
        return places.get(position);
    }

    /** Source line of an instruction, 0 when unknown. */
    public int line(int position) {
        return lines.get(position);
    }

    /** Position of the instruction that follows a label. */
    public int position(Label label) {
        Integer position = positions.get(label);
        return position == null ? instructions.size() : position;
    }

    /** Whether the method catches exceptions. */
    public boolean hasHandlers() {
        return hasHandlers;
    }

    /** The named local variable that lives in a slot at an instruction. */
    public Optional<Local> local(int slot, int position) {
        return locals.stream()
                .filter(local -> local.slot() == slot && local.start() <= position && position < local.end())
                .findFirst();
    }

    /** The local variables whose types carry annotations that the class file keeps. */
    public List<AnnotatedLocal> annotatedLocals() {
        return annotated;
    }
}
