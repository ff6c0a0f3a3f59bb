// The npm package openai against the server: whole, streamed, tools, JSON schema, errors, cancellation.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { idle, serve } from './served.mjs';

const KEY = 'a key of the test';
const ask = (content, more = {}) => ({ model: 'kjv', messages: [{ role: 'user', content }], max_tokens: 12, temperature: 0, ...more });
const reign = {
  type: 'function',
  function: {
    name: 'reign',
    description: 'Who reigned how long.',
    parameters: {
      type: 'object',
      properties: { king: { enum: ['Saul', 'David'] }, years: { type: 'integer', minimum: 1, maximum: 40 } },
      required: ['king', 'years'],
      additionalProperties: false,
    },
  },
};

let folder;
let server;
let client;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mla-key-'));
  await writeFile(join(folder, 'key'), KEY + '\n');
  server = await serve('--api-key-file', join(folder, 'key'));
  client = new OpenAI({ baseURL: server.url + '/v1', apiKey: KEY, maxRetries: 0 });
});

after(async () => {
  assert.equal(await server.stop(), 143, 'the server ends cleanly when it is told to');
  await rm(folder, { recursive: true });
});

test('a whole answer, and the same again', async () => {
  const answer = await client.chat.completions.create(ask('Who made the heavens?'));
  assert.equal(answer.choices[0].finish_reason, 'length');
  assert.equal(answer.usage.completion_tokens, 12);
  assert.ok(answer.choices[0].message.content.length > 12);
  const again = await client.chat.completions.create(ask('Who made the heavens?'));
  assert.equal(again.choices[0].message.content, answer.choices[0].message.content);
});

test('a stream has the text of the whole answer', async () => {
  const whole = await client.chat.completions.create(ask('And the sea?'));
  const stream = await client.chat.completions.create(ask('And the sea?', { stream: true, stream_options: { include_usage: true } }));
  let text = '';
  let usage;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(usage.completion_tokens, 12);
});

test('the helper for streams gathers the answer', async () => {
  const whole = await client.chat.completions.create(ask('And the stars?'));
  const pieces = [];
  const final = await client.chat.completions.stream(ask('And the stars?')).on('content', piece => pieces.push(piece)).finalChatCompletion();
  assert.equal(pieces.join(''), whole.choices[0].message.content);
  assert.equal(final.choices[0].message.content, whole.choices[0].message.content);
});

test('plain completions and models', async () => {
  const answer = await client.completions.create({ model: 'kjv', prompt: 'In the beginning', max_tokens: 8, temperature: 0 });
  assert.equal(answer.usage.completion_tokens, 8);
  assert.equal((await client.models.list()).data[0].id, 'kjv');
});

test('a tool that must be called is called with arguments of its schema', async () => {
  for (const tool_choice of ['required', { type: 'function', function: { name: 'reign' } }]) {
    const answer = await client.chat.completions.create(ask('Who reigned?', { tools: [reign], tool_choice, max_tokens: 200 }));
    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
    const call = answer.choices[0].message.tool_calls[0];
    assert.equal(call.function.name, 'reign');
    const { king, years } = JSON.parse(call.function.arguments);
    assert.ok(['Saul', 'David'].includes(king) && years >= 1 && years <= 40);
    const next = await client.chat.completions.create({
      ...ask('Who reigned?'), messages: [{ role: 'user', content: 'Who reigned?' }, answer.choices[0].message,
        { role: 'tool', tool_call_id: call.id, content: 'so it was' }],
    });
    assert.equal(next.choices[0].finish_reason, 'length');
  }
});

test('the helper for tools runs them', async () => {
  const asked = [];
  const runner = client.chat.completions.runTools({
    ...ask('Who reigned?', { max_tokens: 200, tool_choice: { type: 'function', function: { name: 'reign' } } }),
    tools: [{ type: 'function', function: { ...reign.function, parse: JSON.parse, function: args => { asked.push(args); return 'so it was'; } } }],
  });
  await runner.done();
  assert.ok(['Saul', 'David'].includes(asked[0].king), JSON.stringify(asked));
});

test('an answer keeps to a JSON schema', async () => {
  const schema = { type: 'object', properties: { name: { type: 'string', maxLength: 8 }, age: { type: 'integer', minimum: 1, maximum: 969 } },
    required: ['name', 'age'], additionalProperties: false };
  const answer = await client.chat.completions.create(ask('Who?', { max_tokens: 200, response_format: { type: 'json_schema', json_schema: { name: 'man', strict: true, schema } } }));
  const man = JSON.parse(answer.choices[0].message.content);
  assert.deepEqual(Object.keys(man), ['name', 'age']);
  assert.ok(man.name.length <= 8 && man.age >= 1 && man.age <= 969);
});

test('errors are the client\'s own, with the field', async () => {
  await assert.rejects(client.chat.completions.create(ask('a', { temperature: 7 })),
    problem => problem instanceof OpenAI.BadRequestError && problem.param === 'temperature');
  await assert.rejects(client.chat.completions.create(ask('a', { model: 'other' })), OpenAI.NotFoundError);
  const stranger = new OpenAI({ baseURL: server.url + '/v1', apiKey: 'wrong', maxRetries: 0 });
  await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  await assert.rejects(client.embeddings.create({ model: 'kjv', input: 'a' }), OpenAI.NotFoundError);
});

test('a stream that is left ends its text', async () => {
  const stream = await client.chat.completions.create(ask('Tell all of it.', { stream: true, max_tokens: 900 }));
  let chunks = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta?.content && ++chunks === 3) {
      break;
    }
  }
  const headers = { Authorization: 'Bearer ' + KEY };
  const begun = await (await fetch(server.url + '/metrics', { headers })).text();
  await idle(server.url, headers);
  const ended = await (await fetch(server.url + '/metrics', { headers })).text();
  const made = text => Number(/mla_tokens_total\{kind="answer"\} (\S+)/.exec(text)[1]);
  assert.ok(made(ended) - made(begun) < 400, 'tokens made for nobody: ' + (made(ended) - made(begun)));
});
