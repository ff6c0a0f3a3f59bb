// Writes the C of one kernel, statement by statement. Each family of instructions is in a file of its own.
#pragma once

#include <functional>
#include <sstream>

#include "ptx.hpp"

namespace ptx {

class Emitter {
 public:
  Emitter(const Module& module, const Kernel& kernel, int number) : module_(module), kernel_(kernel), number_(number) {}

  // The function, with the line of its table behind it.
  std::string function();
  std::string info() const;

  // ---- the statement at work ----

  // Takes a modifier from the instruction's name; what nobody takes is refused.
  bool take(const std::string& modifier);
  // The first of some modifiers that is there, or the default.
  std::string oneOf(const std::vector<std::string>& modifiers, const std::string& otherwise);
  Type type();
  // RN, RZ, RM or RP.
  std::string rounding(const std::string& otherwise = "RN");
  [[noreturn]] void refuse(const std::string& why) const;

  size_t count() const { return statement_->operands.size(); }
  const Operand& operand(size_t index) const;
  int line() const { return statement_->line; }

  // An operand's bits, as an unsigned number of a width.
  std::string value(const Operand& operand, int bits) const;
  std::string value(size_t index, const Type& type) const { return value(operand(index), type.width()); }
  // A predicate as 0 or 1.
  std::string predicate(const Operand& operand) const;
  // "dest = value", the value having a type.
  std::string set(const Operand& destination, const Type& type, const std::string& value) const;
  void assign(const Type& type, const std::string& value) { out_ << set(operand(0), type, value); }
  // Assigns a function of operands 1 to count, lane by lane; with sat and ftz where they were taken.
  void assignLanes(const Type& type, int inputs, bool ftz, bool sat, const std::function<std::string(const std::vector<std::string>&)>& of);

  std::ostringstream& out() { return out_; }
  // C that points to what an address names, checked.
  std::string pointer(const Operand& address, const std::string& space, int bytes);
  // The address of a variable in its space.
  std::string symbol(const std::string& name, int64_t offset) const;
  void waits() { waits_++; }
  const Statement& statement() const { return *statement_; }
  const Kernel& kernel() const { return kernel_; }

 private:
  void emit(const Statement& statement);
  std::string offsetOf(const Operand& address) const;
  const Variable* variable(const std::string& name, std::string& space) const;

  const Module& module_;
  const Kernel& kernel_;
  int number_;
  std::ostringstream out_;
  const Statement* statement_ = nullptr;
  std::vector<std::string> modifiers_;
  int sites_ = 0;
  int waits_ = 0;
};

using Instruction = void (*)(Emitter&);
using Instructions = std::map<std::string, Instruction>;

// The families, opcode by opcode.
const Instructions& floats();
const Instructions& integers();
const Instructions& comparisons();
const Instructions& conversions();
const Instructions& memory();
const Instructions& control();

inline std::string unsignedC(int bits) { return "uint" + std::to_string(bits) + "_t"; }
inline std::string signedC(int bits) { return "int" + std::to_string(bits) + "_t"; }

}  // namespace ptx
