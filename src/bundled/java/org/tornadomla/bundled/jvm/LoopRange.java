package org.tornadomla.bundled.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.tornadomla.bundled.bytecode.ParallelLoop;

/**
 * Cuts a parallel loop to a range of its iterations, or turns the method into one that counts them.
 *
 * @param loop     the loop
 * @param counting whether the method is to return the number of iterations instead of running them
 * @param fromSlot slot of the first iteration's number
 * @param toSlot   slot of the number behind the last
 * @param endSlot  free slot, for the value that ends the loop
 */
record LoopRange(ParallelLoop loop, boolean counting, int fromSlot, int toSlot, int endSlot) {

    /** Before the loop's head, with the start in the variable: moves it to the range's first iteration. */
    void enter(CodeBuilder out, int variable) {
        if (!counting) {
            advanced(out, variable, toSlot);
            out.istore(endSlot);
            advanced(out, variable, fromSlot);
            out.istore(variable);
        }
    }

    private void advanced(CodeBuilder out, int variable, int iterationSlot) {
        out.iload(variable);
        out.iload(iterationSlot);
        out.loadConstant(loop.step());
        out.imul();
        out.iadd();
    }

    /** At the loop's condition, with variable and bound on the stack. A count is returned, a bound replaced. */
    void condition(CodeBuilder out) {
        if (counting) {
            out.loadConstant(loop.step());
            out.loadConstant(loop.inclusive() ? 1 : 0);
            out.invokestatic(LoweredTypes.desc(Ranges.class), "trips", MethodTypeDesc.of(ConstantDescs.CD_int,
                    ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int));
            out.ireturn();
        } else {
            out.pop();
            out.iload(endSlot);
            if (loop.inclusive()) {
                out.iconst_1();
                out.isub();
            }
        }
    }
}
