#include <algorithm>
#include <cstring>

#include "lexer.hpp"
#include "ptx.hpp"

namespace ptx {

bool typeNamed(const std::string& word, Type& type) {
  static const std::map<std::string, Type> types = {
      {"pred", {'p', 8, 1}}, {"b8", {'b', 8, 1}}, {"u8", {'u', 8, 1}}, {"s8", {'s', 8, 1}}, {"b16", {'b', 16, 1}},
      {"u16", {'u', 16, 1}}, {"s16", {'s', 16, 1}}, {"f16", {'f', 16, 1}}, {"bf16", {'h', 16, 1}}, {"b32", {'b', 32, 1}},
      {"u32", {'u', 32, 1}}, {"s32", {'s', 32, 1}}, {"f32", {'f', 32, 1}}, {"f16x2", {'f', 16, 2}}, {"bf16x2", {'h', 16, 2}},
      {"b64", {'b', 64, 1}}, {"u64", {'u', 64, 1}}, {"s64", {'s', 64, 1}}, {"f64", {'f', 64, 1}}};
  auto found = types.find(word);
  if (found == types.end()) {
    return false;
  }
  type = found->second;
  return true;
}

namespace {

bool startsWith(const std::string& text, const std::string& start) { return text.compare(0, start.size(), start) == 0; }

// A name that C takes.
std::string cName(const std::string& name) {
  std::string result = "r_";
  for (char c : name) {
    result += c == '%' ? "p_" : c == '$' ? "d_" : c == '.' ? "o_" : std::string(1, c);
  }
  return result;
}

class Parser {
 public:
  explicit Parser(const std::string& text) : tokens_(tokens(text)) {}

  Module module() {
    while (peek().kind != Token::Kind::End) {
      directive();
    }
    return std::move(module_);
  }

 private:
  const Token& peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool is(const char* text, size_t ahead = 0) const { return peek(ahead).text == text && peek(ahead).kind != Token::Kind::Text; }

  bool take(const char* text) {
    if (!is(text)) {
      return false;
    }
    at_++;
    return true;
  }

  void expect(const char* text) {
    if (!take(text)) {
      refuse("expected " + std::string(text) + " before '" + peek().text + "'");
    }
  }

  std::string word() {
    if (peek().kind != Token::Kind::Word) {
      refuse("expected a name before '" + peek().text + "'");
    }
    return tokens_[at_++].text;
  }

  [[noreturn]] void refuse(const std::string& text) const { throw Refusal(peek().line, text); }

  void skipLine() {
    int line = peek().line;
    while (peek().line == line && peek().kind != Token::Kind::End) {
      at_++;
    }
  }

  void skipTo(const char* sign) {
    while (!is(sign)) {
      if (peek().kind == Token::Kind::End) {
        refuse("expected " + std::string(sign) + " before the end");
      }
      at_++;
    }
    at_++;
  }

  // Lines that say nothing about what is computed. True when one was passed over.
  bool remark() {
    if (is(".file") || is(".loc") || is(".version") || is(".target") || is(".address_size")) {
      skipLine();
      return true;
    }
    if (is(".section")) {
      skipTo("}");
      return true;
    }
    if (is(".pragma") || is(".noreturn")) {
      skipTo(";");
      return true;
    }
    return false;
  }

  void directive() {
    if (remark() || take(";")) {
      return;
    }
    bool external = false;
    while (is(".visible") || is(".extern") || is(".weak") || is(".common")) {
      external |= is(".extern");
      at_++;
    }
    if (take(".entry")) {
      entry();
    } else if (is(".func")) {
      if (!external) {
        refuse("functions (.func) are not known");
      }
      skipTo(";");
    } else if (is(".global") || is(".const") || is(".shared")) {
      Variables& space = is(".global") ? module_.global : is(".const") ? module_.constant : module_.shared;
      at_++;
      variables(external, [&](const Variable& variable) { space[variable.name] = variable; });
    } else {
      refuse("'" + peek().text + "' is not known");
    }
  }

