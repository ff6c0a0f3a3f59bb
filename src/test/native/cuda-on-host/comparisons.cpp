// Instructions that compare and choose.
#include "emitter.hpp"

namespace ptx {
namespace {

// A comparison of whole numbers or floats as C, or nothing when its name is unknown.
std::string wholeComparison(const std::string& name, const Type& type, const std::string& a, const std::string& b) {
  static const std::map<std::string, std::string> signs = {{"eq", "=="}, {"ne", "!="}, {"lt", "<"}, {"le", "<="}, {"gt", ">"}, {"ge", ">="},
                                                           {"lo", "<"}, {"ls", "<="}, {"hi", ">"}, {"hs", ">="}};
  auto found = signs.find(name);
  if (found == signs.end()) {
    return "";
  }
  std::string cast = "(" + (type.kind == 's' ? signedC(type.bits) : unsignedC(type.bits)) + ")";
  return cast + a + " " + found->second + " " + cast + b;
}

std::string floatComparison(const std::string& name, const Type& type, const std::string& a, const std::string& b) {
  std::string of = "_" + type.name() + "(", both = "(" + std::string("nan") + of + a + ") || nan" + of + b + "))";
  std::string order = name.substr(0, 2), text;
  if (name == "num" || name == "nan") {
    return (name == "num" ? "!" : "") + both;
  }
  if (order == "eq" || order == "lt" || order == "le") {
    text = order + of + a + ", " + b + ")";
  } else if (order == "gt" || order == "ge") {
    text = (order == "gt" ? "lt" : "le") + of + b + ", " + a + ")";
  } else if (order == "ne") {
    text = "!eq" + of + a + ", " + b + ")";
  } else {
    return "";
  }
  return name.size() == 3 ? "(" + both + " || " + text + ")" : "(!" + both + " && " + text + ")";
}

std::string compared(Emitter& e, const Type& type) {
  std::string name = e.oneOf({"eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs", "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan"}, "");
  std::string a = e.value(1, type), b = e.value(2, type);
  bool ftz = e.take("ftz");
  if (ftz) {
    a = "ftz_" + type.name() + "(" + a + ")";
    b = "ftz_" + type.name() + "(" + b + ")";
  }
  std::string text = name.empty() || type.lanes != 1 || type.kind == 'p' ? ""
      : type.isFloat() ? floatComparison(name, type, a, b) : wholeComparison(name, type, a, b);
  if (text.empty()) {
    e.refuse("this comparison of this type");
  }
  return "(" + text + ")";
}

// Joined to the predicate in operand 3 where the name says how.
std::string joined(Emitter& e, const std::string& test) {
  std::string by = e.oneOf({"and", "or", "xor"}, "");
  if (by.empty()) {
    return test;
  }
  return "((" + test + " ? 1 : 0) " + (by == "and" ? "&" : by == "or" ? "|" : "^") + " (" + e.predicate(e.operand(3)) + "))";
}

void setp(Emitter& e) {
  Type type = e.type();
  std::string by = "";
  e.out() << "int t = " << compared(e, type) << "; ";
  const Type predicate = {'p', 8, 1};
  const Operand& to = e.operand(0);
  const std::string modifiers = e.statement().text;
  bool join = modifiers.find(".and") != std::string::npos || modifiers.find(".or") != std::string::npos || modifiers.find(".xor") != std::string::npos;
  if (to.kind != Kind::Vector) {
    e.assign(predicate, joined(e, "t") + " ? 1 : 0");
    return;
  }
  std::string first = joined(e, "t"), second = "!t";
  if (join) {
    second = first;
    second.replace(second.find("(t ? 1 : 0)"), 11, "(t ? 0 : 1)");
  }
  e.out() << "int u = " << first << ", v = " << second << "; ";
  e.out() << e.set(to.parts[0], predicate, "u ? 1 : 0") << " " << e.set(to.parts[1], predicate, "v ? 1 : 0");
}

void set(Emitter& e) {
  Type result = e.type(), type = e.type();
  std::string test = joined(e, compared(e, type));
  std::string yes = result.isFloat() ? "0x3f800000u" : "0xffffffffu";
  if (result.bits != 32) {
    e.refuse("its type");
  }
  e.assign(result, test + " ? " + yes + " : 0");
}

void selp(Emitter& e) {
  Type type = e.type();
  e.assign(type, e.predicate(e.operand(3)) + " ? " + e.value(1, type) + " : " + e.value(2, type));
}

void slct(Emitter& e) {
  Type type = e.type(), by = e.type();
  std::string c = e.value(3, by);
  bool ftz = e.take("ftz");
  if (by.name() != "s32" && by.name() != "f32") {
    e.refuse("its type");
  }
  // ftz makes small negative numbers -0, which is not below 0.
  std::string test = by.kind == 's' ? "(int32_t)" + c + " >= 0" : "float_of(" + (ftz ? "ftz_f32(" + c + ")" : c) + ") >= 0";
  e.assign(type, test + " ? " + e.value(1, type) + " : " + e.value(2, type));
}

}  // namespace

const Instructions& comparisons() {
  static const Instructions all = {{"setp", setp}, {"set", set}, {"selp", selp}, {"slct", slct}};
  return all;
}

}  // namespace ptx
