package org.tornadomla.template;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.tornadomla.error.TemplateException;

/**
 * A template in the dialect of Jinja that chat templates are written in: Jinja 3.1 as transformers sets it up, which is
 * an immutable sandbox with {@code trim_blocks}, {@code lstrip_blocks}, {@code break} and {@code continue},
 * {@code generation}, {@code raise_exception}, {@code strftime_now} and a {@code tojson} that escapes nothing. What is
 * rendered is equal to Jinja's text, or the template is refused.
 *
 * <p>A template reaches nothing but what it is given. The steps, the texts and the depth of a rendering are bounded by
 * the size of that.
 *
 * <p>Safe for several threads.
 */
public final class Template {

    private static final int MOST_CHARACTERS = 1 << 20;

    private final String name;
    private final Frame frame;
    private final Block body;

    private Template(String name, Frame frame, Block body) {
        this.name = name;
        this.frame = frame;
        this.body = body;
    }

    /**
     * Reads a template.
     *
     * @param name   what messages call it
     * @param source its text
     * @throws TemplateException when it is no template, or has a construct that is not supported
     */
    public static Template of(String name, String source) {
        if (source.length() > MOST_CHARACTERS) {
            throw new TemplateException(name, 1,
                    "it has " + source.length() + " characters, of which at most " + MOST_CHARACTERS + " are allowed");
        }
        try {
            List<Stmt> statements = new StmtParser(new Tokens(name, Lexer.read(name, source))).template();
            if (!Undeclared.find(statements, java.util.Set.of("self")).isEmpty()) {
                throw new TemplateException(name, 1, "the variable \"self\" is not supported");
            }
            Frame frame = new Frame(name, new Symbols(null, new Scope(null)), false, false);
            frame.symbols().visit(statements);
            return new Template(name, frame, StmtCompiler.compile(statements, frame));
        } catch (StackOverflowError e) {
            throw new TemplateException(name, 1, "its constructs are too deep within each other");
        } catch (PyError e) {
            throw new TemplateException(name, 1, e.getMessage());
        }
    }

    /**
     * Renders the template.
     *
     * @param variables what it is given by name: null, Boolean, String, numbers, lists, maps with text keys, Jackson's
     *                      JSON
     * @param clock     the time for {@code strftime_now}, asked for only when the template does
     * @return the text
     * @throws TemplateException when the template refuses what it is given, fails as it would in Python, takes too many
     *                               steps, or uses what is not supported
     */
    public String render(Map<String, ?> variables, Supplier<LocalDateTime> clock) {
        Run run = null;
        try {
            Values values = new Values();
            Map<String, Object> given = new HashMap<>();
            variables.forEach((key, value) -> given.put(key, values.convert(value)));
            run = new Run(given, values.count(), values.characters(), clock);
            Env env = new Env(frame.scope().size(), null, run);
            frame.enter(env);
            StringBuilder out = new StringBuilder();
            body.run(env, out);
            return out.toString();
        } catch (PyError e) {
            throw new TemplateException(name, run == null ? 1 : run.line(), e.getMessage());
        } catch (StackOverflowError e) {
            throw new TemplateException(name, run == null ? 1 : run.line(),
                    "its values are too deep within each other");
        }
    }
}
