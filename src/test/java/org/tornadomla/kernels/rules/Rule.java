package org.tornadomla.kernels.rules;

/** What kernels may not do, each with what happens to those that do on TornadoVM 5.2. */
public enum Rule {

    BOOLEAN_PARAMETER("OpenCL kernels take no booleans, use an int"),
    TOO_MANY_PARAMETERS("a task takes at most 20"),
    RESERVED_NAME("a kernel or parameter of this name does not compile, or crashes the JVM"),
    OUTPUT_BEFORE_INPUT("a written array before a read one hangs the graph compiler when both are the same"),
    UNSUPPORTED_TYPE("OpenCL reads wrong numbers from it"),

    PARALLEL_BOUND_PARAMETER("with a grid, every use of the parameter becomes the grid's size"),
    PARALLEL_SIBLINGS("the second loop becomes another dimension, and all threads race"),
    PARALLEL_DOWNWARDS("a loop that counts down does nothing"),
    PARALLEL_TOO_DEEP("at most three dimensions"),
    PARALLEL_WITH_CONTEXT("a grid is set for one kind of kernel and not for the other"),

    LOOP_EXIT_VALUE("leaving a loop with a changed value: one exit's value always wins"),
    LOOP_CARRIED_COPY("variables carried round a loop are assigned one after another"),
    LOOPS_IN_BRANCHES("results of loops in two branches are mixed up when merged by a helper"),

    UNSIGNED_SHIFT("is emitted as a signed one"),
    UNSIGNED_MASK("the difference becomes unsigned"),
    AT_MOST_OF_FLOATS("is emitted as not more than, which holds for NaN"),
    INT_BETWEEN_CONSTANTS("becomes one comparison without signs, which OpenCL has with signs and SPIR-V not at all"),
    REFUSED_CALL("does not compile, or computes something else"),
    DOUBLE_MATH("computes in double, which needs fp64; use TornadoMath"),
    NATIVE_TRIGONOMETRY("becomes a native function of poor range; take tables from the host"),
    HELPER_TOO_LARGE("a helper of more than about 600 graph nodes is not inlined, which fails the kernel"),
    UNKNOWN_CALL("only kernel helpers and the API are known to compile"),
    THROW("kernels cannot throw"),
    STATIC_FIELD("is frozen at compilation, or refused for arrays"),
    NESTED_ARRAY("arrays of arrays do not compile"),
    NEW_DEVICE_ARRAY("kernels cannot allocate device arrays"),
    NON_FINITE_CONSTANT("does not compile, or is undefined under fast-math"),
    VECTOR_WITHOUT_VALUES("a vector made without values does not compile as an accumulator"),
    VECTOR_BY_NUMBER("a Float16 with a float is inlined lane by lane, which fails in many places; use Lanes.times"),
    MAXIMUM_OF_VECTORS("Float16.max and min are loops over lanes, which fail in a loop of constant length"),

    UNINITIALISED_ARRAY("private arrays are not zeroed on a device"),
    LOCAL_ARRAY_SIZE("must be a constant or an int parameter"),
    LOCAL_ARRAY_TO_HELPER("is indexed wrongly there"),
    HALF_LOCAL_ARRAY("is refused"),
    RETURN_BEFORE_BARRIER("a barrier that not all of a group reach is undefined");

    private final String reason;

    Rule(String reason) {
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
