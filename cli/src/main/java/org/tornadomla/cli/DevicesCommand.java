package org.tornadomla.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tornadomla.backend.DeviceLimits;
import org.tornadomla.backend.Engine;
import org.tornadomla.backend.Target;
import org.tornadomla.backend.Targets;
import org.tornadomla.error.DeviceException;
import org.tornadomla.selftest.SelfTest;
import org.tornadomla.weights.WeightFormats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mla devices}: what there is to compute on, and why the rest is not there. */
@Command(name = "devices", mixinStandardHelpOptions = true, description = {
    "Show the engines and devices, what they allow, which one is the default, and whether they pass the self-test.",
    "A self-test runs once on each device, and again when driver, SDK or library change."})
final class DevicesCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--trust", description = "Do not run self-tests.")
    private boolean trust;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Target automatic = Targets.automatic();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("  device", "type", "units", "memory", "largest buffer", "local memory", "largest group",
                "half", "double", "vector"));
        for (Target target : Targets.all()) {
            rows.add(row(target, target.equals(automatic)));
        }
        out.print(Text.table(rows));
        out.println();
        out.println("self-test:");
        for (Target target : Targets.all()) {
            out.println("  " + target + ": " + (trust ? "skipped" : SelfTest.verdict(target)));
            WeightFormats.ALL.stream().flatMap(type -> type.refusal(target).stream())
                    .forEach(reason -> out.println("    refused: " + reason));
        }
        out.println();
        out.println("* default: " + automatic + ", " + automatic.engine().reason());
        several().forEach(out::println);
        for (String engine : Engine.words()) {
            absence(engine).forEach(out::println);
        }
    }

    /** Which devices can share a model's layers: those of an engine that has several. */
    private static List<String> several() {
        Map<Engine, List<String>> byEngine = new EnumMap<>(Engine.class);
        Targets.all().forEach(target -> byEngine.computeIfAbsent(target.engine(), _ -> new ArrayList<>())
                .add(target.backend() + ":" + target.index()));
        return byEngine.entrySet().stream().filter(entry -> entry.getValue().size() > 1)
                .map(entry -> "  a model that is larger than one of them runs with --devices "
                        + String.join(",", entry.getValue()))
                .toList();
    }

    private static List<String> row(Target target, boolean isDefault) {
        DeviceLimits limits = target.limits();
        return List.of((isDefault ? "* " : "  ") + target, limits.kind(), String.valueOf(limits.computeUnits()),
                Text.bytes(limits.memoryBytes()), Text.bytes(limits.bufferBytes()), Text.bytes(limits.localBytes()),
                String.valueOf(limits.groupItems()), limits.half().toString(), limits.fp64().toString(),
                limits.vectorFloats().isPresent() ? limits.vectorFloats().getAsInt() + " floats" : "unknown");
    }

    /** Why an engine is not there; nothing when it is. */
    private static List<String> absence(String engine) {
        try {
            Targets.choose(engine, null);
            return List.of();
        } catch (DeviceException e) {
            return List.of("  " + e.getMessage());
        }
    }
}
