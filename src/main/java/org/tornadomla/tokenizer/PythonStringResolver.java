package org.tornadomla.tokenizer;

import java.beans.FeatureDescriptor;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;

/**
 * The methods of Python strings that chat templates call, and the character at an index. Jinjava alone offers those of
 * Java's strings, where some do not exist and {@code split} takes a regular expression.
 */
final class PythonStringResolver extends ELResolver {

    @Override
    public Object invoke(ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
        if (!(base instanceof CharSequence)) {
            return null;
        }
        Object result = call(base.toString(), method.toString(), arguments == null ? new Object[0] : arguments);
        context.setPropertyResolved(result != null);
        return result;
    }

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        // Jinjava hands over an index as a text.
        if (!(base instanceof CharSequence text) || !String.valueOf(property).matches("-?\\d{1,9}")) {
            return null;
        }
        int given = Integer.parseInt(property.toString());
        int index = given < 0 ? text.length() + given : given;
        if (index < 0 || index >= text.length()) {
            return null;
        }
        context.setPropertyResolved(true);
        return String.valueOf(text.charAt(index));
    }

    /** The method's result; null where there is no such method. */
    private static Object call(String text, String method, Object[] arguments) {
        String argument = arguments.length > 0 && arguments[0] != null ? arguments[0].toString() : null;
        return switch (method) {
            case "strip" -> stripEnd(stripStart(text, argument), argument);
            case "lstrip" -> stripStart(text, argument);
            case "rstrip" -> stripEnd(text, argument);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "startswith" -> argument == null ? null : (Object) text.startsWith(argument);
            case "endswith" -> argument == null ? null : (Object) text.endsWith(argument);
            case "split" -> split(text, argument, arguments.length > 1 ? ((Number) arguments[1]).intValue() : -1);
            default -> null;
        };
    }

    private static List<String> split(String text, String separator, int most) {
        if (separator == null) {
            String stripped = text.strip();
            return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+", most < 0 ? 0 : most + 1));
        }
        return List.of(text.split(Pattern.quote(separator), most < 0 ? -1 : most + 1));
    }

    private static String stripStart(String text, String characters) {
        int start = 0;
        while (start < text.length() && strips(text.charAt(start), characters)) {
            start++;
        }
        return text.substring(start);
    }

    private static String stripEnd(String text, String characters) {
        int end = text.length();
        while (end > 0 && strips(text.charAt(end - 1), characters)) {
            end--;
        }
        return text.substring(0, end);
    }

    private static boolean strips(char character, String characters) {
        return characters == null ? Character.isWhitespace(character) : characters.indexOf(character) >= 0;
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        // Strings have nothing to set; the next resolver says so.
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return null;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return null;
    }
}
