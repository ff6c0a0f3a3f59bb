// PTX as this test device reads it: a module of variables and kernels, a kernel of statements in the order of the text.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace ptx {

// What this device does not know, or a text that is no PTX. The message names it and its line.
struct Refusal : std::runtime_error {
  Refusal(int line, const std::string& text) : std::runtime_error("line " + std::to_string(line) + ": " + text) {}
};

// A type: 'u', 's', 'b' for whole numbers and bits, 'f' for IEEE floats, 'h' for bfloat16, 'p' for predicates. Lanes is 2 for f16x2 and bf16x2.
struct Type {
  char kind = 'b';
  int bits = 0;
  int lanes = 1;
  bool isFloat() const { return kind == 'f' || kind == 'h'; }
  int bytes() const { return bits * lanes / 8; }
  int width() const { return kind == 'p' ? 8 : bits * lanes; }
  // As the helpers in ops.h name it, for one lane.
  std::string name() const { return kind == 'h' ? "bf16" : std::string(1, kind) + std::to_string(bits); }
};

// True where the word, without its dot, names a type, which it then writes to the second argument.
bool typeNamed(const std::string& word, Type& type);

enum class Kind { Register, Special, Integer, Float, Symbol, Address, Vector, Sink, Label };

struct Operand {
  Kind kind = Kind::Sink;
  std::string name;             // register, special register, symbol or label; the base of an address
  int64_t integer = 0;          // the immediate number, or the offset of an address
  double real = 0;              // an immediate float, when not given as bits
  int floatBits = 0;            // 32 or 64 when integer holds the bits of a float
  bool negated = false;         // !p
  bool baseIsRegister = false;  // of an address
  std::string index;            // the register of array[register]
  bool indexed = false;         // array[...], counted in elements
  std::vector<Operand> parts;   // of a vector, or p|q
};

struct Statement {
  enum class What { Instruction, Label, Branches } what = What::Instruction;
  int line = 0;
  std::string guard;  // the predicate's register, or nothing
  bool guardNegated = false;
  std::string text;  // the whole name of an instruction, or a label
  std::vector<Operand> operands;
  std::vector<std::string> targets;  // of .branchtargets
};

struct Variable {
  std::string name;
  Type type;
  int align = 0;
  int64_t count = 1;        // elements
  bool array = false;
  bool external = false;    // memory of a size that the launch gives
  std::vector<uint8_t> initial;
  int64_t offset = 0;       // in shared memory, local memory or the parameters
  int64_t bytes() const { return count * type.bytes(); }
};

using Variables = std::map<std::string, Variable>;

struct Kernel {
  std::string name;
  std::map<std::string, Type> registers;
  std::vector<Variable> parameters;
  Variables shared, local;
  std::vector<Statement> statements;
  int64_t parameterBytes = 0, sharedBytes = 0, localBytes = 0;
  int maximum[3] = {0, 0, 0};  // .maxntid or .reqntid
  bool required = false;       // .reqntid
};

struct Module {
  Variables global, constant, shared;
  std::vector<Kernel> kernels;
};

Module parse(const std::string& text);

// The module as C, to be compiled behind ops.h.
std::string translate(const Module& module);

// The opcodes that translate() knows, one a line.
std::string known();

}  // namespace ptx
