package org.tornadomla.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.tornadomla.decoder.FinishReason;
import org.tornadomla.decoder.Generation;
import org.tornadomla.decoder.GenerationRequest;
import org.tornadomla.decoder.GenerationResult;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.MlaException;
import org.tornadomla.tokenizer.ChatMessage;
import org.tornadomla.tokenizer.ChatTemplate;
import org.tornadomla.tokenizer.TextTokenizer;

/**
 * Answers in the order of their rows. A few rows are ahead of the one whose answer is asked for, as many as the model
 * writes at once and as many again, so that the next text is there when one ends; no more of a partition is in memory.
 */
final class AnswerRows implements Iterator<Row> {

    private final LoadedModel model;
    private final AnswerOptions options;
    private final AnswerColumns columns;
    private final int ahead;
    private final Iterator<Row> rows;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final @Nullable ChatTemplate template;

    AnswerRows(LoadedModel model, AnswerOptions options, AnswerColumns columns, int batch, Iterator<Row> rows) {
        this.model = model;
        this.options = options;
        this.columns = columns;
        this.ahead = 2 * batch;
        this.rows = rows;
        this.template = options.messages() == null ? null : ChatTemplate.of(model.tokenizer().settings());
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) _ -> pending.forEach(Pending::cancel));
    }

    /** A row whose answer is being written, or that is refused. */
    private static final class Pending {

        private final Row row;
        private final long begin = System.nanoTime();
        private int promptTokens;
        private volatile long end = begin;
        private @Nullable Generation text;
        private @Nullable String refusal;

        private Pending(Row row) {
            this.row = row;
        }

        private void cancel() {
            if (text != null) {
                text.cancel();
            }
        }
    }

    @Override
    public boolean hasNext() {
        return !pending.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
        while (pending.size() < ahead && rows.hasNext()) {
            pending.add(begin(rows.next()));
        }
        if (pending.isEmpty()) {
            throw new NoSuchElementException("the partition has no more rows");
        }
        Row result = end(pending.element());
        pending.remove();
        return result;
    }

    private Pending begin(Row row) {
        Pending begun = new Pending(row);
        try {
            GenerationRequest request = request(row);
            begun.promptTokens = request.promptIds().length;
            begun.text = model.scheduler().submit(request, (_, _) -> begun.end = System.nanoTime());
        } catch (DeviceException failure) {
            throw failure;
        } catch (MlaException refused) {
            begun.refusal = refused.getMessage();
        }
        return begun;
    }

    private GenerationRequest request(Row row) {
        TextTokenizer tokenizer = model.tokenizer();
        String messages = options.messages();
        if (messages == null || template == null) {
            String prompt = columns.prompt(row);
            return columns.request(row, tokenizer.encode(prompt, options.beginToken()), prompt);
        }
        List<Map.Entry<String, String>> said = columns.messages(row, messages);
        String prompt = template
                .render(said.stream().map(one -> new ChatMessage(one.getKey(), one.getValue())).toList());
        return columns.request(row, tokenizer.encodeConversation(prompt), said.toString());
    }

    private Row end(Pending row) {
        Generation text = row.text;
        if (text == null) {
            return refused(row, row.refusal);
        }
        GenerationResult result;
        try {
            result = text.await();
        } catch (DeviceException failure) {
            throw failure;
        } catch (MlaException refusal) {
            return refused(row, refusal.getMessage());
        }
        if (result.reason() == FinishReason.CANCELLED) {
            throw new MlaException("the model was closed while it wrote, since its JVM ends");
        }
        return Columns.with(row.row, result.text(), result.reason().name().toLowerCase(Locale.ROOT), row.promptTokens,
                result.ids().length, (row.end - row.begin) * 1e-9, null);
    }

    private static Row refused(Pending row, @Nullable String why) {
        return Columns.with(row.row, null, "refused", null, null, null, why);
    }
}
