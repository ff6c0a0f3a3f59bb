package org.tornadomla.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.tornadomla.blocks.PlainFormat;
import org.tornadomla.checkpoint.FolderConversion;
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

/** {@code mla convert}: writes a model as a GGUF file, or as a folder of safetensors. */
@Command(name = "convert", mixinStandardHelpOptions = true,
        description = {
            "Write a model of Hugging Face's files as one GGUF file, which llama.cpp opens too, or as a folder"
                    + " of such files in other numbers.",
            "A file gets its name when it is complete, a folder its config.json; the next run takes away what an"
                    + " interrupted one left."})
final class ConvertCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = {"-m", "--model"}, required = true, paramLabel = "DIR",
            description = "Folder of a model in Hugging Face's files.")
    private Path directory;

    @Option(names = "--weights", required = true, paramLabel = "TYPE",
            description = "${COMPLETION-CANDIDATES}, in either case: number format of the matrices. Rows that its blocks do not divide take"
                    + " one of smaller blocks; vectors and routers stay in f32. A folder takes f32, f16 or bf16.")
    private FileType weights;

    @Option(names = {"-o", "--out"}, required = true, paramLabel = "PATH",
            description = "The file to write, ending in .gguf, or else the folder, which is empty or not there yet.")
    private Path out;

    @Mixin
    private ConfigOptions config;

    @Override
    public Integer call() {
        if (!Files.isDirectory(directory) || !ModelFiles.isModel(directory)) {
            throw new ParameterException(spec.commandLine(),
                    "no model in " + directory + ": it must be a folder that holds a config.json");
        }
        if (!Files.isDirectory(out.toAbsolutePath().getParent())) {
            throw new ParameterException(spec.commandLine(),
                    "--out is " + out + ", must be a file or a folder in a folder that exists");
        }
        try (ModelFiles files = ModelFiles.open(directory, config.read())) {
            long bytes = GgufModel.isGguf(out) ? file(files) : folder(files);
            spec.commandLine().getOut().println(out + ": " + Text.bytes(bytes) + " of weights");
        }
        return ExitStatus.OK;
    }

    private long file(ModelFiles files) {
        String name = directory.toAbsolutePath().normalize().getFileName().toString();
        GgufConversion conversion = new GgufConversion(name, files.config(), files.weights(), files.path(), weights);
        try (Progress progress = new Progress("writing", conversion.tensorBytes())) {
            conversion.write(out, progress::done);
        }
        return conversion.tensorBytes();
    }

    private long folder(ModelFiles files) {
        PlainFormat format = weights.plain()
                .orElseThrow(() -> new ParameterException(spec.commandLine(),
                        "--out is " + out + " and --weights " + weights + ": a folder of safetensors takes f32, f16 or"
                                + " bf16; name a file that ends in .gguf for blocks"));
        FolderConversion conversion = new FolderConversion(files.config(), files.weights(), files.path(), format,
                FolderConversion.SHARD_BYTES);
        try (Progress progress = new Progress("writing", conversion.tensorBytes())) {
            conversion.write(out, progress::done);
        }
        return conversion.tensorBytes();
    }
}
