package org.tornadomla.bundled.opencl;

import java.util.List;

import org.tornadomla.bundled.opencl.source.KernelSource;

/**
 * Several kernels as one program. A compiler reads the declarations of OpenCL C anew for each program, which takes PoCL
 * five times as long as a kernel. Functions of two kernels may have the same name, so that each gets the kernel's
 * number behind it.
 */
final class JoinedSource {

    private JoinedSource() {
    }

    /** What the names of a kernel's functions end with; the translator gives no function such an end. */
    static String suffix(int index) {
        return "__k" + index;
    }

    /** The text of all kernels. */
    static String of(List<KernelSource> sources) {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < sources.size(); index++) {
            KernelSource source = sources.get(index);
            for (String function : source.functions()) {
                text.append("#define ").append(function).append(' ').append(function).append(suffix(index))
                        .append('\n');
            }
            text.append(source.text());
            source.functions().forEach(function -> text.append("#undef ").append(function).append('\n'));
        }
        return text.toString();
    }
}