  Type type() {
    Type type;
    if (peek().kind != Token::Kind::Word || peek().text[0] != '.' || !typeNamed(peek().text.substr(1), type)) {
      refuse("'" + peek().text + "' is no known type");
    }
    at_++;
    return type;
  }

  // Alignment, type and one or more names, each perhaps an array with first values, until the semicolon.
  template <typename Keep>
  void variables(bool external, Keep keep) {
    Variable common = described();
    common.external = external;
    do {
      Variable variable = named(common);
      if (take("=")) {
        variable.initial = values(variable);
      }
      keep(variable);
    } while (take(","));
    expect(";");
  }

  Variable described() {
    Variable variable;
    for (;;) {
      if (take(".align")) {
        variable.align = static_cast<int>(integer());
      } else if (take(".ptr") || take(".global") || take(".shared") || take(".const") || take(".local") || take(".attribute")) {
        // What a pointer leads to is checked at each load.
      } else if (variable.type.bits == 0) {
        variable.type = type();
      } else {
        break;
      }
      if (peek().kind != Token::Kind::Word || peek().text[0] != '.') {
        break;
      }
    }
    variable.align = std::max(variable.align, variable.type.bytes());
    return variable;
  }

  Variable named(Variable variable) {
    variable.name = word();
    while (take("[")) {
      variable.array = true;
      variable.count *= is("]") ? 0 : integer();
      expect("]");
    }
    return variable;
  }

  std::vector<uint8_t> values(const Variable& variable) {
    std::vector<uint8_t> bytes;
    bool list = take("{");
    do {
      Operand value = number();
      int64_t bits = bitsOf(value, variable.type);
      for (int i = 0; i < variable.type.bytes(); i++) {
        bytes.push_back(static_cast<uint8_t>(bits >> (8 * i)));
      }
    } while (list && take(","));
    if (list) {
      expect("}");
    }
    return bytes;
  }

  int64_t bitsOf(const Operand& value, const Type& type) {
    if (value.kind == Kind::Integer || value.floatBits == type.bits) {
      return value.integer;
    }
    if (type.kind != 'f' || type.bits < 32) {
      refuse("a first value that does not fit its type");
    }
    int64_t bits = 0;
    float narrow = static_cast<float>(value.real);
    memcpy(&bits, type.bits == 32 ? static_cast<const void*>(&narrow) : &value.real, type.bytes());
    return bits;
  }

  int64_t integer() {
    Operand value = number();
    if (value.kind != Kind::Integer) {
      refuse("expected a whole number");
    }
    return value.integer;
  }

  Operand number() {
    Operand value;
    bool minus = false;
    while (is("-") || is("+")) {
      minus ^= is("-");
      at_++;
    }
    if (peek().kind != Token::Kind::Number) {
      refuse("expected a number before '" + peek().text + "'");
    }
    std::string text = tokens_[at_++].text;
    if (startsWith(text, "0F") || startsWith(text, "0f") || startsWith(text, "0D") || startsWith(text, "0d")) {
      value.kind = Kind::Float;
      value.floatBits = text[1] == 'F' || text[1] == 'f' ? 32 : 64;
      value.integer = static_cast<int64_t>(std::stoull(text.substr(2), nullptr, 16));
      value.integer ^= minus ? int64_t(1) << (value.floatBits - 1) : 0;
    } else if (!startsWith(text, "0x") && !startsWith(text, "0X") && text.find_first_of(".eE") != std::string::npos) {
      value.kind = Kind::Float;
      value.real = std::stod(text) * (minus ? -1 : 1);
    } else {
      value.kind = Kind::Integer;
      uint64_t bits = std::stoull(text, nullptr, 0);
      value.integer = static_cast<int64_t>(minus ? 0 - bits : bits);
    }
    return value;
  }

