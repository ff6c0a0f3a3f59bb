package org.tornadomla.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tornadomla.error.TemplateException;

/** What a template cannot do: reach Java, run for ever, fill the memory, or say nothing about why it is refused. */
class TemplateBoundsTest {

    private static final String[] ENDLESS = {
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f(x) %}{{ f(x) }}{{ f(x) }}{% endmacro %}{{ f(1) }}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{{ 'a' * 10 ** 12 }}", "{{ [1] * 10 ** 12 }}", "{{ 'ab'.center(10 ** 12) }}",
        "{{ '%999999d' % 1 }}{{ '{:999999999}'.format(1) }}", "{{ 10 ** (10 ** 10) }}", "{{ 3 ** 99999999 }}",
        "{{ '%.999f' % 1.5 }}{{ '{:.99999999f}'.format(1.5) }}",
        "{% set n = namespace(s='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}",
        "{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l == n.l[:] }}{{ n.l|tojson }}",
        "{% set n = namespace(d={}) %}{% for i in range(99) %}{% set n.d = {'a': n.d, 'b': n.d} %}{% endfor %}{{ n.d|string|length }}",
        "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}",
        "{{ 'aaaaaaaaaa'.replace('', 'b' * 9999).replace('', 'c' * 9999) }}",
        "{% set x %}{% for i in range(99999) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}{% endset %}{{ x * 99 }}",
        "{{ range(99999)|batch(1)|list|length }}{{ range(99999)|sort|list }}{{ range(99999)|list|string }}",
        "{{ ('a,' * 99999).split(',')|join('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') }}",
        "{{ ' ' * 999999 }}{{ 'x'|indent(999999999) }}", "{{ ('x\n' * 9999)|indent(9999) }}",
        "{{ 'é'.ljust(999999999999) }}{{ 1|round(999999999) }}{{ 1.5|round(-999999999) }}",};

    private static final String[] ESCAPES = {"{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ x.getClass() }}",
        "{{ x.class.name }}", "{{ ''['__class__'].__base__ }}", "{{ ''|attr('__class__')|attr('mro') }}",
        "{{ '{0.__class__.__mro__}'.format('')[0].x.y }}", "{{ range.__globals__.y }}",
        "{{ namespace.__init__.__globals__['os'] }}", "{{ cycler.__init__.x }}", "{{ x.forName('java.io.File') }}",
        "{{ self.x }}", "{% include '/etc/passwd' %}", "{% import 'os' as os %}", "{% from 'os' import path %}",
        "{% extends 'x' %}", "{{ x.wait() }}", "{{ l.stream() }}", "{{ l.add(1) }}", "{{ l.append(1) }}",
        "{{ d.update({}) }}", "{{ d.clear() }}", "{{ d.put('a', 1) }}", "{{ ''.join.__self__.x }}",
        "{{ lipsum.__globals__ .x }}", "{{ loop.__init__.x }}", "{{ dict.mro() }}", "{{ x.toString() }}"};

    private static String render(String source) {
        return Template.of("bounded", source).render(Map.of("x", "text", "l", List.of(1), "d", Map.of("a", 1)),
                () -> null);
    }

    @Test
    void whatNeverEndsIsRefused() {
        for (String source : ENDLESS) {
            assertThrows(TemplateException.class, () -> render(source), source);
        }
    }

    @Test
    void nothingOfJavaOrPythonIsInReach() {
        for (String source : ESCAPES) {
            assertThrows(TemplateException.class, () -> render(source), source);
        }
    }

    @Test
    void constructsThatNestTooDeepAreRefused() {
        for (String[] nest : new String[][]{{"{{ ", "(", "1", ")", " }}"}, {"{{ ", "[", "1", "]", " }}"},
            {"{{ ", "not ", "1", "", " }}"}, {"{{ ", "-", "1", "", " }}"}, {"{{ 1", "|abs", "", "", " }}"},
            {"{{ x", ".a", "", "", " }}"}, {"{{ 1", " + 1", "", "", " ~ x.a.b }}"},
            {"", "{% if true %}", "x", "{% endif %}", ""}, {"", "{% for i in l %}", "x", "{% endfor %}", ""},
            {"{{ ", "1 if x else ", "1", "", " }}"}, {"", "{% macro f() %}", "", "{% endmacro %}", ""}}) {
            String source = nest[0] + nest[1].repeat(20_000) + nest[2] + nest[3].repeat(20_000) + nest[4];
            assertThrows(TemplateException.class, () -> render(source), nest[1]);
        }
        assertThrows(TemplateException.class, () -> Template.of("long", " ".repeat(2_000_000)));
    }

    @Test
    void deepValuesAreRefused() {
        Object deep = 1;
        for (int i = 0; i < 10_000; i++) {
            List<Object> around = new ArrayList<>();
            around.add(deep);
            deep = around;
        }
        Map<String, Object> variables = Map.of("x", deep);
        assertThrows(TemplateException.class, () -> Template.of("deep", "{{ x }}").render(variables, () -> null));
    }

    @Test
    void otherValuesThanThoseOfJsonAreRefused() {
        assertThrows(TemplateException.class,
                () -> Template.of("given", "").render(Map.of("x", new Object()), () -> null));
        assertThrows(TemplateException.class,
                () -> Template.of("given", "").render(Map.of("x", List.of(Thread.currentThread())), () -> null));
    }

    @Test
    void largeConversationsHaveRoom() {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            messages.add(Map.of("role", "user", "content", "words ".repeat(100)));
        }
        String text = Template.of("large",
                "{% for m in messages %}{% if loop.index > 1 and messages[loop.index0 - 1].role == m.role %}"
                        + "{{ '<' ~ m.role ~ '>' + m['content'].strip() | replace('w', 'W') + '\n' }}{% endif %}{% endfor %}")
                .render(Map.of("messages", messages), () -> null);
        assertEquals(4_999 * ("<user>".length() + 600), text.length());
    }

    @Test
    void messagesNameTemplateLineAndConstruct() {
        String[][] cases = {{"a\n{{ x|nosuch }}", "line 2", "filter \"nosuch\""},
            {"{{ x.upper(1) }}", "line 1", "upper()"}, {"\n\n{% include 'a' %}", "line 3", "\"include\""},
            {"{{ 1 }}\n{% if x %}\n{{ 'a' + 1 }}{% endif %}", "line 3", "concatenate"},
            {"{{ nosuch.a }}", "line 1", "'nosuch' is undefined"}, {"{{ x\n~ l.pop() }}", "line 2", "'pop'"},
            {"{{ raise_exception('user first') }}", "line 1", "user first"},
            {"{{ x|pprint }}", "line 1", "filter \"pprint\" is not supported"},
            {"{{ x is nosuch }}", "line 1", "test \"nosuch\""}, {"\n{{ 'abc }}", "line 2", "string"},
            {"{{ 1 ! 2 }}", "line 1", "'!'"}, {"{% for x in l %}\n", "line 1", "endfor"}, {"{# x", "line 1", "comment"},
            {"{{ x.encode() }}", "line 1", "encode()"}};
        for (String[] example : cases) {
            TemplateException e = assertThrows(TemplateException.class, () -> render(example[0]), example[0]);
            assertTrue(e.getMessage().startsWith("template \"bounded\", " + example[1])
                    && e.getMessage().contains(example[2]), e.getMessage());
            assertEquals("line " + e.line(), example[1]);
        }
    }
}
