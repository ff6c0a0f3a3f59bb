#include "emitter.hpp"

#include <algorithm>
#include <cstring>

namespace ptx {
namespace {

// Registers that the device fills, as C. Names that are missing here are refused.
const std::map<std::string, std::string>& specials() {
  static std::map<std::string, std::string> names = {
      {"%laneid", "(flat_tid(e) & 31)"},
      {"%warpid", "(flat_tid(e) >> 5)"},
      {"%nwarpid", "((e->ntid[0] * e->ntid[1] * e->ntid[2] + 31) / 32)"},
      {"%lanemask_eq", "(1u << (flat_tid(e) & 31))"},
      {"%lanemask_lt", "((1u << (flat_tid(e) & 31)) - 1)"},
      {"%lanemask_le", "((2u << (flat_tid(e) & 31)) - 1)"},
      {"%lanemask_gt", "(~((2u << (flat_tid(e) & 31)) - 1))"},
      {"%lanemask_ge", "(~((1u << (flat_tid(e) & 31)) - 1))"}};
  if (names.size() < 10) {
    for (const char* name : {"tid", "ntid", "ctaid", "nctaid"}) {
      for (int i = 0; i < 3; i++) {
        names["%" + std::string(name) + "." + "xyz"[i]] = "e->" + std::string(name) + "[" + std::to_string(i) + "]";
      }
    }
  }
  return names;
}

const std::vector<const Instructions*>& families() {
  static const std::vector<const Instructions*> all = {&floats(), &integers(), &comparisons(), &conversions(), &memory(), &control()};
  return all;
}

std::string hexadecimal(uint64_t bits, int width) {
  char text[40];
  snprintf(text, sizeof text, "(%s)0x%llxull", unsignedC(width).c_str(), static_cast<unsigned long long>(bits));
  return text;
}

std::string floatBits(const Operand& operand, int bits) {
  uint64_t result = 0;
  if (operand.floatBits != 0) {
    result = static_cast<uint64_t>(operand.integer);
  } else if (bits == 32) {
    float narrow = static_cast<float>(operand.real);
    memcpy(&result, &narrow, 4);
  } else {
    memcpy(&result, &operand.real, 8);
  }
  return hexadecimal(result, bits);
}

}  // namespace

void Emitter::refuse(const std::string& why) const {
  throw Refusal(statement_->line, "the instruction " + statement_->text + " in kernel " + kernel_.name + " is not known to this device: " + why);
}

const Operand& Emitter::operand(size_t index) const {
  if (index >= statement_->operands.size()) {
    refuse("operand " + std::to_string(index + 1) + " is missing");
  }
  return statement_->operands[index];
}

bool Emitter::take(const std::string& modifier) {
  auto found = std::find(modifiers_.begin(), modifiers_.end(), modifier);
  if (found == modifiers_.end()) {
    return false;
  }
  modifiers_.erase(found);
  return true;
}

std::string Emitter::oneOf(const std::vector<std::string>& modifiers, const std::string& otherwise) {
  for (const std::string& modifier : modifiers) {
    if (take(modifier)) {
      return modifier;
    }
  }
  return otherwise;
}

Type Emitter::type() {
  Type type;
  for (size_t i = 0; i < modifiers_.size(); i++) {
    if (typeNamed(modifiers_[i], type)) {
      modifiers_.erase(modifiers_.begin() + static_cast<long>(i));
      return type;
    }
  }
  refuse("it names no type");
}

std::string Emitter::rounding(const std::string& otherwise) {
  std::string mode = oneOf({"rn", "rz", "rm", "rp"}, "");
  std::transform(mode.begin(), mode.end(), mode.begin(), toupper);
  return mode.empty() ? otherwise : mode;
}

std::string Emitter::value(const Operand& operand, int bits) const {
  switch (operand.kind) {
    case Kind::Register: {
      int width = kernel_.registers.at(operand.name).width();
      if (width < bits || operand.negated) {
        refuse("an operand of " + std::to_string(width) + " bits for " + std::to_string(bits));
      }
      return width == bits ? operand.name : "(" + unsignedC(bits) + ")" + operand.name;
    }
    case Kind::Special: {
      auto found = specials().find(operand.name);
      if (found == specials().end()) {
        refuse("the register " + operand.name);
      }
      return "(" + unsignedC(bits) + ")" + found->second;
    }
    case Kind::Integer: return hexadecimal(static_cast<uint64_t>(operand.integer) & (bits == 64 ? ~0ull : (1ull << bits) - 1), bits);
    case Kind::Float:
      if (bits < 32 || (operand.floatBits != 0 && operand.floatBits != bits)) {
        refuse("a float of another width");
      }
      return floatBits(operand, bits);
    case Kind::Symbol: return "(" + unsignedC(bits) + ")" + symbol(operand.name, operand.integer);
    default: refuse("an operand of this kind");
  }
}

std::string Emitter::predicate(const Operand& operand) const {
  if (operand.kind == Kind::Integer) {
    return operand.integer != 0 ? "1" : "0";
  }
  if (operand.kind != Kind::Register || kernel_.registers.at(operand.name).kind != 'p') {
    refuse("a predicate is missing");
  }
  return (operand.negated ? "!" : "") + operand.name;
}

std::string Emitter::set(const Operand& destination, const Type& type, const std::string& value) const {
  if (destination.kind == Kind::Sink) {
    return "(void)(" + value + ");";
  }
  if (destination.kind != Kind::Register) {
    refuse("a result that goes to no register");
  }
  int bits = type.width(), width = kernel_.registers.at(destination.name).width();
  if (width < bits) {
    refuse("a result of " + std::to_string(bits) + " bits for " + std::to_string(width));
  }
  std::string cast = "(" + unsignedC(bits) + ")(" + value + ")";
  if (width > bits && type.kind == 's') {
    cast = "(" + unsignedC(width) + ")(" + signedC(width) + ")(" + signedC(bits) + ")(" + value + ")";
  }
  return destination.name + " = " + cast + ";";
}

void Emitter::assignLanes(const Type& type, int inputs, bool ftz, bool sat,
                          const std::function<std::string(const std::vector<std::string>&)>& of) {
  std::string lanes[2];
  if (ftz && type.name() != "f32" && type.name() != "f16") {
    refuse("ftz for this type");
  }
  for (int lane = 0; lane < type.lanes; lane++) {
    std::vector<std::string> arguments;
    for (int i = 1; i <= inputs; i++) {
      std::string argument = value(static_cast<size_t>(i), type);
      if (type.lanes == 2) {
        argument = "(uint16_t)(" + argument + " >> " + std::to_string(16 * lane) + ")";
      }
      arguments.push_back(ftz ? "ftz_" + type.name() + "(" + argument + ")" : argument);
    }
    lanes[lane] = of(arguments);
    lanes[lane] = ftz ? "ftz_" + type.name() + "(" + lanes[lane] + ")" : lanes[lane];
    lanes[lane] = sat ? "sat_" + type.name() + "(" + lanes[lane] + ")" : lanes[lane];
  }
  assign(type, type.lanes == 1 ? lanes[0] : "(uint32_t)" + lanes[0] + " | (uint32_t)" + lanes[1] + " << 16");
}

const Variable* Emitter::variable(const std::string& name, std::string& space) const {
  struct Place {
    const char* space;
    const Variables* variables;
  };
  const Place places[] = {{"shared", &kernel_.shared}, {"local", &kernel_.local}, {"global", &module_.global}, {"const", &module_.constant}};
  for (const Place& place : places) {
    auto found = place.variables->find(name);
    if (found != place.variables->end()) {
      space = place.space;
      return &found->second;
    }
  }
  for (const Variable& parameter : kernel_.parameters) {
    if (parameter.name == name) {
      space = "param";
      return &parameter;
    }
  }
  refuse("the name " + name + " is not declared");
}

std::string Emitter::symbol(const std::string& name, int64_t offset) const {
  std::string space;
  const Variable* found = variable(name, space);
  if (space == "global" || space == "const") {
    return "((uint64_t)v_" + name + " + " + std::to_string(offset) + ")";
  }
  return "(" + std::to_string(found->offset + offset) + ")";
}

std::string Emitter::offsetOf(const Operand& address) const {
  if (!address.baseIsRegister) {
    return address.name.empty() ? hexadecimal(static_cast<uint64_t>(address.integer), 64) : symbol(address.name, address.integer);
  }
  int bits = kernel_.registers.at(address.name).width();
  return "(uint64_t)(" + unsignedC(bits) + ")(" + address.name + " + " + hexadecimal(static_cast<uint64_t>(address.integer), 64) + ")";
}

std::string Emitter::pointer(const Operand& address, const std::string& space, int bytes) {
  if (address.kind != Kind::Address) {
    refuse("an address is missing");
  }
  std::string end = std::to_string(bytes) + ", " + std::to_string(line());
  if (address.indexed) {
    std::string at, of = space;
    const Variable* array = variable(address.name, of);
    if (of != space && !space.empty()) {
      refuse(address.name + " is not in " + space);
    }
    at = std::to_string(address.integer);
    at = address.index.empty() ? at : "(int64_t)(" + signedC(kernel_.registers.at(address.index).width()) + ")" + address.index + " + " + at;
    at = "(uint64_t)((" + at + ") * " + std::to_string(array->type.bytes()) + ")";
    std::string base = of == "global" || of == "const" ? "v_" + address.name : "e->" + of + " + " + std::to_string(array->offset);
    std::string size = array->external ? "e->shared_size - " + std::to_string(array->offset) : std::to_string(array->bytes());
    return "in_block(e, " + base + ", " + size + ", " + at + ", " + end + ", \"outside the array " + address.name + "\")";
  }
  if (space == "shared" || space == "local" || space == "param") {
    return "at_" + space + "(e, " + offsetOf(address) + ", " + end + ")";
  }
  std::string site = std::to_string(sites_++);
  return std::string(space.empty() ? "at_generic" : "at_global") + "(e, " + site + ", " + offsetOf(address) + ", " + end + ")";
}

void Emitter::emit(const Statement& statement) {
  statement_ = &statement;
  if (statement.what == Statement::What::Label) {
    out_ << statement.text << ": ;\n";
    return;
  }
  if (statement.what == Statement::What::Branches) {
    return;
  }
  modifiers_.clear();
  std::istringstream words(statement.text);
  std::string opcode, modifier;
  std::getline(words, opcode, '.');
  while (std::getline(words, modifier, '.')) {
    modifiers_.push_back(modifier);
  }
  for (const Instructions* family : families()) {
    auto found = family->find(opcode);
    if (found != family->end()) {
      out_ << "  " << (statement.guard.empty() ? "" : "if (" + std::string(statement.guardNegated ? "!" : "") + statement.guard + ") ") << "{ ";
      found->second(*this);
      out_ << " }\n";
      if (!modifiers_.empty()) {
        refuse("." + modifiers_[0]);
      }
      return;
    }
  }
  refuse("the opcode " + opcode);
}

std::string Emitter::function() {
  out_ << "static void kernel_" << number_ << "(struct item *e) {\n";
  for (const auto& entry : kernel_.registers) {
    out_ << "  " << unsignedC(entry.second.width()) << " " << entry.first << " = 0;\n";
  }
  for (const Statement& statement : kernel_.statements) {
    emit(statement);
  }
  out_ << "}\nstatic const struct parameter_info parameters_" << number_ << "[] = {";
  for (const Variable& parameter : kernel_.parameters) {
    out_ << "{" << parameter.offset << ", " << parameter.bytes() << "}, ";
  }
  out_ << "{0, 0}};\n";
  return out_.str();
}

std::string Emitter::info() const {
  std::ostringstream line;
  line << "  {\"" << kernel_.name << "\", kernel_" << number_ << ", " << kernel_.parameterBytes << ", " << kernel_.sharedBytes << ", "
       << kernel_.localBytes << ", " << sites_ << ", " << waits_ << ", " << kernel_.parameters.size() << ", parameters_" << number_ << ", {"
       << kernel_.maximum[0] << ", " << kernel_.maximum[1] << ", " << kernel_.maximum[2] << "}, " << kernel_.required << "},\n";
  return line.str();
}

namespace {

// Arrays of the module, and their table for the driver.
void arrays(const Module& module, std::ostringstream& out) {
  std::ostringstream table;
  for (const Variables* space : {&module.global, &module.constant}) {
    for (const auto& entry : *space) {
      const Variable& variable = entry.second;
      out << "static uint8_t __attribute__((aligned(" << std::max(variable.align, 16) << "))) v_" << variable.name << "[" << variable.bytes()
          << "] = {";
      for (uint8_t byte : variable.initial) {
        out << static_cast<int>(byte) << ",";
      }
      out << "};\n";
      table << "  {\"" << variable.name << "\", v_" << variable.name << ", " << variable.bytes() << "},\n";
    }
  }
  out << "const struct array_info cuda_on_host_arrays[] = {\n" << table.str() << "  {0, 0, 0}};\n";
}

// The module's shared variables take their place in every kernel; those without a size stand behind all others.
Kernel withShared(Kernel kernel, const Module& module) {
  Variables external;
  auto place = [&](Variable variable) {
    variable.offset = (kernel.sharedBytes + variable.align - 1) / variable.align * variable.align;
    kernel.sharedBytes = variable.offset + (variable.external ? 0 : variable.bytes());
    kernel.shared[variable.name] = variable;
  };
  for (const auto& entry : module.shared) {
    if (entry.second.external) {
      external.insert(entry);
    } else {
      place(entry.second);
    }
  }
  for (const auto& entry : external) {
    place(entry.second);
  }
  return kernel;
}

}  // namespace

std::string translate(const Module& module) {
  std::ostringstream out, table;
  arrays(module, out);
  int number = 0;
  for (const Kernel& each : module.kernels) {
    Kernel kernel = withShared(each, module);
    Emitter emitter(module, kernel, number++);
    out << emitter.function();
    table << emitter.info();
  }
  out << "const struct kernel_info cuda_on_host_kernels[] = {\n" << table.str() << "  {0}};\n";
  return out.str();
}

std::string known() {
  std::string names;
  for (const Instructions* family : families()) {
    for (const auto& entry : *family) {
      names += entry.first + "\n";
    }
  }
  return names;
}

}  // namespace ptx
