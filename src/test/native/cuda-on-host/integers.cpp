// Instructions on bits and whole numbers alone.
#include "emitter.hpp"

namespace ptx {
namespace {

std::string number(int value) { return std::to_string(value); }

void bitwise(Emitter& e, const char* sign) {
  Type type = e.type();
  if (type.kind == 'p') {
    std::string a = e.predicate(e.operand(1)), b = e.predicate(e.operand(2));
    e.assign(type, a + sign + b);
    return;
  }
  e.assign(type, e.value(1, type) + sign + e.value(2, type));
}

void bitAnd(Emitter& e) { bitwise(e, " & "); }
void bitOr(Emitter& e) { bitwise(e, " | "); }
void bitXor(Emitter& e) { bitwise(e, " ^ "); }

void bitNot(Emitter& e) {
  Type type = e.type();
  e.assign(type, type.kind == 'p' ? "!" + e.predicate(e.operand(1)) : "~" + e.value(1, type));
}

void cnot(Emitter& e) {
  Type type = e.type();
  e.assign(type, e.value(1, type) + " == 0 ? 1 : 0");
}

const Type count32 = {'u', 32, 1};

void shl(Emitter& e) {
  Type type = e.type();
  e.assign(type, "shift_left(" + e.value(1, type) + ", " + e.value(2, count32) + ", " + number(type.bits) + ")");
}

void shr(Emitter& e) {
  Type type = e.type();
  std::string by = e.value(2, count32) + ", " + number(type.bits) + ")";
  e.assign(type, type.kind == 's' ? "shift_right_signed((" + signedC(type.bits) + ")" + e.value(1, type) + ", " + by
                                  : "shift_right(" + e.value(1, type) + ", " + by);
}

void shf(Emitter& e) {
  Type type = e.type();
  bool left = e.oneOf({"l", "r"}, "") == "l", wrap = e.oneOf({"wrap", "clamp"}, "") == "wrap";
  e.assign(type, "funnel(" + e.value(1, type) + ", " + e.value(2, type) + ", " + e.value(3, type) + ", " + number(left) + ", " + number(wrap) + ")");
}

const Type result32 = {'u', 32, 1};

void popc(Emitter& e) { Type type = e.type(); e.assign(result32, "__builtin_popcountll(" + e.value(1, type) + ")"); }
void clz(Emitter& e) { Type type = e.type(); e.assign(result32, "leading(" + e.value(1, type) + ", " + number(type.bits) + ")"); }
void brev(Emitter& e) { Type type = e.type(); e.assign(type, "reversed(" + e.value(1, type) + ", " + number(type.bits) + ")"); }

void bfind(Emitter& e) {
  Type type = e.type();
  bool amount = e.take("shiftamt");
  e.assign(result32, "highest(" + e.value(1, type) + ", " + number(type.bits) + ", " + number(type.kind == 's') + ", " + number(amount) + ")");
}

void bfe(Emitter& e) {
  Type type = e.type();
  e.assign(type, "extract(" + e.value(1, type) + ", " + e.value(2, count32) + ", " + e.value(3, count32) + ", " + number(type.bits) + ", " +
                     number(type.kind == 's') + ")");
}

void bfi(Emitter& e) {
  Type type = e.type();
  e.assign(type, "insert(" + e.value(1, type) + ", " + e.value(2, type) + ", " + e.value(3, count32) + ", " + e.value(4, count32) + ", " +
                     number(type.bits) + ")");
}

void prmt(Emitter& e) {
  Type type = e.type();
  e.assign(type, "permuted(" + e.value(1, type) + ", " + e.value(2, type) + ", " + e.value(3, type) + ")");
}

void lop3(Emitter& e) {
  Type type = e.type();
  e.assign(type, "table(" + e.value(1, type) + ", " + e.value(2, type) + ", " + e.value(3, type) + ", " + e.value(4, type) + ")");
}

void sad(Emitter& e) {
  Type type = e.type();
  std::string cast = "(" + (type.kind == 's' ? signedC(type.bits) : unsignedC(type.bits)) + ")", a = e.value(1, type), b = e.value(2, type);
  e.assign(type, e.value(3, type) + " + (" + cast + a + " < " + cast + b + " ? " + b + " - " + a + " : " + a + " - " + b + ")");
}

void dp4a(Emitter& e) {
  Type a = e.type(), b = e.type();
  e.assign(result32, "products(" + e.value(1, a) + ", " + e.value(2, b) + ", " + e.value(3, result32) + ", " + number(a.kind == 's') + ", " +
                         number(b.kind == 's') + ")");
}

}  // namespace

const Instructions& integers() {
  static const Instructions all = {{"and", bitAnd}, {"or", bitOr}, {"xor", bitXor}, {"not", bitNot}, {"cnot", cnot}, {"shl", shl}, {"shr", shr},
                                   {"shf", shf}, {"popc", popc}, {"clz", clz}, {"brev", brev}, {"bfind", bfind}, {"bfe", bfe}, {"bfi", bfi},
                                   {"prmt", prmt}, {"lop3", lop3}, {"sad", sad}, {"dp4a", dp4a}};
  return all;
}

}  // namespace ptx
