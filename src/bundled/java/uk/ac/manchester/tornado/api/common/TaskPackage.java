package uk.ac.manchester.tornado.api.common;

/** A task, ready to be added to a graph: its name, its method and its arguments. */
public class TaskPackage {

    private final String id;
    private final Object code;
    private final Object[] arguments;

    /** A task without arguments. */
    public TaskPackage(String id, TornadoFunctions.Task code) {
        this(id, code, new Object[0]);
    }

    /** A task with 1 argument. */
    public <T1> TaskPackage(String id, TornadoFunctions.Task1<T1> code, T1 arg1) {
        this(id, code, new Object[]{arg1});
    }

    /** A task with 2 arguments. */
    public <T1, T2> TaskPackage(String id, TornadoFunctions.Task2<T1, T2> code, T1 arg1, T2 arg2) {
        this(id, code, new Object[]{arg1, arg2});
    }

    /** A task with 3 arguments. */
    public <T1, T2, T3> TaskPackage(String id, TornadoFunctions.Task3<T1, T2, T3> code, T1 arg1, T2 arg2, T3 arg3) {
        this(id, code, new Object[]{arg1, arg2, arg3});
    }

    /** A task with 4 arguments. */
    public <T1, T2, T3, T4> TaskPackage(String id, TornadoFunctions.Task4<T1, T2, T3, T4> code, T1 arg1, T2 arg2,
            T3 arg3, T4 arg4) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4});
    }

    /** A task with 5 arguments. */
    public <T1, T2, T3, T4, T5> TaskPackage(String id, TornadoFunctions.Task5<T1, T2, T3, T4, T5> code, T1 arg1,
            T2 arg2, T3 arg3, T4 arg4, T5 arg5) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5});
    }

    /** A task with 6 arguments. */
    public <T1, T2, T3, T4, T5, T6> TaskPackage(String id, TornadoFunctions.Task6<T1, T2, T3, T4, T5, T6> code, T1 arg1,
            T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6});
    }

    /** A task with 7 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7> TaskPackage(String id, TornadoFunctions.Task7<T1, T2, T3, T4, T5, T6, T7> code,
            T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7});
    }

    /** A task with 8 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8> TaskPackage(String id,
            TornadoFunctions.Task8<T1, T2, T3, T4, T5, T6, T7, T8> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5,
            T6 arg6, T7 arg7, T8 arg8) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8});
    }

    /** A task with 9 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9> TaskPackage(String id,
            TornadoFunctions.Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4,
            T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9});
    }

    /** A task with 10 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> TaskPackage(String id,
            TornadoFunctions.Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4,
            T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10});
    }

    /** A task with 11 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> TaskPackage(String id,
            TornadoFunctions.Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> code, T1 arg1, T2 arg2, T3 arg3,
            T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11});
    }

    /** A task with 12 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> TaskPackage(String id,
            TornadoFunctions.Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> code, T1 arg1, T2 arg2, T3 arg3,
            T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11, T12 arg12) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12});
    }

    /** A task with 13 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> TaskPackage(String id,
            TornadoFunctions.Task13<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> code, T1 arg1, T2 arg2,
            T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11, T12 arg12, T13 arg13) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13});
    }

    /** A task with 14 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> TaskPackage(String id,
            TornadoFunctions.Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> code, T1 arg1, T2 arg2,
            T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11, T12 arg12, T13 arg13,
            T14 arg14) {
        this(id, code,
                new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13, arg14});
    }

    /** A task with 15 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> TaskPackage(String id,
            TornadoFunctions.Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> code, T1 arg1,
            T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11, T12 arg12,
            T13 arg13, T14 arg14, T15 arg15) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
            arg14, arg15});
    }

    /** A task with 16 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> TaskPackage(String id,
            TornadoFunctions.Task16<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> code,
            T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11,
            T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
            arg14, arg15, arg16});
    }

    /** A task with 17 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> TaskPackage(String id,
            TornadoFunctions.Task17<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> code,
            T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11,
            T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16, T17 arg17) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
            arg14, arg15, arg16, arg17});
    }

    /** A task with 18 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18> TaskPackage(String id,
            TornadoFunctions.Task18<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17,
                    T18> code,
            T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11,
            T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16, T17 arg17, T18 arg18) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
            arg14, arg15, arg16, arg17, arg18});
    }

    /** A task with 19 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19> TaskPackage(String id,
            TornadoFunctions.Task19<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18,
                    T19> code,
            T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11,
            T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16, T17 arg17, T18 arg18, T19 arg19) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
            arg14, arg15, arg16, arg17, arg18, arg19});
    }

    /** A task with 20 arguments. */
    public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20> TaskPackage(
            String id,
            TornadoFunctions.Task20<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18,
                    T19, T20> code,
            T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10, T11 arg11,
            T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16, T17 arg17, T18 arg18, T19 arg19, T20 arg20) {
        this(id, code, new Object[]{arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
            arg14, arg15, arg16, arg17, arg18, arg19, arg20});
    }

    private TaskPackage(String id, Object code, Object[] arguments) {
        this.id = id;
        this.code = code;
        this.arguments = arguments;
    }

    /** The task's name in its graph. */
    public String getId() {
        return id;
    }

    /** The method reference, then the arguments. */
    public Object[] getTaskParameters() {
        Object[] all = new Object[arguments.length + 1];
        all[0] = code;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return all;
    }
}
