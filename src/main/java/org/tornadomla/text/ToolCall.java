package org.tornadomla.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A tool that a model calls.
 *
 * @param id        what the model itself calls the call; only some families do
 * @param name      name of the tool
 * @param arguments what the tool is given
 */
public record ToolCall(Optional<String> id, String name, ObjectNode arguments) {
}
