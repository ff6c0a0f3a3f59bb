package org.tornadomla.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.tornadomla.gguf.FileType;
import org.tornadomla.gguf.GgufConversion;
import org.tornadomla.gguf.GgufModel;
import org.tornadomla.model.ModelFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mla convert}: writes a model as a GGUF file. */
@Command(name = "convert", mixinStandardHelpOptions = true,
        description = {"Write a model of Hugging Face's files as one GGUF file, which llama.cpp opens too.",
            "The file gets its name when it is complete; an interrupted run leaves FILE.partial at most."})
final class ConvertCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = {"-m", "--model"}, required = true, paramLabel = "DIR",
            description = "Folder of a model in Hugging Face's files.")
    private Path directory;

    @Option(names = "--weights", required = true, paramLabel = "TYPE",
            description = "${COMPLETION-CANDIDATES}, in either case: number format of the matrices. Rows that its blocks do not divide take"
                    + " one of smaller blocks; vectors and routers stay in f32.")
    private FileType weights;

    @Option(names = {"-o", "--out"}, required = true, paramLabel = "FILE",
            description = "The file to write, ending in .gguf.")
    private Path out;

    @Mixin
    private ConfigOptions config;

    @Override
    public Integer call() {
        if (!Files.isDirectory(directory) || !ModelFiles.isModel(directory)) {
            throw new ParameterException(spec.commandLine(),
                    "no model in " + directory + ": it must be a folder that holds a config.json");
        }
        Path folder = out.toAbsolutePath().getParent();
        if (!GgufModel.isGguf(out) || !Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(),
                    "--out is " + out + ", must be a name that ends in .gguf in a folder that exists");
        }
        String name = directory.toAbsolutePath().normalize().getFileName().toString();
        try (ModelFiles files = ModelFiles.open(directory, config.read())) {
            GgufConversion conversion = new GgufConversion(name, files.config(), files.weights(), files.path(),
                    weights);
            try (Progress progress = new Progress("writing", conversion.tensorBytes())) {
                conversion.write(out, progress::done);
            }
            spec.commandLine().getOut().println(out + ": " + Text.bytes(conversion.tensorBytes()) + " of weights");
        }
        return ExitStatus.OK;
    }
}
