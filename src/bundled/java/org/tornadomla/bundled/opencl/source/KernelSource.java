package org.tornadomla.bundled.opencl.source;

import java.util.List;

/**
 * A kernel as OpenCL C.
 *
 * @param name          name of the {@code __kernel} function
 * @param text          the whole program
 * @param functions     names of the functions that the text defines, the kernel's among them
 * @param parameters    positions of those of the method's parameters that are parameters of the kernel, in its order:
 *                          arrays and numbers
 * @param parallelDepth number of nested parallel loops; 0 for one that uses a context or runs once
 * @param localBytes    local memory of one work-group
 */
public record KernelSource(String name, String text, List<String> functions, List<Integer> parameters,
        int parallelDepth, long localBytes) {
}
