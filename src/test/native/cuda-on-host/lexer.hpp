// Words of PTX. Dots belong to the word, as in ld.global.u32.
#pragma once

#include <string>
#include <vector>

namespace ptx {

struct Token {
  enum class Kind { Word, Number, Text, Sign, End } kind;
  std::string text;
  int line;
};

std::vector<Token> tokens(const std::string& text);

}  // namespace ptx
