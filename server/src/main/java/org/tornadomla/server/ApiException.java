package org.tornadomla.server;

import org.tornadomla.error.MlaException;

/** A request that is refused, in the terms of OpenAI's errors: a status, a kind, a field and a code. */
final class ApiException extends MlaException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String kind;
    private final String field;
    private final String code;

    private ApiException(int status, String kind, String field, String code, String message) {
        super(message);
        this.status = status;
        this.kind = kind;
        this.field = field;
        this.code = code;
    }

    /** A field of the body that cannot be used; {@code message} says what was given and what is allowed. */
    static ApiException field(String field, String message) {
        return new ApiException(400, "invalid_request_error", field, "invalid_value", message);
    }

    /** A field that the protocol has and this server does not. */
    static ApiException unsupported(String field, String message) {
        return new ApiException(400, "invalid_request_error", field, "unsupported_parameter", message);
    }

    /** A body that is no JSON object. */
    static ApiException body(String message) {
        return new ApiException(400, "invalid_request_error", null, "invalid_json", message);
    }

    /** A prompt that leaves no room for an answer. */
    static ApiException tooLong(String field, String message) {
        return new ApiException(400, "invalid_request_error", field, "context_length_exceeded", message);
    }

    /** A request without the right key. */
    static ApiException unauthorized() {
        return new ApiException(401, "authentication_error", null, "invalid_api_key",
                "the key is missing or wrong; send it as Authorization: Bearer KEY");
    }

    /** A path or model that is not there. */
    static ApiException notFound(String field, String code, String message) {
        return new ApiException(404, "invalid_request_error", field, code, message);
    }

    /** A method that the path does not take. */
    static ApiException method(String given, String allowed) {
        return new ApiException(405, "invalid_request_error", null, "method_not_allowed",
                "the method is " + given + ", must be " + allowed);
    }

    /** A body that is too large. */
    static ApiException tooLarge(long allowed) {
        return new ApiException(413, "invalid_request_error", null, "request_too_large", "the body is larger than "
                + allowed + " bytes; send less, or start the server with a larger --max-body");
    }

    /** More texts than the queue takes. */
    static ApiException busy(String message) {
        return new ApiException(429, "rate_limit_error", null, "queue_full", message);
    }

    /** A failure that is not the client's. */
    static ApiException failed(String message) {
        return new ApiException(500, "server_error", null, "server_error", message);
    }

    /** A server that is being stopped. */
    static ApiException stopping() {
        return new ApiException(503, "server_error", null, "shutting_down",
                "the server is being stopped; try again later");
    }

    int status() {
        return status;
    }

    String kind() {
        return kind;
    }

    /** The field of the body, or null when it is none. */
    String field() {
        return field;
    }

    String code() {
        return code;
    }
}
