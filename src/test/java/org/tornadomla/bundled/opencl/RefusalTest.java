package org.tornadomla.bundled.opencl;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadomla.bundled.device.KernelTask;
import org.tornadomla.bundled.opencl.source.KernelTranslator;
import org.tornadomla.bundled.opencl.source.TranslationOptions;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What has no translation is refused by task, method, line and name. No driver is needed. */
class RefusalTest {

    private static final TranslationOptions OPTIONS = new TranslationOptions(true, true, true, 16);

    private static String refusal(KernelTask task, TranslationOptions options) {
        return assertThrows(TornadoBailoutRuntimeException.class, () -> KernelTranslator.translate(task, options))
                .getMessage();
    }

    private static KernelTask task(String kernel) {
        List<Object> arguments = new ArrayList<>();
        for (Class<?> type : OpenClRun.method(RefusedKernels.class, kernel).getParameterTypes()) {
            arguments.add(type == KernelContext.class
                    ? new KernelContext()
                    : type == IntArray.class ? new IntArray(8) : new FloatArray(8));
        }
        return OpenClRun.task(RefusedKernels.class, kernel, arguments.toArray());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            print | the static field java.lang.System.out | print
            table | the static field org.tornadomla.bundled.opencl.RefusedKernels.TABLE | table
            mutableStatic | RefusedKernels.counter, which is not a final number | mutableStatic
            caught | a try block | caught
            thrown | a new java.lang.IllegalStateException | thrown
            object | a new java.lang.Object | object
            dynamicArray | a private array whose size is not a positive constant | dynamicArray
            twoDimensions | the instruction multianewarray | twoDimensions
            recursive | recursion | factorial
            siblings | two parallel loops side by side | siblings
            downwards | a parallel loop that does not count up by a constant | downwards
            changedInBody | a parallel loop whose variable is changed in its body | changedInBody
            localInHelper | a local array allocated in a method that a kernel calls | fill
            untilEqual | a parallel loop that does not count up to a bound | untilEqual
            backwards | a parallel loop whose condition does not begin with its variable | backwards
            fourDeep | a fourth nested parallel loop | fourDeep
            changedVector | vectors.Float16.set | changedVector
            text | the constant text | text
            loopInHelper | a parallel loop in a method that a kernel calls | fillAll
            chosenArray | the length of an array that was chosen at run time | chosenArray
            references | a comparison of references | references
            """)
    void saysWhatAndWhere(String kernel, String what, String method) {
        String message = refusal(task(kernel), OPTIONS);
        assertTrue(message.startsWith("task graph." + kernel + " cannot be compiled to OpenCL C: "), message);
        assertTrue(message.contains(what), message);
        assertTrue(
                message.contains(
                        " in org.tornadomla.bundled.opencl.RefusedKernels." + method + " (RefusedKernels.java:"),
                message);
    }

    @Test
    void doublesNeedADeviceThatHasThem() {
        KernelTask task = OpenClRun.task(ConstructKernels.class, "conversions", new FloatArray(1), new FloatArray(1),
                new IntArray(6), new FloatArray(2));
        String message = refusal(task, new TranslationOptions(true, true, false, 16));
        assertTrue(message.contains("64-bit floats, which the device does not have"), message);
    }

    @Test
    void singlePrecisionFunctionsOfMathNeedNoDoubles() {
        KernelTask task = OpenClRun.task(ConstructKernels.class, "floats", new FloatArray(1), new FloatArray(1),
                new FloatArray(10));
        String text = KernelTranslator.translate(task, new TranslationOptions(true, true, false, 16)).text();
        assertTrue(text.contains("sqrt(y)") && !text.contains("double"), text);
    }
}
