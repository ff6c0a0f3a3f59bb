// Starts a server of the shipped model, with a chat template beside it, and ends it again.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const home = process.env.MLA_HOME;
const START_MILLIS = 300_000;

// The comment holds the mark by which the server knows in which form calls are written.
const TEMPLATE = "{# <tool_call> #}{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
  + '{% if add_generation_prompt %}assistant:{% endif %}';

async function modelFolder() {
  const shipped = resolve(home, 'models/tiny-kjv');
  const folder = await mkdtemp(join(tmpdir(), 'mla-served-'));
  for (const file of await readdir(shipped)) {
    await symlink(join(shipped, file), join(folder, file));
  }
  await writeFile(join(folder, 'chat_template.jinja'), TEMPLATE);
  return folder;
}

/** A server on a free port: its address, and what ends it and gives its exit status. */
export async function serve(...options) {
  const folder = await modelFolder();
  const child = spawn(join(home, 'mla'), ['serve', '--model', folder, '--name', 'kjv', '--port', '0', ...options],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const url = await new Promise((started, failed) => {
    const timer = setTimeout(() => failed(new Error('the server does not start: ' + said)), START_MILLIS);
    const listen = data => {
      said += data;
      const address = /on (http:\/\/[\d.]+:\d+)/.exec(said);
      if (address) {
        clearTimeout(timer);
        started(address[1]);
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', code => failed(new Error('the server ended with ' + code + ': ' + said)));
  });
  child.removeAllListeners('exit');
  const stop = async () => {
    const ended = new Promise(done => child.on('exit', (code, signal) => done(signal ?? code)));
    child.kill('SIGTERM');
    const status = await ended;
    await rm(folder, { recursive: true });
    return status;
  };
  return { url, stop };
}

/** What the server says of itself once no text runs. */
export async function idle(url, headers = {}) {
  for (let look = 0; look < 500; look++) {
    const state = await (await fetch(url + '/status', { headers })).json();
    if (state.running === 0 && state.waiting === 0) {
      return state;
    }
    await new Promise(done => setTimeout(done, 20));
  }
  throw new Error('a text runs on');
}