  void entry() {
    kernel_ = Kernel();
    kernel_.name = word();
    parents_ = {-1};
    scope_ = 0;
    labels_.clear();
    registers_.clear();
    pending_.clear();
    if (take("(")) {
      while (!take(")")) {
        expect(".param");
        Variable parameter = named(described());
        kernel_.parameterBytes = place(parameter, kernel_.parameterBytes);
        kernel_.parameters.push_back(parameter);
        take(",");
      }
    }
    launchBounds();
    expect("{");
    body();
    resolveLabels();
    module_.kernels.push_back(std::move(kernel_));
  }

  void launchBounds() {
    while (peek().kind == Token::Kind::Word && peek().text[0] == '.') {
      bool threads = is(".maxntid") || is(".reqntid");
      kernel_.required |= is(".reqntid");
      if (!threads && !is(".minnctapersm") && !is(".maxnreg") && !is(".maxnctapersm")) {
        refuse("'" + peek().text + "' is not known");
      }
      at_++;
      int64_t sizes[3] = {1, 1, 1};
      int count = 0;
      do {
        sizes[count++] = integer();
      } while (take(",") && count < 3);
      for (int i = 0; threads && i < 3; i++) {
        kernel_.maximum[i] = static_cast<int>(sizes[i]);
      }
    }
  }

  static int64_t place(Variable& variable, int64_t from) {
    variable.offset = (from + variable.align - 1) / variable.align * variable.align;
    return variable.offset + variable.bytes();
  }

  void body() {
    int depth = 1;
    while (depth > 0) {
      if (take("{")) {
        depth++;
        parents_.push_back(scope_);
        scope_ = static_cast<int>(parents_.size()) - 1;
      } else if (take("}")) {
        depth--;
        scope_ = parents_[scope_];
      } else if (!remark() && !declaration() && !label()) {
        instruction();
      }
    }
  }

  bool declaration() {
    if (take(".reg")) {
      registers();
    } else if (take(".shared")) {
      variables(false, [&](Variable& variable) {
        kernel_.sharedBytes = place(variable, kernel_.sharedBytes);
        kernel_.shared[variable.name] = variable;
      });
    } else if (take(".local")) {
      variables(false, [&](Variable& variable) {
        kernel_.localBytes = place(variable, kernel_.localBytes);
        kernel_.local[variable.name] = variable;
      });
    } else {
      return take(";");
    }
    return true;
  }

  void registers() {
    Type registerType = type();
    do {
      std::string name = word();
      if (take("<")) {
        int64_t count = integer();
        expect(">");
        for (int64_t i = 0; i < count; i++) {
          declare(name + std::to_string(i), registerType);
        }
      } else {
        declare(name, registerType);
      }
    } while (take(","));
    expect(";");
  }

  std::string scoped(const std::string& name, int scope) const {
    return cName(name) + (scope > 0 ? "_s" + std::to_string(scope) : "");
  }

  void declare(const std::string& name, const Type& registerType) {
    registers_[{scope_, name}] = scoped(name, scope_);
    kernel_.registers[scoped(name, scope_)] = registerType;
  }

  // The C name of what is declared by a name where the text stands, or nothing.
  std::string found(const std::map<std::pair<int, std::string>, std::string>& names, const std::string& name, int scope) const {
    for (; scope >= 0; scope = parents_[scope]) {
      auto entry = names.find({scope, name});
      if (entry != names.end()) {
        return entry->second;
      }
    }
    return "";
  }

  bool label() {
    if (peek().kind != Token::Kind::Word || !is(":", 1)) {
      return false;
    }
    Statement statement;
    statement.line = peek().line;
    std::string name = word();
    expect(":");
    labels_[{scope_, name}] = scoped(name, scope_);
    statement.text = scoped(name, scope_);
    if (take(".branchtargets")) {
      statement.what = Statement::What::Branches;
      do {
        statement.targets.push_back(word());
      } while (take(","));
      expect(";");
    } else {
      statement.what = Statement::What::Label;
    }
    add(statement);
    return true;
  }

