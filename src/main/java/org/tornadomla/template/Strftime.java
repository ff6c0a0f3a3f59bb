package org.tornadomla.template;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** {@code datetime.strftime} in English, for a time without zone. */
final class Strftime {

    private final LocalDateTime time;

    private Strftime(LocalDateTime time) {
        this.time = time;
    }

    static String format(LocalDateTime time, String format) {
        Strftime writer = new Strftime(time);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%' || at == format.length()) {
                out.append(c);
                continue;
            }
            boolean bare = format.charAt(at) == '-' && at + 1 < format.length();
            at += bare ? 1 : 0;
            String field = writer.field(format.charAt(at++));
            out.append(bare ? field.replaceFirst("^[0 ]+(?=[0-9])", "") : field);
        }
        return out.toString();
    }

    private String field(char directive) {
        return switch (directive) {
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'P' -> time.getHour() < 12 ? "am" : "pm";
            case 'z', 'Z' -> "";
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            case 'c' -> format(time, "%a %b %e %H:%M:%S %Y");
            case 'D', 'x' -> format(time, "%m/%d/%y");
            case 'F' -> format(time, "%Y-%m-%d");
            case 'R' -> format(time, "%H:%M");
            case 'r' -> format(time, "%I:%M:%S %p");
            case 'T', 'X' -> format(time, "%H:%M:%S");
            default -> number(directive);
        };
    }

    private String number(char directive) {
        int twelve = (time.getHour() + 11) % 12 + 1;
        int sunday = time.getDayOfWeek().getValue() % 7;
        return switch (directive) {
            case 'd' -> padded("%02d", time.getDayOfMonth());
            case 'e' -> padded("%2d", time.getDayOfMonth());
            case 'H' -> padded("%02d", time.getHour());
            case 'I' -> padded("%02d", twelve);
            case 'k' -> padded("%2d", time.getHour());
            case 'l' -> padded("%2d", twelve);
            case 'j' -> padded("%03d", time.getDayOfYear());
            case 'm' -> padded("%02d", time.getMonthValue());
            case 'M' -> padded("%02d", time.getMinute());
            case 'S' -> padded("%02d", time.getSecond());
            case 'f' -> padded("%06d", time.getNano() / 1000);
            case 'y' -> padded("%02d", time.getYear() % 100);
            case 'Y' -> padded("%d", time.getYear());
            case 'C' -> padded("%02d", time.getYear() / 100);
            case 'G' -> padded("%d", time.get(IsoFields.WEEK_BASED_YEAR));
            case 'g' -> padded("%02d", time.get(IsoFields.WEEK_BASED_YEAR) % 100);
            case 'V' -> padded("%02d", time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case 'u' -> padded("%d", time.getDayOfWeek().getValue());
            case 'w' -> padded("%d", sunday);
            case 'U' -> padded("%02d", (time.getDayOfYear() + 6 - sunday) / 7);
            case 'W' -> padded("%02d", (time.getDayOfYear() + 6 - (sunday + 6) % 7) / 7);
            default -> throw PyError.unsupported("the date format %" + directive);
        };
    }

    private static String padded(String format, int number) {
        return String.format(Locale.ROOT, format, number);
    }
}
