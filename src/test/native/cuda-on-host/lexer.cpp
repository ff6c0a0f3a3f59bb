#include "lexer.hpp"

#include <cctype>

#include "ptx.hpp"

namespace ptx {
namespace {

bool startsWord(char c) { return isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' || c == '.'; }

bool inWord(char c) { return startsWord(c) || isdigit(static_cast<unsigned char>(c)); }

// The end of a comment that begins at the place, or the place when none begins there.
size_t behindComment(const std::string& text, size_t at) {
  if (text.compare(at, 2, "//") == 0) {
    size_t end = text.find('\n', at);
    return end == std::string::npos ? text.size() : end;
  }
  if (text.compare(at, 2, "/*") == 0) {
    size_t end = text.find("*/", at + 2);
    return end == std::string::npos ? text.size() : end + 2;
  }
  return at;
}

size_t behindWord(const std::string& text, size_t at) {
  while (at < text.size()) {
    // .L1::no_allocate is one word.
    if (text.compare(at, 2, "::") == 0) {
      at += 2;
    } else if (inWord(text[at])) {
      at++;
    } else {
      break;
    }
  }
  return at;
}

size_t behindNumber(const std::string& text, size_t at) {
  bool hexadecimal = text[at] == '0' && at + 1 < text.size() && std::string("xXfFdD").find(text[at + 1]) != std::string::npos;
  while (at < text.size()) {
    char c = text[at];
    bool exponentSign = !hexadecimal && (c == '+' || c == '-') && (text[at - 1] == 'e' || text[at - 1] == 'E');
    if (!isalnum(static_cast<unsigned char>(c)) && c != '.' && !exponentSign) {
      break;
    }
    at++;
  }
  return at;
}

}  // namespace

std::vector<Token> tokens(const std::string& text) {
  std::vector<Token> result;
  int line = 1;
  size_t at = 0;
  while (at < text.size()) {
    char c = text[at];
    size_t end = behindComment(text, at);
    if (end == at) {
      if (isspace(static_cast<unsigned char>(c))) {
        end = at + 1;
      } else if (startsWord(c)) {
        end = behindWord(text, at);
        result.push_back({Token::Kind::Word, text.substr(at, end - at), line});
      } else if (isdigit(static_cast<unsigned char>(c))) {
        end = behindNumber(text, at);
        result.push_back({Token::Kind::Number, text.substr(at, end - at), line});
      } else if (c == '"') {
        end = text.find('"', at + 1);
        if (end == std::string::npos) {
          throw Refusal(line, "a text without an end");
        }
        result.push_back({Token::Kind::Text, text.substr(at + 1, end - at - 1), line});
        end++;
      } else {
        end = at + 1;
        result.push_back({Token::Kind::Sign, std::string(1, c), line});
      }
    }
    for (size_t i = at; i < end; i++) {
      line += text[i] == '\n';
    }
    at = end;
  }
  result.push_back({Token::Kind::End, "", line});
  return result;
}

}  // namespace ptx
