// Loads, stores, addresses and what changes memory at once.
#include "emitter.hpp"

namespace ptx {
namespace {

// Which caches hold the bytes and who sees them when does not matter here: everything is seen at once.
void takeOrders(Emitter& e) {
  for (const char* order : {"volatile", "relaxed", "acquire", "release", "acq_rel", "weak", "gpu", "cta", "sys", "cluster", "ca", "cg", "cs", "lu",
                            "cv", "wb", "wt", "nc", "L1::evict_normal", "L1::evict_first", "L1::evict_last", "L1::no_allocate",
                            "L1::evict_unchanged", "L2::64B", "L2::128B", "L2::256B"}) {
    e.take(order);
  }
}

std::string space(Emitter& e) {
  return e.oneOf({"global", "shared", "local", "param", "const", "param::entry", "shared::cta"}, "");
}

// In C there is one name a space.
std::string plain(const std::string& name) { return name.substr(0, name.find("::")); }

int elements(Emitter& e) {
  std::string width = e.oneOf({"v2", "v4", "v8"}, "");
  return width.empty() ? 1 : width[1] - '0';
}

std::string at(int index, const Type& type) { return "p + " + std::to_string(index * type.bytes()); }

std::vector<Operand> partsOf(Emitter& e, const Operand& operand, int count) {
  std::vector<Operand> parts = operand.kind == Kind::Vector ? operand.parts : std::vector<Operand>{operand};
  if (static_cast<int>(parts.size()) != count) {
    e.refuse("a vector of another length");
  }
  return parts;
}

void ld(Emitter& e) {
  Type type = e.type();
  std::string from = plain(space(e));
  takeOrders(e);
  int count = elements(e);
  std::vector<Operand> parts = partsOf(e, e.operand(0), count);
  std::string width = std::to_string(type.width());
  e.out() << "const uint8_t *p = " << e.pointer(e.operand(1), from, count * type.bytes()) << "; ";
  for (int i = 0; i < count; i++) {
    // Two halves of a pair, or a value of its own: read before a register that is also the address is written.
    e.out() << unsignedC(type.width()) << " t" << i << " = load" << width << "(" << at(i, type) << "); ";
  }
  for (int i = 0; i < count; i++) {
    e.out() << e.set(parts[static_cast<size_t>(i)], type, "t" + std::to_string(i)) << " ";
  }
}

void st(Emitter& e) {
  Type type = e.type();
  std::string to = plain(space(e));
  takeOrders(e);
  int count = elements(e);
  if (to == "const" || to == "param") {
    e.refuse("a store to " + to);
  }
  std::vector<Operand> parts = partsOf(e, e.operand(1), count);
  e.out() << "uint8_t *p = " << e.pointer(e.operand(0), to, count * type.bytes()) << "; ";
  for (int i = 0; i < count; i++) {
    e.out() << "store" << type.width() << "(" << at(i, type) << ", " << e.value(parts[static_cast<size_t>(i)], type.width()) << "); ";
  }
}

void cvta(Emitter& e) {
  Type type = e.type();
  bool to = e.take("to");
  std::string of = plain(space(e)), value = e.value(1, type);
  if (of.empty() || of == "param") {
    e.refuse("its space");
  }
  bool moved = of == "shared" || of == "local";
  e.assign(type, moved ? value + (to ? " - " : " + ") + "(uint64_t)e->" + of : value);
}

void isspacep(Emitter& e) {
  const Type type = {'u', 64, 1};
  std::string of = plain(space(e)), value = e.value(1, type);
  auto in = [&](const std::string& block) { return "(" + value + " - (uint64_t)e->" + block + " < e->" + block + "_size)"; };
  if (of != "shared" && of != "local" && of != "global") {
    e.refuse("its space");
  }
  e.assign({'p', 8, 1}, of == "global" ? "!" + in("shared") + " && !" + in("local") : in(of));
}

void prefetch(Emitter& e) {
  space(e);
  if (e.oneOf({"L1", "L2"}, "").empty()) {
    e.refuse("its cache");
  }
}

// What an atomic operation leaves in memory, from the old word and an operand.
std::string replaced(Emitter& e, const Type& type, const std::string& operation, const std::string& b) {
  std::string cast = "(" + (type.kind == 's' ? signedC(type.bits) : unsignedC(type.bits)) + ")";
  static const std::map<std::string, std::string> signs = {{"and", " & "}, {"or", " | "}, {"xor", " ^ "}};
  if (operation == "exch") {
    return b;
  }
  if (operation == "add") {
    return type.isFloat() ? "add_" + type.name() + "(old, " + b + ", RN)" : "old + " + b;
  }
  if (signs.count(operation) && type.kind == 'b') {
    return "old" + signs.at(operation) + b;
  }
  if ((operation == "min" || operation == "max") && !type.isFloat()) {
    return cast + "old " + (operation == "min" ? "<" : ">") + " " + cast + b + " ? old : " + b;
  }
  if (operation == "inc" && type.name() == "u32") {
    return "old >= " + b + " ? 0 : old + 1";
  }
  if (operation == "dec" && type.name() == "u32") {
    return "old == 0 || old > " + b + " ? " + b + " : old - 1";
  }
  e.refuse("this operation on this type");
}

// The operands of red stand one place before those of atom, which also has a result.
void atomic(Emitter& e, size_t first) {
  Type type = e.type();
  std::string in = plain(space(e));
  takeOrders(e);
  e.take("noftz");
  std::string operation = e.oneOf({"add", "exch", "cas", "and", "or", "xor", "min", "max", "inc", "dec"}, "");
  if (type.lanes != 1 || (in != "global" && in != "shared" && !in.empty())) {
    e.refuse("its type or space");
  }
  std::string b = e.value(first + 1, type);
  e.out() << unsignedC(type.bits) << " t; uint8_t *p = " << e.pointer(e.operand(first), in, type.bytes()) << "; ";
  std::string next = operation == "cas" ? "old == " + b + " ? " + e.value(first + 2, type) + " : old" : replaced(e, type, operation, b);
  e.out() << "ATOMIC(" << type.bits << ", t, p, " << next << "); ";
  if (first == 1) {
    e.assign(type, "t");
  }
}

void atom(Emitter& e) { atomic(e, 1); }
void red(Emitter& e) { atomic(e, 0); }

}  // namespace

const Instructions& memory() {
  static const Instructions all = {{"ld", ld}, {"ldu", ld}, {"st", st}, {"cvta", cvta}, {"isspacep", isspacep}, {"prefetch", prefetch},
                                   {"prefetchu", prefetch}, {"atom", atom}, {"red", red}};
  return all;
}

}  // namespace ptx
