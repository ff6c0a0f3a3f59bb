package org.tornadomla.server;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Errors in OpenAI's form: {@code {"error": {"message", "type", "param", "code"}}}. */
final class ErrorBody {

    private ErrorBody() {
    }

    static ObjectNode of(ApiException failure) {
        ObjectNode body = Exchange.JSON.createObjectNode();
        body.putObject("error").put("message", failure.getMessage()).put("type", failure.kind())
                .put("param", failure.field()).put("code", failure.code());
        return body;
    }
}
