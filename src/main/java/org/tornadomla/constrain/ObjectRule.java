package org.tornadomla.constrain;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tornadomla.constrain.Network.Rule;
import org.tornadomla.constrain.SchemaTypes.Member;

/**
 * The rule of an object: its named members in their order, those that need not be there left out or not, then others.
 */
final class ObjectRule {

    private final Network network;
    private final JsonRules json;

    ObjectRule(Network network, JsonRules json) {
        this.network = network;
        this.json = json;
    }

    /**
     * Makes the rule.
     *
     * @param others the rule of values of further members; null when there may be none
     */
    Rule of(List<Member> members, Rule others) {
        Rule rule = network.rule();
        int close = network.state();
        network.bytes(close, '}', '}', rule.end());
        // Where no member came yet, and where one did: only then a comma stands in front of the next.
        int fresh = network.state();
        int begun = network.state();
        network.bytes(rule.start(), '{', '{', fresh);
        for (Member member : members) {
            int nextFresh = network.state();
            int nextBegun = network.state();
            int name = network.state();
            network.call(fresh, json.blank(), name);
            comma(begun, name);
            int colon = network.state();
            network.text(name, SchemaCompiler.write(TextNode.valueOf(member.name())), colon);
            int value = network.state();
            json.colon(colon, value);
            network.call(value, member.value(), nextBegun);
            if (!member.required()) {
                network.silent(fresh, nextFresh);
                network.silent(begun, nextBegun);
            }
            fresh = nextFresh;
            begun = nextBegun;
        }
        if (others != null) {
            others(members, others, fresh, begun);
        }
        network.call(fresh, json.blank(), close);
        network.call(begun, json.blank(), close);
        return rule;
    }

    /** Members of other names, any number of them, from where no member came yet and from where one did. */
    private void others(List<Member> members, Rule others, int fresh, int begun) {
        int name = network.state();
        network.call(fresh, json.blank(), name);
        comma(begun, name);
        int colon = network.state();
        network.call(name, otherName(members), colon);
        int value = network.state();
        json.colon(colon, value);
        network.call(value, others, begun);
    }

    private void comma(int from, int name) {
        int after = network.state();
        network.bytes(from, ',', ',', after);
        network.call(after, json.blank(), name);
    }

    /**
     * A name that none of the members has: a tree of their bytes, left where it is left. Escapes could spell a name of
     * a member in another way, so there are none, nor bytes beyond ASCII where a name might go on with them.
     */
    private Rule otherName(List<Member> members) {
        Rule rule = network.rule();
        Node root = new Node();
        for (Member member : members) {
            Node at = root;
            for (byte next : inside(member.name())) {
                at = at.next.computeIfAbsent(next & 0xFF, any -> new Node());
            }
            at.isName = true;
        }
        int open = network.state();
        network.bytes(rule.start(), '"', '"', open);
        int free = network.state();
        Utf8.range(network, free, 0x20, '"' - 1, free);
        Utf8.range(network, free, '"' + 1, '\\' - 1, free);
        Utf8.range(network, free, '\\' + 1, 0x10FFFF, free);
        network.bytes(free, '"', '"', rule.end());
        grow(root, open, free, rule.end());
        return rule;
    }

    private static byte[] inside(String name) {
        String quoted = SchemaCompiler.write(com.fasterxml.jackson.databind.node.TextNode.valueOf(name));
        return quoted.substring(1, quoted.length() - 1).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static final class Node {

        private final Map<Integer, Node> next = new TreeMap<>();
        private boolean isName;
    }

    private void grow(Node node, int state, int free, int end) {
        if (!node.isName) {
            network.bytes(state, '"', '"', end);
        }
        for (int value = 0x20; value < 0x80; value++) {
            Node next = node.next.get(value);
            if (next != null) {
                int deeper = network.state();
                network.bytes(state, value, value, deeper);
                grow(next, deeper, free, end);
            } else if (value != '"' && value != '\\') {
                network.bytes(state, value, value, free);
            }
        }
    }
}
