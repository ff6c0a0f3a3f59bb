package org.tornadomla.text;

import java.util.Optional;

/** How the models of a family write their answers: whether they reason first, and how they call tools. */
public final class AnswerForm {

    private final Optional<CallForm> calls;
    private final boolean reasons;

    private AnswerForm(Optional<CallForm> calls, boolean reasons) {
        this.calls = calls;
        this.reasons = reasons;
    }

    /**
     * The form that a chat template speaks of: the one whose marks it writes. Without any, answers are text from start
     * to end.
     *
     * @param template its source
     */
    public static AnswerForm of(String template) {
        boolean reasons = template.contains(AnswerParser.THINK) || template.contains(AnswerParser.END_THINK);
        CallForm form = null;
        if (template.contains(CallForms.DSML.opening())) {
            form = CallForms.DSML;
        } else if (template.contains(CallForms.DEEPSEEK_V3.opening())) {
            form = template.contains("```json") ? CallForms.DEEPSEEK_V3 : CallForms.DEEPSEEK_V31;
        } else if (template.contains(CallForms.KIMI_K2.opening())) {
            form = CallForms.KIMI_K2;
        } else if (template.contains(CallForms.GLM.opening())) {
            form = template.contains("<arg_key>") ? CallForms.GLM : CallForms.HERMES;
        }
        return new AnswerForm(Optional.ofNullable(form), reasons);
    }

    /**
     * How a call of one function is written where an answer is that call and nothing else; nothing where the model's
     * family knows no calls, writes arguments otherwise than as an object of JSON, or cannot write the name.
     */
    public Optional<CallFrame> frame(String name) {
        return calls.flatMap(form -> form.frame(name));
    }

    /** Whether a prompt ends within reasoning, which the answer goes on with. */
    public boolean isReasoning(String prompt) {
        return reasons && prompt.stripTrailing().endsWith(AnswerParser.THINK);
    }

    /** How calls are written; nothing if none is understood. */
    Optional<CallForm> calls() {
        return calls;
    }

    /** Whether reasoning stands between its marks. */
    boolean reasons() {
        return reasons;
    }
}
