package org.tornadomla.bundled.bytecode;

/** Something in a kernel that an engine does not take; the message says what and where. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private Refusal(String message) {
        super(message);
    }

    /** The refusal of {@code what}, which stands at an instruction of a method. */
    public static Refusal at(MethodCode code, int position, String what) {
        int line = position < code.instructions().size() ? code.line(position) : 0;
        return new Refusal(what + " in " + code.owner().getName() + "." + code.method().methodName().stringValue()
                + " (" + code.sourceFile() + (line > 0 ? ":" + line : "") + ")");
    }
}
