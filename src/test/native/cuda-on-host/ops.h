// What a kernel made of PTX calls, in C: this text is compiled in front of each translated module. Registers hold bits; a helper's name ends in the type
// that it reads them as.
#include <fenv.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline, unused))
#define SLOW static __attribute__((noinline, unused))

enum { RN, RZ, RM, RP };

// ---- a work-item ----

INLINE uint32_t flat_tid(const struct item *e) { return e->tid[0] + e->ntid[0] * (e->tid[1] + e->ntid[1] * e->tid[2]); }

// ---- memory ----

INLINE uint8_t *in_block(struct item *e, uint8_t *block, uint64_t size, uint64_t offset, uint32_t bytes, int line, const char *what) {
  if (__builtin_expect(offset > size || size - offset < bytes, 0)) {
    e->fail(e, line, what, offset, bytes);
  }
  if (__builtin_expect(offset % bytes != 0, 0)) {
    e->fail(e, line, "misaligned address", offset, bytes);
  }
  return block + offset;
}

INLINE uint8_t *at_global(struct item *e, uint32_t site, uint64_t address, uint32_t bytes, int line) {
  struct range *known = &e->sites[site];
  if (__builtin_expect(address < known->low || address + bytes > known->high, 0)) {
    *known = e->find(e, address, bytes);
    if (known->high == 0) {
      e->fail(e, line, "outside every allocation", address, bytes);
    }
  }
  if (__builtin_expect(address % bytes != 0, 0)) {
    e->fail(e, line, "misaligned address", address, bytes);
  }
  return (uint8_t *)address;
}

INLINE uint8_t *at_shared(struct item *e, uint64_t address, uint32_t bytes, int line) {
  return in_block(e, e->shared, e->shared_size, address, bytes, line, "outside the group's shared memory");
}

INLINE uint8_t *at_local(struct item *e, uint64_t address, uint32_t bytes, int line) {
  return in_block(e, e->local, e->local_size, address, bytes, line, "outside the work-item's local memory");
}

INLINE uint8_t *at_param(struct item *e, uint64_t address, uint32_t bytes, int line) {
  return in_block(e, e->param, e->param_size, address, bytes, line, "outside the parameters");
}

INLINE uint8_t *at_generic(struct item *e, uint32_t site, uint64_t address, uint32_t bytes, int line) {
  if (address - (uint64_t)e->shared < e->shared_size) {
    return at_shared(e, address - (uint64_t)e->shared, bytes, line);
  }
  if (address - (uint64_t)e->local < e->local_size) {
    return at_local(e, address - (uint64_t)e->local, bytes, line);
  }
  return at_global(e, site, address, bytes, line);
}

#define BYTES(bits) \
  INLINE uint##bits##_t load##bits(const uint8_t *p) { uint##bits##_t v; memcpy(&v, p, sizeof v); return v; } \
  INLINE void store##bits(uint8_t *p, uint##bits##_t v) { memcpy(p, &v, sizeof v); }
BYTES(8) BYTES(16) BYTES(32) BYTES(64)

