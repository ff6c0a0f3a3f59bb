package org.tornadomla.tutorial;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/** The task: dates in many spellings, and what they are in ISO form. The same seed gives the same dates. */
final class Dates {

    private static final LocalDate FIRST = LocalDate.of(1950, 1, 1);
    private static final LocalDate END = LocalDate.of(2050, 1, 1);
    private static final int SPELLINGS = 10;

    private Dates() {
    }

    // page: date
    /** A date as somebody wrote it, and as a program wants it. */
    record Pair(String spelling, String iso) {
    }
    // end

    /**
     * Days that are all different, each in one spelling, so that what is held out was never seen in another one.
     *
     * @param count at most 20,000; there are 36,525 days
     */
    static List<Pair> of(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Pair> pairs = new ArrayList<>();
        Set<LocalDate> seen = new HashSet<>();
        while (pairs.size() < count) {
            LocalDate date = FIRST.plusDays(random.nextLong(END.toEpochDay() - FIRST.toEpochDay()));
            int way = random.nextInt(SPELLINGS);
            if (seen.add(date)) {
                pairs.add(new Pair(spelling(date, way), date.toString()));
            }
        }
        return pairs;
    }

    // page: spellings
    private static String spelling(LocalDate date, int way) {
        int day = date.getDayOfMonth();
        int month = date.getMonthValue();
        int year = date.getYear();
        String name = date.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
        String brief = name.substring(0, 3);
        return switch (way) {
            case 0 -> day + " " + name + " " + year;
            case 1 -> name + " " + day + ", " + year;
            case 2 -> brief + " " + day + " " + year;
            case 3 -> day + "." + month + "." + year;
            case 4 -> String.format(Locale.ROOT, "%02d/%02d/%d", day, month, year);
            case 5 -> String.format(Locale.ROOT, "%d%02d%02d", year, month, day);
            case 6 -> weekday(date) + ", " + day + " " + brief + " " + year;
            case 7 -> day + ordinal(day) + " of " + name + ", " + year;
            case 8 -> String.format(Locale.ROOT, "%d-%s-%02d", day, brief.toUpperCase(Locale.ROOT), year % 100);
            default -> "the " + day + ordinal(day) + " of " + brief + " " + year;
        };
    }
    // end

    private static String weekday(LocalDate date) {
        DayOfWeek weekday = date.getDayOfWeek();
        return weekday.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).substring(0, 3);
    }

    private static String ordinal(int day) {
        if (day / 10 == 1) {
            return "th";
        }
        return switch (day % 10) {
            case 1 -> "st";
            case 2 -> "nd";
            case 3 -> "rd";
            default -> "th";
        };
    }

    /** All letters that spellings and ISO dates are made of. */
    static String letters() {
        StringBuilder letters = new StringBuilder("0123456789-/., ");
        StringBuilder words = new StringBuilder("stndrdthofthe");
        for (Month month : Month.values()) {
            String name = month.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            words.append(name).append(name.substring(0, 3).toUpperCase(Locale.ROOT));
        }
        for (DayOfWeek weekday : DayOfWeek.values()) {
            words.append(weekday.getDisplayName(TextStyle.SHORT, Locale.ENGLISH));
        }
        words.chars().distinct().sorted().forEach(letter -> letters.append((char) letter));
        return letters.toString();
    }
}
