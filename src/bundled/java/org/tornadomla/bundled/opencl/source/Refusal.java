package org.tornadomla.bundled.opencl.source;

import org.tornadomla.bundled.bytecode.MethodCode;

/** Something in a kernel that has no translation; the message says what and where. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private Refusal(String message) {
        super(message);
    }

    static Refusal at(MethodCode code, int position, String what) {
        int line = position < code.instructions().size() ? code.line(position) : 0;
        return new Refusal(what + " in " + code.owner().getName() + "." + code.method().methodName().stringValue()
                + " (" + code.sourceFile() + (line > 0 ? ":" + line : "") + ")");
    }
}