// Replaces a word in memory by an expression of `old` at once.
#define ATOMIC(bits, result, place, expression) \
  do { \
    uint##bits##_t *atomic_place = (uint##bits##_t *)(place), old = __atomic_load_n(atomic_place, __ATOMIC_RELAXED); \
    while (!__atomic_compare_exchange_n(atomic_place, &old, (uint##bits##_t)(expression), 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) { } \
    (result) = old; \
  } while (0)

// ---- bits as floats ----

INLINE float float_of(uint32_t b) { float f; memcpy(&f, &b, 4); return f; }
INLINE double double_of(uint64_t b) { double d; memcpy(&d, &b, 8); return d; }
INLINE uint32_t raw_f32(float f) { uint32_t b; memcpy(&b, &f, 4); return b; }
INLINE uint64_t raw_f64(double d) { uint64_t b; memcpy(&b, &d, 8); return b; }
// What arithmetic gives: every NaN is PTX's one.
INLINE uint32_t bits_f32(float f) { return f != f ? 0x7fffffffu : raw_f32(f); }
INLINE uint64_t bits_f64(double d) { return d != d ? 0x7fffffffffffffffull : raw_f64(d); }

INLINE int nan_f32(uint32_t b) { return (b & 0x7fffffffu) > 0x7f800000u; }
INLINE int nan_f64(uint64_t b) { return (b & 0x7fffffffffffffffull) > 0x7ff0000000000000ull; }
INLINE int nan_f16(uint16_t b) { return (b & 0x7fffu) > 0x7c00u; }
INLINE int nan_bf16(uint16_t b) { return (b & 0x7fffu) > 0x7f80u; }

INLINE uint32_t ftz_f32(uint32_t b) { return (b & 0x7f800000u) == 0 ? b & 0x80000000u : b; }
INLINE uint16_t ftz_f16(uint16_t b) { return (b & 0x7c00u) == 0 ? b & 0x8000u : b; }

// [0, 1], and 0 for NaN.
INLINE uint32_t sat_f32(uint32_t b) { float f = float_of(b); return f > 0 ? (f < 1 ? b : 0x3f800000u) : 0; }
INLINE uint64_t sat_f64(uint64_t b) { double d = double_of(b); return d > 0 ? (d < 1 ? b : 0x3ff0000000000000ull) : 0; }

// A sum and what it lacks, exactly (Knuth's two-sum).
struct exact { double sum, rest; };
INLINE struct exact exact_sum(double a, double b) {
  struct exact r;
  r.sum = a + b;
  double v = r.sum - a;
  r.rest = isfinite(r.sum) ? (a - (r.sum - v)) + (b - v) : 0;
  return r;
}

// The exact value rounded to a float in a direction.
INLINE float rounded(struct exact x, int mode) {
  float f = (float)x.sum;
  double off = (double)f - x.sum;
  int above = off > 0 || (off == 0 && x.rest < 0), below = off < 0 || (off == 0 && x.rest > 0);
  if (isnan(x.sum) || isinf(x.sum)) {
    return f;
  }
  if (mode == RM || (mode == RZ && (x.sum > 0))) {
    return above ? nextafterf(f, -INFINITY) : f;
  }
  return below ? nextafterf(f, INFINITY) : f;
}

// The exact value in a double whose last bit says that more follows, so that a second rounding is as if it were the only one.
SLOW double odd(struct exact x) {
  uint64_t b = raw_f64(x.sum);
  if (x.rest == 0 || (b & 1)) {
    return x.sum;
  }
  return double_of((x.rest > 0) == (x.sum > 0) ? b + 1 : b - 1);
}

// A double as a float of fewer bits, in a direction. Mantissa without the leading bit.
SLOW uint32_t narrow(double d, int mantissa, int exponent_bits, int mode) {
  const int bias = (1 << (exponent_bits - 1)) - 1, total = mantissa + exponent_bits;
  const uint32_t sign = signbit(d) ? 1u << total : 0, infinity = ((1u << exponent_bits) - 1) << mantissa;
  if (d != d) {
    return (1u << total) - 1;
  }
  double size = fabs(d);
  if (isinf(size)) {
    return sign | infinity;
  }
  if (size == 0) {
    return sign;
  }
  int exponent;
  frexp(size, &exponent);
  exponent = exponent - 1 < 1 - bias ? 1 - bias : exponent - 1;
  double scaled = ldexp(size, mantissa - exponent), whole = floor(scaled), part = scaled - whole;
  int up = mode == RN ? part > 0.5 || (part == 0.5 && fmod(whole, 2) != 0) : part > 0 && (mode == (sign ? RM : RP));
  uint32_t units = (uint32_t)whole + (uint32_t)up;
  // A mantissa that reaches the leading bit raises the exponent by itself.
  uint32_t result = units < (1u << mantissa) ? units : units + ((uint32_t)(exponent + bias - 1) << mantissa);
  if (result >= infinity) {
    result = mode == RN || mode == (sign ? RM : RP) ? infinity : infinity - 1;
  }
  return sign | result;
}

INLINE float value_bf16(uint16_t b) { return float_of((uint32_t)b << 16); }
INLINE float value_f16(uint16_t b) {
  uint32_t size = b & 0x7fffu, sign = (uint32_t)(b & 0x8000u) << 16;
  if (size >= 0x7c00u) {
    return float_of(sign | 0x7f800000u | ((size & 0x3ffu) << 13));
  }
  if (size >= 0x400u) {
    return float_of(sign | ((size << 13) + 0x38000000u));
  }
  return float_of(sign | raw_f32((float)size * 0x1p-24f));
}

INLINE uint16_t f16_of(double d, int mode) { return (uint16_t)narrow(d, 10, 5, mode); }
// bfloat16 is a float's upper half, so that rounding to nearest is a sum.
INLINE uint16_t bf16_of(double d, int mode) {
  float f = (float)d;
  if (mode != RN || (double)f != d) {
    return (uint16_t)narrow(d, 7, 8, mode);
  }
  uint32_t b = raw_f32(f);
  return (uint16_t)((b + 0x7fffu + ((b >> 16) & 1)) >> 16);
}

// ---- arithmetic of floats ----

// Computed under a rounding of the processor; volatile keeps the compiler from moving it.
#define ROUNDED(type, name, parameters, expression) \
  SLOW type name parameters { \
    static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD}; \
    int before = fegetround(); \
    fesetround(modes[mode]); \
    volatile type result = expression; \
    fesetround(before); \
    return result; \
  }
ROUNDED(float, div_float, (volatile float a, volatile float b, int mode), a / b)
ROUNDED(float, sqrt_float, (volatile float a, int mode), sqrtf(a))
ROUNDED(double, add_double, (volatile double a, volatile double b, int mode), a + b)
ROUNDED(double, mul_double, (volatile double a, volatile double b, int mode), a * b)
ROUNDED(double, div_double, (volatile double a, volatile double b, int mode), a / b)
ROUNDED(double, sqrt_double, (volatile double a, int mode), sqrt(a))
ROUNDED(double, fma_double, (volatile double a, volatile double b, volatile double c, int mode), fma(a, b, c))

INLINE uint32_t add_f32(uint32_t x, uint32_t y, int mode) {
  float a = float_of(x), b = float_of(y);
  if (mode == RN) {
    return bits_f32(a + b);
  }
  // Opposite numbers give +0, but -0 when rounding downwards.
  return a == -b && a != 0 ? (mode == RM ? 0x80000000u : 0) : a == 0 && b == 0 && x != y ? (mode == RM ? 0x80000000u : 0)
      : bits_f32(rounded(exact_sum(a, b), mode));
}
INLINE uint32_t mul_f32(uint32_t x, uint32_t y, int mode) {
  float a = float_of(x), b = float_of(y);
  struct exact product = {(double)a * b, 0};
  return bits_f32(mode == RN ? a * b : rounded(product, mode));
}
INLINE uint32_t fma_f32(uint32_t x, uint32_t y, uint32_t z, int mode) {
  float a = float_of(x), b = float_of(y), c = float_of(z);
  if (mode == RN) {
    return bits_f32(fmaf(a, b, c));
  }
  double product = (double)a * b;
  if (product == -(double)c && (product != 0 || signbit(product) != signbit(c))) {
    return mode == RM ? 0x80000000u : 0;
  }
  return bits_f32(rounded(exact_sum(product, c), mode));
}
INLINE uint32_t div_f32(uint32_t x, uint32_t y, int mode) {
  return bits_f32(mode == RN ? float_of(x) / float_of(y) : div_float(float_of(x), float_of(y), mode));
}
INLINE uint32_t rcp_f32(uint32_t x, int mode) { return div_f32(0x3f800000u, x, mode); }
INLINE uint32_t sqrt_f32(uint32_t x, int mode) { return bits_f32(mode == RN ? sqrtf(float_of(x)) : sqrt_float(float_of(x), mode)); }

INLINE uint64_t add_f64(uint64_t x, uint64_t y, int mode) {
  double a = double_of(x), b = double_of(y);
  return bits_f64(mode == RN ? a + b : add_double(a, b, mode));
}
INLINE uint64_t mul_f64(uint64_t x, uint64_t y, int mode) {
  double a = double_of(x), b = double_of(y);
  return bits_f64(mode == RN ? a * b : mul_double(a, b, mode));
}
INLINE uint64_t fma_f64(uint64_t x, uint64_t y, uint64_t z, int mode) {
  double a = double_of(x), b = double_of(y), c = double_of(z);
  return bits_f64(mode == RN ? fma(a, b, c) : fma_double(a, b, c, mode));
}
INLINE uint64_t div_f64(uint64_t x, uint64_t y, int mode) {
  double a = double_of(x), b = double_of(y);
  return bits_f64(mode == RN ? a / b : div_double(a, b, mode));
}
INLINE uint64_t rcp_f64(uint64_t x, int mode) { return div_f64(0x3ff0000000000000ull, x, mode); }
INLINE uint64_t sqrt_f64(uint64_t x, int mode) { return bits_f64(mode == RN ? sqrt(double_of(x)) : sqrt_double(double_of(x), mode)); }

// 16-bit floats: the exact result, then one rounding.
#define HALVES(type, value, of) \
  INLINE uint16_t add_##type(uint16_t x, uint16_t y, int mode) { return of(odd(exact_sum(value(x), value(y))), mode); } \
  INLINE uint16_t mul_##type(uint16_t x, uint16_t y, int mode) { return of((double)value(x) * value(y), mode); } \
  INLINE uint16_t fma_##type(uint16_t x, uint16_t y, uint16_t z, int mode) { \
    return of(odd(exact_sum((double)value(x) * value(y), value(z))), mode); \
  } \
  INLINE uint16_t sat_##type(uint16_t b) { return value(b) > 0 ? (value(b) < 1 ? b : of(1, RN)) : 0; }
HALVES(f16, value_f16, f16_of)
HALVES(bf16, value_bf16, bf16_of)

// neg, abs, copysign, min and max, the same for every width: they look at bits and order only.
#define ORDERED(type, bits, value, one_nan) \
  INLINE uint##bits##_t neg_##type(uint##bits##_t b) { return b ^ (uint##bits##_t)((uint##bits##_t)1 << (bits - 1)); } \
  INLINE uint##bits##_t abs_##type(uint##bits##_t b) { return b & (uint##bits##_t)~((uint##bits##_t)1 << (bits - 1)); } \
  INLINE uint##bits##_t copysign_##type(uint##bits##_t from, uint##bits##_t to) { return abs_##type(to) | (from ^ abs_##type(from)); } \
  INLINE uint##bits##_t min_##type(uint##bits##_t a, uint##bits##_t b, int nans) { \
    if (nan_##type(a) || nan_##type(b)) return nans || (nan_##type(a) && nan_##type(b)) ? one_nan : nan_##type(a) ? b : a; \
    return value(a) < value(b) || (value(a) == value(b) && a > b) ? a : b; \
  } \
  INLINE uint##bits##_t max_##type(uint##bits##_t a, uint##bits##_t b, int nans) { \
    if (nan_##type(a) || nan_##type(b)) return nans || (nan_##type(a) && nan_##type(b)) ? one_nan : nan_##type(a) ? b : a; \
    return value(a) > value(b) || (value(a) == value(b) && a < b) ? a : b; \
  } \
  INLINE int eq_##type(uint##bits##_t a, uint##bits##_t b) { return value(a) == value(b); } \
  INLINE int lt_##type(uint##bits##_t a, uint##bits##_t b) { return value(a) < value(b); } \
  INLINE int le_##type(uint##bits##_t a, uint##bits##_t b) { return value(a) <= value(b); }
ORDERED(f16, 16, value_f16, 0x7fff)
ORDERED(bf16, 16, value_bf16, 0x7fff)
ORDERED(f32, 32, float_of, 0x7fffffffu)
ORDERED(f64, 64, double_of, 0x7fffffffffffffffull)

// Functions that PTX only promises to approximate: here the double's value, rounded once. sin and cos of a float are what they are.
INLINE uint32_t ex2_f32(uint32_t b) { return bits_f32((float)exp2((double)float_of(b))); }
INLINE uint32_t lg2_f32(uint32_t b) { return bits_f32((float)log2((double)float_of(b))); }
INLINE uint32_t sin_f32(uint32_t b) { return bits_f32((float)sin((double)float_of(b))); }
INLINE uint32_t cos_f32(uint32_t b) { return bits_f32((float)cos((double)float_of(b))); }
INLINE uint32_t tanh_f32(uint32_t b) { return bits_f32((float)tanh((double)float_of(b))); }
INLINE uint32_t rsqrt_f32(uint32_t b) { return bits_f32((float)(1 / sqrt((double)float_of(b)))); }
INLINE uint64_t rsqrt_f64(uint64_t b) { return bits_f64(1 / sqrt(double_of(b))); }
INLINE uint16_t ex2_f16(uint16_t b) { return f16_of(exp2(value_f16(b)), RN); }
INLINE uint16_t ex2_bf16(uint16_t b) { return bf16_of(exp2(value_bf16(b)), RN); }
INLINE uint16_t tanh_f16(uint16_t b) { return f16_of(tanh(value_f16(b)), RN); }
INLINE uint16_t tanh_bf16(uint16_t b) { return bf16_of(tanh(value_bf16(b)), RN); }

// ---- conversions ----

INLINE double whole(double d, int mode) { return mode == RN ? nearbyint(d) : mode == RZ ? trunc(d) : mode == RM ? floor(d) : ceil(d); }

// Whole numbers of a float are clamped to the type; NaN is 0, or the type's upper bit where 64 bits take part.
INLINE uint64_t unsigned_of(double d, int bits, int mode, int wide) {
  double w = whole(d, mode);
  if (d != d) return wide ? 1ull << (bits - 1) : 0;
  if (w <= 0) return 0;
  return w >= ldexp(1, bits) ? (bits == 64 ? ~0ull : (1ull << bits) - 1) : (uint64_t)w;
}
INLINE uint64_t signed_of(double d, int bits, int mode, int wide) {
  double w = whole(d, mode);
  if (d != d) return wide ? 1ull << (bits - 1) : 0;
  if (w >= ldexp(1, bits - 1)) return (1ull << (bits - 1)) - 1;
  return w <= -ldexp(1, bits - 1) ? (uint64_t)(-(1ll << (bits - 2)) * 2) : (uint64_t)(int64_t)w;
}

INLINE uint32_t f32_of(double d, int mode) {
  struct exact x = {d, 0};
  return bits_f32(mode == RN ? (float)d : rounded(x, mode));
}
// Whole numbers of 64 bits do not fit a double; the processor's own rounding is used.
#define FROM_WHOLE(name, type, source) \
  SLOW type name(volatile source v, int mode) { \
    static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD}; \
    int before = fegetround(); \
    fesetround(modes[mode]); \
    volatile type result = (type)v; \
    fesetround(before); \
    return result; \
  }
