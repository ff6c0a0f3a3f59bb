package org.tornadomla.tokenizer;

import com.fasterxml.jackson.databind.json.JsonMapper;

/** The JSON reader of this package. */
final class Json {

    /** Safe for several threads. */
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {
    }
}
