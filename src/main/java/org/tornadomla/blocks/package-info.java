/**
 * Number formats that store numbers in blocks with scales, as data: names, sizes, exact decoding, and encoding of those
 * that this library writes. Formats of GGUF are defined by llama.cpp, of compressed-tensors and OCP by their documents.
 */
package org.tornadomla.blocks;
