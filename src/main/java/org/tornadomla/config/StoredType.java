package org.tornadomla.config;

/** Number format that a checkpoint's configuration says its weights have, {@code torch_dtype} or {@code dtype}. */
public enum StoredType {
    /** 32-bit IEEE. */
    FLOAT32,
    /** 16-bit IEEE. */
    FLOAT16,
    /** The upper half of a 32-bit IEEE number. */
    BFLOAT16
}