FROM_WHOLE(float_of_s64, float, int64_t)
FROM_WHOLE(double_of_s64, double, int64_t)
// The unsigned conversion of x86 halves first; halving with a sticky last bit keeps one rounding.
INLINE float float_of_u64(uint64_t v, int mode) {
  return v >> 63 ? 2 * float_of_s64((int64_t)((v >> 1) | (v & 1)), mode) : float_of_s64((int64_t)v, mode);
}
INLINE double double_of_u64(uint64_t v, int mode) {
  return v >> 63 ? 2 * double_of_s64((int64_t)((v >> 1) | (v & 1)), mode) : double_of_s64((int64_t)v, mode);
}

// ---- whole numbers ----

INLINE uint64_t high_u64(uint64_t a, uint64_t b) { return (uint64_t)(((unsigned __int128)a * b) >> 64); }
INLINE uint64_t high_s64(uint64_t a, uint64_t b) { return (uint64_t)(((__int128)(int64_t)a * (int64_t)b) >> 64); }

// What PTX leaves open is here as NVIDIA's devices do it: a division by zero gives all bits.
#define DIVISION(bits) \
  INLINE uint##bits##_t div_u##bits(uint##bits##_t a, uint##bits##_t b) { return b == 0 ? (uint##bits##_t)-1 : a / b; } \
  INLINE uint##bits##_t rem_u##bits(uint##bits##_t a, uint##bits##_t b) { return b == 0 ? a : a % b; } \
  INLINE uint##bits##_t div_s##bits(uint##bits##_t a, uint##bits##_t b) { \
    return b == 0 || b == (uint##bits##_t)-1 ? (b == 0 ? b - 1 : (uint##bits##_t)(0 - a)) : (uint##bits##_t)((int##bits##_t)a / (int##bits##_t)b); \
  } \
  INLINE uint##bits##_t rem_s##bits(uint##bits##_t a, uint##bits##_t b) { \
    return b == 0 || b == (uint##bits##_t)-1 ? (b == 0 ? a : 0) : (uint##bits##_t)((int##bits##_t)a % (int##bits##_t)b); \
  }
