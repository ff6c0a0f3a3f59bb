// mov and cvt: bits moved, packed and converted.
#include "emitter.hpp"

namespace ptx {
namespace {

// {a, b} = c: each part takes its bits from the lowest on.
void unpack(Emitter& e, const Type& type, const Operand& to) {
  int each = type.width() / static_cast<int>(to.parts.size());
  e.out() << unsignedC(type.width()) << " t = " << e.value(1, type) << "; ";
  for (size_t i = 0; i < to.parts.size(); i++) {
    e.out() << e.set(to.parts[i], {'b', each, 1}, "t >> " + std::to_string(each * static_cast<int>(i))) << " ";
  }
}

void pack(Emitter& e, const Type& type, const Operand& from) {
  int each = type.width() / static_cast<int>(from.parts.size());
  std::string text;
  for (size_t i = 0; i < from.parts.size(); i++) {
    text += (i == 0 ? "" : " | ") + std::string("(") + unsignedC(type.width()) + ")" + e.value(from.parts[i], each) + " << " +
            std::to_string(each * static_cast<int>(i));
  }
  e.assign(type, text);
}

void mov(Emitter& e) {
  Type type = e.type();
  const Operand &to = e.operand(0), &from = e.operand(1);
  if (to.kind == Kind::Vector) {
    unpack(e, type, to);
  } else if (from.kind == Kind::Vector) {
    pack(e, type, from);
  } else if (type.kind == 'p') {
    e.assign(type, e.predicate(from));
  } else if (from.kind == Kind::Address && from.indexed && from.index.empty()) {
    int64_t bytes = e.kernel().shared.count(from.name) ? e.kernel().shared.at(from.name).type.bytes() : 0;
    if (bytes == 0) {
      e.refuse("the address of an element of this space");
    }
    e.assign(type, e.symbol(from.name, from.integer * bytes));
  } else {
    e.assign(type, e.value(1, type));
  }
}

std::string quoted(int value) { return std::to_string(value); }

// A float's value as a C double.
std::string real(const Type& type, const std::string& bits) {
  if (type.kind == 'h') {
    return "value_bf16(" + bits + ")";
  }
  return type.bits == 16 ? "value_f16(" + bits + ")" : type.bits == 32 ? "float_of(" + bits + ")" : "double_of(" + bits + ")";
}

std::string wholeToWhole(Emitter& e, const Type& to, const Type& from, bool sat) {
  std::string source = "(" + (from.kind == 's' ? signedC(from.bits) : unsignedC(from.bits)) + ")" + e.value(1, from);
  if (!sat) {
    return from.kind == 's' ? "(int64_t)" + source : "(uint64_t)" + source;
  }
  // Wide enough for every type's bounds.
  std::string low = to.kind == 's' ? "-((__int128)1 << " + quoted(to.bits - 1) + ")" : "0";
  std::string high = "((__int128)1 << " + quoted(to.kind == 's' ? to.bits - 1 : to.bits) + ") - 1";
  e.out() << "__int128 t = " << source << ", low = " << low << ", high = " << high << "; ";
  return "t < low ? low : t > high ? high : t";
}

std::string wholeToFloat(Emitter& e, const Type& to, const Type& from, const std::string& mode) {
  std::string wide = from.kind == 's' ? "(int64_t)(" + signedC(from.bits) + ")" : "(uint64_t)";
  std::string source = wide + e.value(1, from), sign = from.kind == 's' ? "s64" : "u64";
  if (to.name() == "f32") {
    return from.bits <= 32 ? "f32_of((double)(" + source + "), " + mode + ")" : "bits_f32(float_of_" + sign + "(" + source + ", " + mode + "))";
  }
  if (to.name() == "f64") {
    return "bits_f64(double_of_" + sign + "(" + source + ", " + mode + "))";
  }
  if (from.bits > 32) {
    e.refuse("64-bit numbers to 16-bit floats");
  }
  return to.name() + "_of((double)(" + source + "), " + mode + ")";
}

std::string floatToFloat(Emitter& e, const Type& to, const std::string& value, const std::string& whole, const std::string& mode) {
  std::string number = whole.empty() ? value : "whole(" + value + ", " + whole + ")";
  if (to.name() == "f64") {
    return "bits_f64(" + number + ")";
  }
  if (to.name() != "f32" && to.name() != "f16" && to.name() != "bf16") {
    e.refuse("its type");
  }
  return to.name() + "_of(" + number + ", " + mode + ")";
}

// Two floats to one pair, the first to the upper half.
void toPair(Emitter& e, const Type& to, const std::string& mode) {
  const Type single = {'f', 32, 1};
  std::string of = (to.kind == 'h' ? "bf16_of(float_of(" : "f16_of(float_of(");
  e.assign(to, "(uint32_t)" + of + e.value(1, single) + "), " + mode + ") << 16 | " + of + e.value(2, single) + "), " + mode + ")");
}

std::string wholeMode(Emitter& e) {
  static const std::map<std::string, std::string> modes = {{"rni", "RN"}, {"rzi", "RZ"}, {"rmi", "RM"}, {"rpi", "RP"}};
  std::string name = e.oneOf({"rni", "rzi", "rmi", "rpi"}, "");
  return name.empty() ? "" : modes.at(name);
}

void cvt(Emitter& e) {
  Type to = e.type(), from = e.type();
  std::string whole = wholeMode(e), mode = e.rounding();
  bool ftz = e.take("ftz"), sat = e.take("sat");
  if (to.lanes == 2 && from.name() == "f32" && e.count() == 3 && !sat) {
    toPair(e, to, mode);
    return;
  }
  if (to.lanes == 2 || from.lanes == 2 || to.kind == 'p' || from.kind == 'p') {
    e.refuse("its types");
  }
  if (!from.isFloat()) {
    std::string text = to.isFloat() ? wholeToFloat(e, to, from, mode) : wholeToWhole(e, to, from, sat);
    e.assign(to, to.isFloat() && sat ? "sat_" + to.name() + "(" + text + ")" : text);
    return;
  }
  std::string bits = e.value(1, from);
  std::string value = real(from, ftz && from.name() == "f32" ? "ftz_f32(" + bits + ")" : bits);
  if (!to.isFloat()) {
    if (whole.empty()) {
      e.refuse("a whole number of a float without a rounding");
    }
    bool wide = to.bits == 64 || from.bits == 64;
    e.assign(to, (to.kind == 's' ? "signed_of(" : "unsigned_of(") + value + ", " + quoted(to.bits) + ", " + whole + ", " + quoted(wide) + ")");
    return;
  }
  std::string text = floatToFloat(e, to, value, whole, mode);
  text = ftz && to.name() == "f32" ? "ftz_f32(" + text + ")" : text;
  e.assign(to, sat ? "sat_" + to.name() + "(" + text + ")" : text);
}

}  // namespace

const Instructions& conversions() {
  static const Instructions all = {{"mov", mov}, {"cvt", cvt}};
  return all;
}

}  // namespace ptx
