package org.tornadomla.kernels.rules;

import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rules on a kernel's name and parameters. */
final class SignatureRules {

    private static final int MOST_PARAMETERS = 20;

    /**
     * Names of OpenCL C that a kernel function cannot have: keywords, and built-in functions of one or several letters.
     */
    private static final Set<String> RESERVED_KERNELS = Set.of("kernel", "global", "local", "constant", "private",
            "half", "uint", "uchar", "ushort", "ulong", "size_t", "inline", "restrict", "signed", "unsigned", "struct",
            "union", "typedef", "sizeof", "register", "auto", "extern", "main", "dot", "cross", "length", "distance",
            "normalize", "exp", "exp2", "exp10", "expm1", "log", "log2", "log10", "log1p", "logb", "pow", "pown",
            "powr", "rootn", "sqrt", "rsqrt", "cbrt", "hypot", "sin", "cos", "tan", "asin", "acos", "atan", "atan2",
            "sinh", "cosh", "tanh", "sincos", "erf", "erfc", "tgamma", "lgamma", "fma", "fmod", "fract", "frexp",
            "ldexp", "ilogb", "modf", "nan", "nextafter", "remainder", "remquo", "rint", "round", "trunc", "ceil",
            "floor", "fabs", "fdim", "fmax", "fmin", "mad", "maxmag", "minmag", "copysign", "select", "bitselect",
            "clamp", "degrees", "radians", "mix", "step", "smoothstep", "sign", "any", "all", "isequal", "isfinite",
            "isinf", "isnan", "isnormal", "isordered", "signbit", "abs", "abs_diff", "add_sat", "hadd", "rhadd", "clz",
            "mad_hi", "mad_sat", "mul_hi", "rotate", "sub_sat", "upsample", "popcount", "mad24", "mul24", "max", "min",
            "shuffle", "shuffle2", "barrier", "mem_fence", "prefetch", "printf");

    private static final Set<String> RESERVED_PARAMETERS = Set.of("uint", "uchar", "ushort", "ulong", "constant",
            "kernel", "size_t", "restrict", "signed", "unsigned", "struct", "union", "typedef", "sizeof", "register",
            "auto", "extern", "inline");

    private SignatureRules() {
    }

    static List<Violation> check(MethodCode code, Set<Integer> written) {
        List<Violation> violations = new ArrayList<>();
        List<ClassDesc> parameters = code.type().parameterList();
        if (parameters.size() > MOST_PARAMETERS) {
            violations.add(code.violation(Rule.TOO_MANY_PARAMETERS, 0, parameters.size() + " parameters"));
        }
        if (RESERVED_KERNELS.contains(code.name())) {
            violations.add(code.violation(Rule.RESERVED_NAME, 0, "kernel " + code.name()));
        }
        for (String name : code.parameterNames()) {
            if (RESERVED_PARAMETERS.contains(name)) {
                violations.add(code.violation(Rule.RESERVED_NAME, 0, "parameter " + name));
            }
        }
        for (int parameter = 0; parameter < parameters.size(); parameter++) {
            String type = parameters.get(parameter).descriptorString();
            if (type.equals("Z")) {
                violations.add(code.violation(Rule.BOOLEAN_PARAMETER, 0, "parameter " + parameter));
            } else if (type.endsWith("/BFloat16Array;")) {
                violations.add(code.violation(Rule.UNSUPPORTED_TYPE, 0, "BFloat16Array in parameter " + parameter));
            }
            boolean array = type.startsWith("[")
                    || type.startsWith("L") && ConstructRules.isDeviceArray(type.substring(1));
            int output = parameter;
            boolean afterOutput = written.stream().anyMatch(earlier -> earlier < output);
            if (array && !written.contains(parameter) && afterOutput) {
                violations.add(code.violation(Rule.OUTPUT_BEFORE_INPUT, 0,
                        "parameter " + parameter + " is only read and stands after one that is written"));
            }
        }
        return violations;
    }
}