  void add(const Statement& statement) {
    kernel_.statements.push_back(statement);
    pending_.push_back(scope_);
  }

  void instruction() {
    Statement statement;
    statement.line = peek().line;
    if (take("@")) {
      statement.guardNegated = take("!");
      std::string name = word();
      statement.guard = found(registers_, name, scope_);
      if (statement.guard.empty()) {
        refuse("the predicate " + name + " is not declared");
      }
    }
    statement.text = word();
    bool branches = startsWith(statement.text, "bra") || startsWith(statement.text, "brx");
    while (!take(";")) {
      statement.operands.push_back(operand(branches));
      if (take("|")) {
        Operand both;
        both.kind = Kind::Vector;
        both.parts = {statement.operands.back(), operand(false)};
        statement.operands.back() = both;
      }
      if (!is(";")) {
        expect(",");
      }
    }
    add(statement);
  }

  Operand operand(bool branch) {
    if (peek().kind == Token::Kind::Number || is("-")) {
      return number();
    }
    if (take("[")) {
      return address();
    }
    Operand operand;
    if (take("{")) {
      operand.kind = Kind::Vector;
      do {
        operand.parts.push_back(this->operand(false));
      } while (take(","));
      expect("}");
      return operand;
    }
    operand.negated = take("!");
    named(operand, word(), branch);
    if (operand.kind == Kind::Symbol && take("[")) {
      operand.kind = Kind::Address;
      operand.indexed = true;
      indexOf(operand);
    } else if (operand.kind == Kind::Symbol && take("+")) {
      operand.integer = integer();
    }
    return operand;
  }

  void named(Operand& operand, const std::string& name, bool branch) {
    operand.name = found(registers_, name, scope_);
    operand.kind = Kind::Register;
    if (name == "_") {
      operand.kind = Kind::Sink;
    } else if (name == "WARP_SZ") {
      operand.kind = Kind::Integer;
      operand.integer = 32;
    } else if (operand.name.empty()) {
      operand.name = name;
      operand.kind = branch ? Kind::Label : name[0] == '%' ? Kind::Special : Kind::Symbol;
    }
  }

  // What stands between the brackets of array[...].
  void indexOf(Operand& operand) {
    if (peek().kind == Token::Kind::Word) {
      std::string name = word();
      operand.index = found(registers_, name, scope_);
      if (operand.index.empty()) {
        refuse("the register " + name + " is not declared");
      }
    }
    if (!is("]")) {
      operand.integer = integer();
    }
    expect("]");
  }

  Operand address() {
    Operand address;
    address.kind = Kind::Address;
    if (peek().kind == Token::Kind::Word) {
      std::string name = word();
      address.name = found(registers_, name, scope_);
      address.baseIsRegister = !address.name.empty();
      if (!address.baseIsRegister) {
        address.name = name;
      }
    }
    if (!is("]")) {
      address.integer = integer();
    }
    expect("]");
    return address;
  }

  void resolveLabels() {
    for (size_t i = 0; i < kernel_.statements.size(); i++) {
      Statement& statement = kernel_.statements[i];
      for (std::string& target : statement.targets) {
        target = labelNamed(target, pending_[i], statement.line);
      }
      for (Operand& operand : statement.operands) {
        if (operand.kind == Kind::Label) {
          operand.name = labelNamed(operand.name, pending_[i], statement.line);
        }
      }
    }
  }

  std::string labelNamed(const std::string& name, int scope, int line) const {
    std::string label = found(labels_, name, scope);
    if (label.empty()) {
      throw Refusal(line, "the label " + name + " is not there");
    }
    return label;
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  Module module_;
  Kernel kernel_;
  std::vector<int> parents_;
  int scope_ = 0;
  std::map<std::pair<int, std::string>, std::string> registers_, labels_;
  std::vector<int> pending_;  // the scope of each statement
};

}  // namespace

Module parse(const std::string& text) { return Parser(text).module(); }

}  // namespace ptx
