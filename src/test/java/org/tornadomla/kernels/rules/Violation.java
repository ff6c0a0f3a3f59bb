package org.tornadomla.kernels.rules;

/**
 * A place where a kernel breaks a rule.
 *
 * @param rule   which one
 * @param method class and method, of a kernel or of a helper that it calls
 * @param line   in the source
 * @param detail what stands there
 */
public record Violation(Rule rule, String method, int line, String detail) {

    @Override
    public String toString() {
        return method + " line " + line + ": " + rule + " (" + rule.reason() + "): " + detail;
    }
}
