// Instructions on floats, and those that floats and whole numbers share.
#include "emitter.hpp"

namespace ptx {
namespace {

using Arguments = std::vector<std::string>;

std::string call(const std::string& function, const Arguments& arguments, const std::string& last = "") {
  std::string text;
  for (const std::string& argument : arguments) {
    text += (text.empty() ? "" : ", ") + argument;
  }
  return function + "(" + text + (last.empty() ? "" : ", " + last) + ")";
}

bool wide(const Type& type) { return type.kind == 'f' && type.bits == 64; }

void refuseUnlessFloat(Emitter& e, const Type& type) {
  if (!type.isFloat()) {
    e.refuse("its type");
  }
}

void refuseUnlessWhole(Emitter& e, const Type& type) {
  if (type.kind != 's' && type.kind != 'u') {
    e.refuse("its type");
  }
}

// add, sub, mul and fma of floats, with rounding, ftz and sat.
void rounded(Emitter& e, const Type& type, const std::string& function, int inputs, bool minus) {
  std::string mode = e.rounding();
  bool ftz = e.take("ftz"), sat = e.take("sat");
  if (type.bits == 16 && mode != "RN") {
    e.refuse("this rounding of 16-bit floats");
  }
  e.assignLanes(type, inputs, ftz, sat, [&](const Arguments& given) {
    Arguments arguments = given;
    if (minus) {
      arguments[1] = "neg_" + type.name() + "(" + arguments[1] + ")";
    }
    return call(function + "_" + type.name(), arguments, mode);
  });
}

void sum(Emitter& e, bool minus) {
  Type type = e.type();
  if (type.isFloat()) {
    rounded(e, type, "add", 2, minus);
    return;
  }
  refuseUnlessWhole(e, type);
  std::string sign = minus ? " - " : " + ";
  std::string a = e.value(1, type), b = e.value(2, type);
  if (!e.take("sat")) {
    e.assign(type, a + sign + b);
    return;
  }
  if (type.name() != "s32") {
    e.refuse("sat for this type");
  }
  std::string exact = "(int64_t)(int32_t)" + a + sign + "(int64_t)(int32_t)" + b;
  e.out() << "int64_t t = " << exact << "; ";
  e.assign(type, "t > INT32_MAX ? INT32_MAX : t < INT32_MIN ? INT32_MIN : t");
}

void add(Emitter& e) { sum(e, false); }
void sub(Emitter& e) { sum(e, true); }

std::string product(Emitter& e, const Type& type, const std::string& half) {
  std::string a = e.value(1, type), b = e.value(2, type);
  int bits = type.bits;
  if (half == "lo") {
    return bits == 16 ? "(uint32_t)" + a + " * (uint32_t)" + b : a + " * " + b;
  }
  if (half == "hi" && bits == 64) {
    return std::string("high_") + type.kind + "64(" + a + ", " + b + ")";
  }
  if (bits == 64) {
    e.refuse("a product of 128 bits");
  }
  std::string once = type.kind == 's' ? signedC(bits) : unsignedC(bits), twice = type.kind == 's' ? signedC(2 * bits) : unsignedC(2 * bits);
  std::string whole = "(" + twice + ")(" + once + ")" + a + " * (" + twice + ")(" + once + ")" + b;
  return half == "hi" ? "(" + whole + ") >> " + std::to_string(bits) : whole;
}

// mul and mad of whole numbers, the sum being operand 3.
void wholeProduct(Emitter& e, const Type& type, bool plus) {
  refuseUnlessWhole(e, type);
  std::string half = e.oneOf({"lo", "hi", "wide"}, "");
  if (half.empty()) {
    e.refuse("neither lo, hi nor wide");
  }
  Type result = type;
  result.bits *= half == "wide" ? 2 : 1;
  std::string text = "(" + unsignedC(result.bits) + ")(" + product(e, type, half) + ")";
  e.assign(result, plus ? text + " + " + e.value(3, result) : text);
}

void mul(Emitter& e) {
  Type type = e.type();
  type.isFloat() ? rounded(e, type, "mul", 2, false) : wholeProduct(e, type, false);
}

// mad of floats is fma on every device since compute capability 2.0.
void mad(Emitter& e) {
  Type type = e.type();
  type.isFloat() ? rounded(e, type, "fma", 3, false) : wholeProduct(e, type, true);
}

void fma(Emitter& e) {
  Type type = e.type();
  refuseUnlessFloat(e, type);
  rounded(e, type, "fma", 3, false);
}

void quotient(Emitter& e, const char* name, bool floatsToo) {
  Type type = e.type();
  if (!type.isFloat()) {
    refuseUnlessWhole(e, type);
    e.assign(type, std::string(name) + "_" + type.name() + "(" + e.value(1, type) + ", " + e.value(2, type) + ")");
    return;
  }
  if (!floatsToo || type.bits == 16) {
    e.refuse("its type");
  }
  // approx and full are allowed an error of two units; here they are exact.
  bool loose = !e.oneOf({"approx", "full"}, "").empty();
  std::string mode = loose ? "RN" : e.rounding();
  bool ftz = e.take("ftz");
  e.assignLanes(type, 2, ftz, false, [&](const Arguments& a) { return call("div_" + type.name(), a, mode); });
}

void div(Emitter& e) { quotient(e, "div", true); }
void rem(Emitter& e) { quotient(e, "rem", false); }

// rcp and sqrt: exact in a rounding, or approximated.
void root(Emitter& e, const char* name) {
  Type type = e.type();
  if (type.kind != 'f' || type.bits == 16) {
    e.refuse("its type");
  }
  std::string mode = e.take("approx") ? "RN" : e.rounding();
  bool ftz = e.take("ftz");
  e.assignLanes(type, 1, ftz && !wide(type), false, [&](const Arguments& a) { return call(std::string(name) + "_" + type.name(), a, mode); });
}

void rcp(Emitter& e) { root(e, "rcp"); }
void sqrt(Emitter& e) { root(e, "sqrt"); }

void approximated(Emitter& e, const char* name, bool halvesToo, bool doublesToo) {
  Type type = e.type();
  bool fits = type.name() == "f32" || (halvesToo && type.bits == 16 && type.isFloat()) || (doublesToo && wide(type));
  if (!fits || !e.take("approx")) {
    e.refuse("its type");
  }
  bool ftz = e.take("ftz");
  e.assignLanes(type, 1, ftz && type.name() == "f32", false, [&](const Arguments& a) { return call(std::string(name) + "_" + type.name(), a); });
}

void rsqrt(Emitter& e) { approximated(e, "rsqrt", false, true); }
void sin(Emitter& e) { approximated(e, "sin", false, false); }
void cos(Emitter& e) { approximated(e, "cos", false, false); }
void lg2(Emitter& e) { approximated(e, "lg2", false, false); }
void ex2(Emitter& e) { approximated(e, "ex2", true, false); }
void tanh(Emitter& e) { approximated(e, "tanh", true, false); }

void sign(Emitter& e, const char* name) {
  Type type = e.type();
  if (type.isFloat()) {
    bool ftz = e.take("ftz");
    e.assignLanes(type, 1, ftz, false, [&](const Arguments& a) { return call(std::string(name) + "_" + type.name(), a); });
    return;
  }
  if (type.kind != 's') {
    e.refuse("its type");
  }
  std::string a = e.value(1, type);
  e.assign(type, name == std::string("neg") ? "0 - " + a : "(" + signedC(type.bits) + ")" + a + " < 0 ? 0 - " + a + " : " + a);
}

void neg(Emitter& e) { sign(e, "neg"); }
void abs(Emitter& e) { sign(e, "abs"); }

void extreme(Emitter& e, const char* name, const char* order) {
  Type type = e.type();
  if (type.isFloat()) {
    std::string nans = e.take("NaN") ? "1" : "0";
    bool ftz = e.take("ftz");
    e.assignLanes(type, 2, ftz, false, [&](const Arguments& a) { return call(std::string(name) + "_" + type.name(), a, nans); });
    return;
  }
  refuseUnlessWhole(e, type);
  std::string cast = "(" + (type.kind == 's' ? signedC(type.bits) : unsignedC(type.bits)) + ")", a = e.value(1, type), b = e.value(2, type);
  e.assign(type, cast + a + order + cast + b + " ? " + a + " : " + b);
}

void min(Emitter& e) { extreme(e, "min", " < "); }
void max(Emitter& e) { extreme(e, "max", " > "); }

void copysign(Emitter& e) {
  Type type = e.type();
  if (type.kind != 'f' || type.bits == 16) {
    e.refuse("its type");
  }
  e.assignLanes(type, 2, false, false, [&](const Arguments& a) { return call("copysign_" + type.name(), a); });
}

void testp(Emitter& e) {
  Type type = e.type();
  if (type.kind != 'f' || type.bits == 16) {
    e.refuse("its type");
  }
  std::string test = e.oneOf({"finite", "infinite", "number", "notanumber", "normal", "subnormal"}, "");
  static const std::map<std::string, std::string> tests = {{"finite", "isfinite(x)"}, {"infinite", "isinf(x)"}, {"number", "!isnan(x)"},
                                                           {"notanumber", "isnan(x)"}, {"normal", "isnormal(x)"},
                                                           {"subnormal", "fpclassify(x) == FP_SUBNORMAL"}};
  if (test.empty()) {
    e.refuse("it names no test");
  }
  e.out() << (wide(type) ? "double x = double_of(" : "float x = float_of(") << e.value(1, type) << "); ";
  e.assign({'p', 8, 1}, tests.at(test) + " ? 1 : 0");
}

}  // namespace

const Instructions& floats() {
  static const Instructions all = {{"add", add}, {"sub", sub}, {"mul", mul}, {"mad", mad}, {"fma", fma}, {"div", div}, {"rem", rem},
                                   {"rcp", rcp}, {"sqrt", sqrt}, {"rsqrt", rsqrt}, {"sin", sin}, {"cos", cos}, {"lg2", lg2}, {"ex2", ex2},
                                   {"tanh", tanh}, {"neg", neg}, {"abs", abs}, {"min", min}, {"max", max}, {"copysign", copysign},
                                   {"testp", testp}};
  return all;
}

}  // namespace ptx
