package org.tornadomla.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.tornadomla.decoder.Continuation;
import org.tornadomla.decoder.Continuation.Rows;
import org.tornadomla.decoder.Decoder;
import org.tornadomla.decoder.Output;
import org.tornadomla.decoder.Outputs;
import org.tornadomla.decoder.Sequence;
import org.tornadomla.error.CacheFullException;
import org.tornadomla.error.DeviceException;
import org.tornadomla.error.MlaException;

/** Reads texts with a model, several at once, in pieces that give no more outputs than there are rows for. */
final class TextReading {

    /** Between two looks at a cache that others fill. */
    private static final long WAIT_NANOS = 20_000_000;

    private final LoadedModel model;
    private final Decoder decoder;
    private final Output output;
    private final int rows;

    /** @param rows outputs that are on the host at once */
    TextReading(LoadedModel model, Output output, int rows) {
        this.model = model;
        this.decoder = model.decoder();
        this.output = output;
        this.rows = rows;
    }

    /** Reads texts to their ends; each takes its outputs, or the reason why it is refused. */
    void read(List<ReadText> texts) {
        for (ReadText text : texts) {
            if (text.length() > decoder.maxSequenceTokens()) {
                text.refuse("a text of " + text.length() + " tokens is longer than a sequence may be, allowed are "
                        + decoder.maxSequenceTokens());
            }
        }
        // One task of the JVM after the other, as each could fill the cache.
        synchronized (model) {
            readTogether(texts.stream().filter(text -> !text.isRead()).toList());
        }
    }

    private void readTogether(List<ReadText> texts) {
        try {
            readAll(texts);
        } catch (DeviceException failure) {
            throw failure;
        } catch (CacheFullException full) {
            texts.forEach(ReadText::begin);
            if (texts.size() > 1) {
                readTogether(texts.subList(0, texts.size() / 2));
                readTogether(texts.subList(texts.size() / 2, texts.size()));
            } else if (model.scheduler().running() > 0) {
                // The cache is full of answers that are being written.
                LockSupport.parkNanos(WAIT_NANOS);
                readTogether(texts);
            } else {
                texts.getFirst().refuse(String.valueOf(full.getMessage()));
            }
        } catch (MlaException refusal) {
            refuse(texts, refusal);
        }
    }

    /** Finds whose fault it is: that of a text alone. */
    private void refuse(List<ReadText> texts, MlaException refusal) {
        texts.forEach(ReadText::begin);
        if (texts.size() == 1) {
            texts.getFirst().refuse(String.valueOf(refusal.getMessage()));
        } else {
            texts.forEach(text -> readTogether(List.of(text)));
        }
    }

    private void readAll(List<ReadText> texts) {
        List<Sequence> sequences = new ArrayList<>();
        try {
            texts.forEach(_ -> sequences.add(decoder.open()));
            while (texts.stream().anyMatch(text -> !text.isRead())) {
                readPieces(texts, sequences);
            }
        } finally {
            sequences.forEach(Sequence::close);
        }
    }

    private void readPieces(List<ReadText> texts, List<Sequence> sequences) {
        List<Continuation> pieces = new ArrayList<>();
        List<ReadText> owners = new ArrayList<>();
        int room = rows;
        for (int i = 0; i < texts.size() && room > 0; i++) {
            ReadText text = texts.get(i);
            if (!text.isRead()) {
                int end = text.pieceEnd(room);
                pieces.add(new Continuation(sequences.get(i), text.isWanted() ? Rows.EACH : Rows.NONE,
                        Arrays.copyOfRange(text.ids(), text.read(), end)));
                owners.add(text);
                room -= end - text.read();
            }
        }
        List<Outputs> outputs = decoder.run(pieces, EnumSet.of(output), () -> false);
        for (int i = 0; i < owners.size(); i++) {
            take(owners.get(i), outputs.get(i), pieces.get(i));
        }
    }

    private void take(ReadText text, Outputs outputs, Continuation piece) {
        if (piece.rows() == Rows.EACH) {
            float[][] wanted = output == Output.LOGITS ? outputs.logits() : outputs.hidden();
            for (int i = 0; i < wanted.length; i++) {
                text.take(text.read() + i, wanted[i]);
            }
        }
        text.readTo(text.read() + piece.ids().length);
    }
}
