import { RpcConnection, type Argument, type Wait } from '../../src/plugin/rpc.js';
import { freePort, silentServer } from '../helpers/engine.js';
import { failureOf, told } from '../helpers/failure.js';
import { rpcServer } from './support/rpc-server.js';

const NOTHING: Argument = { type: { kind: 'struct', name: '', fields: {} }, data: {} };
const WAIT: Wait = { what: 'an answer', withinMs: 5_000 };

describe('RpcConnection', () => {
  it('calls a method and hands over its reply', async () => {
    await using server = await rpcServer({ answer: () => ({ type: 'string', data: 'wx' }) });
    using connection = await RpcConnection.open(server, WAIT);

    const outcome = await connection.call('S.Name', { type: 'bytes', data: Buffer.from('{}') }, WAIT);

    expect(outcome).toEqual({ state: 'answered', reply: 'wx' });
    expect(server.calls).toEqual([{ method: 'S.Name', argument: Buffer.from('{}') }]);
  });

  it('hands over the words of a refusal, and goes on', async () => {
    await using server = await rpcServer({
      answer: (method) => (method === 'S.Bad' ? { error: 'no quota left' } : { type: 'int', data: 1 }),
    });
    using connection = await RpcConnection.open(server, WAIT);

    const refused = await connection.call('S.Bad', NOTHING, WAIT);
    const answered = await connection.call('S.Good', NOTHING, WAIT);

    expect(refused).toEqual({ state: 'refused', words: 'no quota left' });
    expect(answered).toEqual({ state: 'answered', reply: 1 });
  });

  it('gives each of many calls at once its own answer, in whatever order they come', async () => {
    await using server = await rpcServer({
      answer: (method) => ({ type: 'string', data: method, ...(method === 'S.0' ? { after: 20 } : {}) }),
    });
    using connection = await RpcConnection.open(server, WAIT);
    const methods = Array.from({ length: 20 }, (_, index) => `S.${index}`);

    const outcomes = await Promise.all(methods.map((method) => connection.call(method, NOTHING, WAIT)));

    expect(outcomes).toEqual(methods.map((reply) => ({ state: 'answered', reply })));
  });

  it('gives up on an answer at its limit, and takes no harm when it comes late', async () => {
    await using server = await rpcServer({
      answer: (method) => ({ type: 'string', data: method, ...(method === 'S.Late' ? { after: 2 } : {}) }),
    });
    using connection = await RpcConnection.open(server, WAIT);

    const failure = await failureOf(connection.call('S.Late', NOTHING, { what: 'the late one', withinMs: 50 }));
    const next = await connection.call('S.Next', NOTHING, WAIT);

    expect(told(failure)).toEqual({
      code: 'TimedOut',
      message: 'timed out after 0.1 s waiting for the late one',
      exitCode: 4,
    });
    expect(next).toEqual({ state: 'answered', reply: 'S.Next' });
  });

  it('ends a wait when the signal fires', async () => {
    await using server = await rpcServer({ answer: () => ({ silent: true }) });
    using connection = await RpcConnection.open(server, WAIT);
    const interrupt = new AbortController();

    const call = connection.call('S.Slow', NOTHING, { ...WAIT, signal: interrupt.signal });
    interrupt.abort();

    expect(told(await failureOf(call))).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
  });

  it('fails all calls, those of later too, once the connection is lost', async () => {
    await using server = await rpcServer({
      answer: (method) => (method === 'S.End' ? { drop: true } : { silent: true }),
    });
    using connection = await RpcConnection.open(server, WAIT);

    const calls = [connection.call('S.Wait', NOTHING, WAIT), connection.call('S.End', NOTHING, WAIT)];
    const failures = await Promise.all(calls.map((call) => failureOf(call)));
    const later = await failureOf(connection.call('S.Later', NOTHING, WAIT));

    expect([...failures, later].map(({ message }) => message)).toEqual(
      Array(3).fill('the connection to the driver is lost'),
    );
  });

  it.each([
    ['bytes that are no gob', { raw: Buffer.from('0103', 'hex') }, 'a definition of the reserved type 2'],
    [
      'a message of 4 GiB',
      { raw: Buffer.from('fcffffffff', 'hex') },
      'a message of 4294967295 bytes, more than the limit of 4194304',
    ],
    ['an answer nobody asked for', { number: 99 }, 'an answer nobody asked for'],
  ])('ends the connection at %s', async (_what, reply, fact) => {
    await using server = await rpcServer({ answer: () => reply });
    using connection = await RpcConnection.open(server, WAIT);

    const failure = await failureOf(connection.call('S.Lie', NOTHING, WAIT));

    expect(failure.message).toBe(`malformed gob: ${fact}`);
  });

  it.each([
    ['HTTP/1.1 404 Not Found\r\n\r\n', 'HTTP/1.1 404 Not Found\r'],
    ['SSH-2.0-OpenSSH_9.2\r\n\r\n', 'SSH-2.0-OpenSSH_9.2\r'],
    ['x'.repeat(10_000), 'x'.repeat(200)],
  ])('refuses a server that greets otherwise (%#)', async (greeting, words) => {
    await using server = await rpcServer({ greeting, answer: () => ({}) });

    const failure = await failureOf(RpcConnection.open(server, WAIT));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'the driver does not speak Go RPC', exitCode: 3 });
    expect(failure.cause).toEqual(new Error(words));
  });

  it('says that nobody listens', async () => {
    const port = await freePort();

    const failure = await failureOf(RpcConnection.open({ host: '127.0.0.1', port }, WAIT));

    expect(failure.message).toBe('the connection to the driver is lost');
  });

  it('does not wait for ever for a greeting', async () => {
    await using server = await silentServer();

    const failure = await failureOf(RpcConnection.open(server, { what: 'a greeting', withinMs: 60 }));

    expect(failure.message).toBe('timed out after 0.1 s waiting for a greeting');
  });
});
