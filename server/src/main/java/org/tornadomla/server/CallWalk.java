package org.tornadomla.server;

import java.util.BitSet;
import org.tornadomla.constrain.Form;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * A call of one function and nothing else: what stands around the arguments token by token as the tokenizer writes it,
 * marks that are special tokens included, and between them JSON.
 */
final class CallWalk implements AnswerWalk {

    private final int[] before;
    private final Form.Walk arguments;
    private final int[] after;
    private final TextTokenizer tokenizer;
    /** Tokens of {@code before} that were written. */
    private int begun;
    /** Tokens of {@code after} that were written. */
    private int ended;

    /** @param after at least one token */
    CallWalk(int[] before, Form.Walk arguments, int[] after, TextTokenizer tokenizer) {
        this.before = before;
        this.arguments = arguments;
        this.after = after;
        this.tokenizer = tokenizer;
    }

    @Override
    public BitSet allowed() {
        BitSet allowed = new BitSet();
        if (begun < before.length) {
            allowed.set(before[begun]);
        } else if (mayEnd()) {
            allowed.set(after[ended]);
        }
        if (isWithin()) {
            allowed.or(arguments.allowed());
        }
        return allowed;
    }

    private boolean isWithin() {
        return begun == before.length && ended == 0;
    }

    private boolean mayEnd() {
        return ended > 0 ? ended < after.length : arguments.isComplete();
    }

    @Override
    public boolean isComplete() {
        return ended == after.length;
    }

    @Override
    public void accept(int id) {
        if (begun < before.length) {
            begun++;
        } else if (mayEnd() && id == after[ended]) {
            ended++;
        } else {
            arguments.accept(tokenizer.bytes(id));
        }
    }
}