DIVISION(16) DIVISION(32) DIVISION(64)

// A shift by the width or more leaves nothing, or the sign.
INLINE uint64_t shift_left(uint64_t a, uint32_t n, uint32_t bits) { return n >= bits ? 0 : a << n; }
INLINE uint64_t shift_right(uint64_t a, uint32_t n, uint32_t bits) { return n >= bits ? 0 : a >> n; }
INLINE uint64_t shift_right_signed(int64_t a, uint32_t n, uint32_t bits) { return (uint64_t)(a >> (n >= bits ? 63 : n)); }

INLINE uint64_t extract(uint64_t a, uint32_t from, uint32_t count, uint32_t bits, int is_signed) {
  from &= 255;
  count &= 255;
  uint32_t last = from + count - 1 < bits - 1 ? from + count - 1 : bits - 1;
  uint64_t sign = is_signed && count > 0 ? (a >> last) & 1 : 0;
  uint64_t result = 0;
  for (uint32_t i = 0; i < bits; i++) {
    result |= (i < count && from + i < bits ? (a >> (from + i)) & 1 : sign) << i;
  }
  return result;
}
INLINE uint64_t insert(uint64_t a, uint64_t b, uint32_t from, uint32_t count, uint32_t bits) {
  from &= 255;
  count &= 255;
  for (uint32_t i = 0; i < count && from + i < bits; i++) {
    b = (b & ~(1ull << (from + i))) | (((a >> i) & 1) << (from + i));
  }
  return b;
}
INLINE uint64_t reversed(uint64_t a, uint32_t bits) {
  uint64_t result = 0;
  for (uint32_t i = 0; i < bits; i++) result |= ((a >> i) & 1) << (bits - 1 - i);
  return result;
}
INLINE uint32_t leading(uint64_t a, uint32_t bits) { return a == 0 ? bits : (uint32_t)__builtin_clzll(a) - (64 - bits); }
INLINE uint32_t highest(uint64_t a, uint32_t bits, int is_signed, int amount) {
  uint64_t mask = bits == 64 ? ~0ull : 0xffffffffull;
  if (is_signed && (a >> (bits - 1)) & 1) a = ~a;
  a &= mask;
  return a == 0 ? 0xffffffffu : amount ? leading(a, bits) : bits - 1 - leading(a, bits);
}
INLINE uint32_t permuted(uint32_t a, uint32_t b, uint32_t selector) {
  uint64_t both = (uint64_t)b << 32 | a;
  uint32_t result = 0;
  for (int i = 0; i < 4; i++) {
    uint32_t nibble = (selector >> (4 * i)) & 15, byte = (uint32_t)(both >> (8 * (nibble & 7))) & 255;
    result |= (nibble & 8 ? (byte & 128 ? 255u : 0) : byte) << (8 * i);
  }
  return result;
}
INLINE uint32_t table(uint32_t a, uint32_t b, uint32_t c, uint32_t lut) {
  uint32_t result = 0;
  for (int i = 0; i < 8; i++) {
    if (lut >> i & 1) result |= (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
  }
  return result;
}
INLINE uint32_t funnel(uint32_t low, uint32_t high, uint32_t n, int left, int wrap) {
  n = wrap ? n & 31 : n > 32 ? 32 : n;
  uint64_t both = (uint64_t)high << 32 | low;
  return left ? (uint32_t)((both << n) >> 32) : (uint32_t)(both >> n);
}
INLINE int32_t byte_of(uint32_t a, int i, int is_signed) { return is_signed ? (int8_t)(a >> (8 * i)) : (int32_t)(uint8_t)(a >> (8 * i)); }
INLINE uint32_t products(uint32_t a, uint32_t b, uint32_t c, int a_signed, int b_signed) {
  for (int i = 0; i < 4; i++) c += (uint32_t)(byte_of(a, i, a_signed) * byte_of(b, i, b_signed));
  return c;
}

// ---- a warp's work-items together ----

INLINE uint32_t shuffle(struct item *e, int line, uint32_t value, uint32_t lane, uint32_t mask, uint32_t *there, int in_range) {
  uint32_t own = flat_tid(e) & 31;
  e->exchange[own] = value;
  e->wait(e, line, 1, mask);
  uint32_t from = in_range ? lane & 31 : own;
  if (!(mask >> from & 1)) {
    e->fail(e, line, "a shuffle from a work-item that does not take part", from, 0);
  }
  uint32_t result = (uint32_t)e->exchange[from];
  e->wait(e, line, 1, mask);
  *there = (uint32_t)in_range;
  return result;
}
INLINE uint32_t ballot(struct item *e, int line, uint32_t predicate, uint32_t mask) {
  e->exchange[flat_tid(e) & 31] = predicate;
  e->wait(e, line, 1, mask);
  uint32_t result = 0;
  for (int i = 0; i < 32; i++) {
    if (mask >> i & 1) result |= (e->exchange[i] != 0 ? 1u : 0u) << i;
  }
  e->wait(e, line, 1, mask);
  return result;
}
