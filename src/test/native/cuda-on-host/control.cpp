// Branches, barriers and what the work-items of a warp do together.
#include "emitter.hpp"

namespace ptx {
namespace {

void bra(Emitter& e) {
  e.take("uni");
  if (e.operand(0).kind != Kind::Label) {
    e.refuse("a branch to no label");
  }
  e.out() << "goto " << e.operand(0).name << ";";
}

void brx(Emitter& e) {
  e.take("idx");
  e.take("uni");
  const Operand& list = e.operand(1);
  for (const Statement& statement : e.kernel().statements) {
    if (statement.what == Statement::What::Branches && statement.text == list.name) {
      e.out() << "switch (" << e.value(0, {'u', 32, 1}) << ") { ";
      for (size_t i = 0; i < statement.targets.size(); i++) {
        e.out() << "case " << i << ": goto " << statement.targets[i] << "; ";
      }
      e.out() << "default: e->fail(e, " << e.line() << ", \"a branch past its list\", 0, 0); }";
      return;
    }
  }
  e.refuse("a list of branches that is not there");
}

void ret(Emitter& e) {
  e.take("uni");
  e.out() << "return;";
}

void trap(Emitter& e) { e.out() << "e->fail(e, " << e.line() << ", \"trap\", 0, 0);"; }

// Statements on memory order: a group's work-items run on one thread, groups meet in atomics only.
void fence(Emitter& e) {
  for (const char* word : {"cta", "gl", "sys", "gpu", "sc", "acq_rel", "acquire", "release", "proxy", "alias", "async"}) {
    e.take(word);
  }
  e.out() << "__atomic_thread_fence(__ATOMIC_SEQ_CST);";
}

void bar(Emitter& e) {
  const Type number = {'u', 32, 1};
  bool warp = e.take("warp");
  e.take("cta");
  bool sync = e.take("sync");
  e.take("aligned");
  if (!sync || e.count() != 1) {
    e.refuse("a barrier that is not for all");
  }
  e.waits();
  e.out() << "e->wait(e, " << e.line() << ", " << (warp ? 1 : 0) << ", " << e.value(0, number) << ");";
}

// shfl.sync.mode.b32 d|p, a, b, c, mask: PTX's rule of which lane is read and whether it is in range.
void shfl(Emitter& e) {
  const Type word = e.type();
  std::string mode = e.oneOf({"up", "down", "bfly", "idx"}, "");
  if (!e.take("sync") || mode.empty() || e.count() != 5) {
    e.refuse("a shuffle that is not sync");
  }
  e.waits();
  const Operand& to = e.operand(0);
  std::string b = e.value(2, word), c = e.value(3, word);
  e.out() << "uint32_t own = flat_tid(e) & 31, b = " << b << " & 31, clamp = " << c << " & 31, segment = " << c << " >> 8 & 31, there, "
          << "most = (own & segment) | (clamp & ~segment), least = own & segment; ";
  if (mode == "up") {
    e.out() << "uint32_t lane = own - b; int in = (int32_t)lane >= (int32_t)most; ";
  } else {
    e.out() << "uint32_t lane = " << (mode == "down" ? "own + b" : mode == "bfly" ? "own ^ b" : "least | (b & ~segment)") << "; int in = lane <= most; ";
  }
  e.out() << "uint32_t t = shuffle(e, " << e.line() << ", " << e.value(1, word) << ", lane, " << e.value(4, word) << ", &there, in); (void)least; ";
  e.out() << e.set(to.kind == Kind::Vector ? to.parts[0] : to, word, "t");
  if (to.kind == Kind::Vector) {
    e.out() << " " << e.set(to.parts[1], {'p', 8, 1}, "there");
  }
}

void vote(Emitter& e) {
  const Type word = {'u', 32, 1}, predicate = {'p', 8, 1};
  e.take("sync");
  std::string mode = e.oneOf({"all", "any", "uni", "ballot"}, "");
  e.oneOf({"pred", "b32"}, "");
  if (mode.empty() || e.count() != 3) {
    e.refuse("a vote of this kind");
  }
  e.waits();
  std::string mask = e.value(2, word);
  e.out() << "uint32_t t = ballot(e, " << e.line() << ", " << e.predicate(e.operand(1)) << ", " << mask << "); ";
  if (mode == "ballot") {
    e.assign(word, "t");
  } else {
    e.assign(predicate, mode == "all" ? "t == " + mask : mode == "any" ? "t != 0" : "t == 0 || t == " + mask);
  }
}

}  // namespace

const Instructions& control() {
  static const Instructions all = {{"bra", bra}, {"brx", brx}, {"ret", ret}, {"exit", ret}, {"trap", trap}, {"membar", fence}, {"fence", fence},
                                   {"bar", bar}, {"barrier", bar}, {"shfl", shfl}, {"vote", vote}};
  return all;
}

}  // namespace ptx
