package uk.ac.manchester.tornado.api.common;

import java.io.Serializable;

/**
 * The shapes of a task's method, by number of parameters. They extend {@link Serializable} so that the bundled runtime
 * can read from a method reference which method it stands for.
 */
public final class TornadoFunctions {

    /**
     * A task with 1 parameter.
     *
     * @param <T1> type of parameter 1
     */
    @FunctionalInterface
    public interface Task1<T1> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1);
    }

    /**
     * A task with 2 parameters.
     *
     * @param <T1> type of parameter 1
     * @param <T2> type of parameter 2
     */
    @FunctionalInterface
    public interface Task2<T1, T2> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2);
    }

    /**
     * A task with 3 parameters.
     *
     * @param <T1> type of parameter 1
     * @param <T2> type of parameter 2
     * @param <T3> type of parameter 3
     */
    @FunctionalInterface
    public interface Task3<T1, T2, T3> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3);
    }

    /**
     * A task with 4 parameters.
     *
     * @param <T1> type of parameter 1
     * @param <T2> type of parameter 2
     * @param <T3> type of parameter 3
     * @param <T4> type of parameter 4
     */
    @FunctionalInterface
    public interface Task4<T1, T2, T3, T4> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4);
    }

    /**
     * A task with 5 parameters.
     *
     * @param <T1> type of parameter 1
     * @param <T2> type of parameter 2
     * @param <T3> type of parameter 3
     * @param <T4> type of parameter 4
     * @param <T5> type of parameter 5
     */
    @FunctionalInterface
    public interface Task5<T1, T2, T3, T4, T5> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5);
    }

    /**
     * A task with 6 parameters.
     *
     * @param <T1> type of parameter 1
     * @param <T2> type of parameter 2
     * @param <T3> type of parameter 3
     * @param <T4> type of parameter 4
     * @param <T5> type of parameter 5
     * @param <T6> type of parameter 6
     */
    @FunctionalInterface
    public interface Task6<T1, T2, T3, T4, T5, T6> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6);
    }

    /**
     * A task with 7 parameters.
     *
     * @param <T1> type of parameter 1
     * @param <T2> type of parameter 2
     * @param <T3> type of parameter 3
     * @param <T4> type of parameter 4
     * @param <T5> type of parameter 5
     * @param <T6> type of parameter 6
     * @param <T7> type of parameter 7
     */
    @FunctionalInterface
    public interface Task7<T1, T2, T3, T4, T5, T6, T7> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7);
    }

    /**
     * A task with 8 parameters.
     *
     * @param <T1> type of parameter 1
     * @param <T2> type of parameter 2
     * @param <T3> type of parameter 3
     * @param <T4> type of parameter 4
     * @param <T5> type of parameter 5
     * @param <T6> type of parameter 6
     * @param <T7> type of parameter 7
     * @param <T8> type of parameter 8
     */
    @FunctionalInterface
    public interface Task8<T1, T2, T3, T4, T5, T6, T7, T8> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8);
    }

    /**
     * A task with 9 parameters.
     *
     * @param <T1> type of parameter 1
     * @param <T2> type of parameter 2
     * @param <T3> type of parameter 3
     * @param <T4> type of parameter 4
     * @param <T5> type of parameter 5
     * @param <T6> type of parameter 6
     * @param <T7> type of parameter 7
     * @param <T8> type of parameter 8
     * @param <T9> type of parameter 9
     */
    @FunctionalInterface
    public interface Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9);
    }

    /**
     * A task with 10 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     */
    @FunctionalInterface
    public interface Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10);
    }

    /**
     * A task with 11 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     */
    @FunctionalInterface
    public interface Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11);
    }

    /**
     * A task with 12 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     */
    @FunctionalInterface
    public interface Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12);
    }

    /**
     * A task with 13 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     * @param <T13> type of parameter 13
     */
    @FunctionalInterface
    public interface Task13<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12, T13 arg13);
    }

    /**
     * A task with 14 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     * @param <T13> type of parameter 13
     * @param <T14> type of parameter 14
     */
    @FunctionalInterface
    public interface Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12, T13 arg13, T14 arg14);
    }

    /**
     * A task with 15 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     * @param <T13> type of parameter 13
     * @param <T14> type of parameter 14
     * @param <T15> type of parameter 15
     */
    @FunctionalInterface
    public interface Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12, T13 arg13, T14 arg14, T15 arg15);
    }

    /**
     * A task with 16 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     * @param <T13> type of parameter 13
     * @param <T14> type of parameter 14
     * @param <T15> type of parameter 15
     * @param <T16> type of parameter 16
     */
    @FunctionalInterface
    public interface Task16<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15,
            T16> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16);
    }

    /**
     * A task with 17 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     * @param <T13> type of parameter 13
     * @param <T14> type of parameter 14
     * @param <T15> type of parameter 15
     * @param <T16> type of parameter 16
     * @param <T17> type of parameter 17
     */
    @FunctionalInterface
    public interface Task17<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16,
            T17> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16, T17 arg17);
    }

    /**
     * A task with 18 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     * @param <T13> type of parameter 13
     * @param <T14> type of parameter 14
     * @param <T15> type of parameter 15
     * @param <T16> type of parameter 16
     * @param <T17> type of parameter 17
     * @param <T18> type of parameter 18
     */
    @FunctionalInterface
    public interface Task18<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17,
            T18> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16, T17 arg17, T18 arg18);
    }

    /**
     * A task with 19 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     * @param <T13> type of parameter 13
     * @param <T14> type of parameter 14
     * @param <T15> type of parameter 15
     * @param <T16> type of parameter 16
     * @param <T17> type of parameter 17
     * @param <T18> type of parameter 18
     * @param <T19> type of parameter 19
     */
    @FunctionalInterface
    public interface Task19<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18,
            T19> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16, T17 arg17, T18 arg18, T19 arg19);
    }

    /**
     * A task with 20 parameters.
     *
     * @param <T1>  type of parameter 1
     * @param <T2>  type of parameter 2
     * @param <T3>  type of parameter 3
     * @param <T4>  type of parameter 4
     * @param <T5>  type of parameter 5
     * @param <T6>  type of parameter 6
     * @param <T7>  type of parameter 7
     * @param <T8>  type of parameter 8
     * @param <T9>  type of parameter 9
     * @param <T10> type of parameter 10
     * @param <T11> type of parameter 11
     * @param <T12> type of parameter 12
     * @param <T13> type of parameter 13
     * @param <T14> type of parameter 14
     * @param <T15> type of parameter 15
     * @param <T16> type of parameter 16
     * @param <T17> type of parameter 17
     * @param <T18> type of parameter 18
     * @param <T19> type of parameter 19
     * @param <T20> type of parameter 20
     */
    @FunctionalInterface
    public interface Task20<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19,
            T20> extends Serializable {

        /** Runs the task. */
        void apply(T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9, T10 arg10,
                T11 arg11, T12 arg12, T13 arg13, T14 arg14, T15 arg15, T16 arg16, T17 arg17, T18 arg18, T19 arg19,
                T20 arg20);
    }
}
