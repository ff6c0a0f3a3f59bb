import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tables of what JaCoCo and PIT found, for docs/quality.md. Status 1 where a target is missed. */
final class Figures {

    private static final int LINES = 90;
    private static final int BRANCHES = 80;
    private static final int KILLED = 85;
    /** Engines read the bytecode of kernels and run what they make of it, which JaCoCo does not see. */
    private static final Set<String> UNSEEN = Set.of("kernels", "kernels.training");
    private static final Set<String> KNOWN = Set.of("SURVIVED", "NO_COVERAGE");
    private static final Set<String> NOTICED = Set.of("KILLED", "TIMED_OUT", "MEMORY_ERROR");
    private static final String OURS = "org.tornadomla.";

    private Figures() {
    }

    public static void main(String[] arguments) throws IOException {
        boolean met = switch (arguments[0]) {
            case "coverage" -> coverage(Path.of(arguments[1]));
            case "mutants" -> mutants(Path.of(arguments[1]), Arrays.asList(arguments).subList(2, arguments.length));
            default -> throw new IllegalArgumentException(
                    "coverage FILE, or mutants FOLDER PACKAGE..., given " + Arrays.toString(arguments));
        };
        System.exit(met ? 0 : 1);
    }

    /** Counts that are missed and covered. */
    private static final class Counts {

        private final long[] of = new long[4];

        private double lines() {
            return share(of[1], of[0]);
        }

        private double branches() {
            return share(of[3], of[2]);
        }

        private static double share(long covered, long missed) {
            return covered + missed == 0 ? 100 : 100.0 * covered / (covered + missed);
        }
    }

    private static boolean coverage(Path csv) throws IOException {
        Map<String, Counts> packages = new TreeMap<>();
        List<String> lines = Files.readAllLines(csv);
        // GROUP,PACKAGE,CLASS,INSTRUCTION_MISSED,INSTRUCTION_COVERED,BRANCH_MISSED,BRANCH_COVERED,LINE_MISSED,LINE_COVERED,...
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            String name = fields[1].replace(OURS, "");
            // The bundled API keeps TornadoVM's packages and is not looked at.
            if (!fields[1].startsWith(OURS)) {
                continue;
            }
            for (String row : UNSEEN.contains(name) ? List.of(name) : List.of(name, "all")) {
                Counts counts = packages.computeIfAbsent(row, _ -> new Counts());
                for (int i = 0; i < 2; i++) {
                    counts.of[i] += Long.parseLong(fields[7 + i]);
                    counts.of[2 + i] += Long.parseLong(fields[5 + i]);
                }
            }
        }
        boolean met = true;
        System.out.println("| package | lines | branches | |\n|---|---|---|---|");
        for (Map.Entry<String, Counts> entry : packages.entrySet()) {
            Counts counts = entry.getValue();
            boolean unseen = UNSEEN.contains(entry.getKey());
            boolean enough = counts.lines() >= LINES && counts.branches() >= BRANCHES;
            met &= enough || unseen;
            System.out.printf("| %s | %.1f | %.1f | %s |%n", entry.getKey(), counts.lines(), counts.branches(),
                    unseen ? "runs as the engines translate it" : enough ? "" : "under " + LINES + " / " + BRANCHES);
        }
        return met;
    }

    private static boolean mutants(Path folder, List<String> packages) throws IOException {
        boolean met = true;
        List<String> survivors = new ArrayList<>();
        System.out.println("| package | mutants | killed | |\n|---|---|---|---|");
        for (String name : packages) {
            long killed = 0;
            List<String> lines = Files.readAllLines(folder.resolve(name).resolve("mutations.csv"));
            // file,class,mutator,method,line,status,test
            long counted = 0;
            for (String line : lines) {
                String[] fields = line.split(",", 7);
                // A mutant that no JVM loads, or whose JVM went away on its own, tells nothing.
                if (!KNOWN.contains(fields[5]) && !NOTICED.contains(fields[5])) {
                    continue;
                }
                counted++;
                if (NOTICED.contains(fields[5])) {
                    killed++;
                } else {
                    survivors.add(fields[0] + ":" + fields[4] + " " + fields[3] + " " + fields[5] + " "
                            + fields[2].substring(fields[2].lastIndexOf('.') + 1));
                }
            }
            double share = Counts.share(killed, counted - killed);
            met &= share >= KILLED;
            System.out.printf("| %s | %d | %.0f %% | %s |%n", name, counted, share,
                    share >= KILLED ? "" : "under " + KILLED + " %");
        }
        Files.write(folder.resolve("survivors.txt"), survivors);
        System.out.println("the survivors are in " + folder.resolve("survivors.txt"));
        return met;
    }
}
