import { describe, expect, test } from 'vitest';
import { rabbitmqBuffer } from '../../../src/buffer/rabbitmq/rabbitmq.js';
import { parseRabbitmqSpec } from '../../../src/buffer/rabbitmq/spec.js';
import { topicMatches, topicsOverlap } from '../../../src/buffer/rabbitmq/topic-pattern.js';

const environment = { TIDEOVER_RABBITMQ_PASSWORD: 'hush' };

describe('the specification of a RabbitMQ buffer', () => {
  test('names broker, service and management API', () => {
    const spec = 'rabbitmq:amqps://me%40x@rabbit/%2Fcloud?exchange=nova&queues=compute.*&timeout=90';
    const parsed = parseRabbitmqSpec(spec, environment);
    expect(parsed).toMatchObject({ host: 'rabbit', port: 5671, tls: true, user: 'me@x', password: 'hush' });
    expect(parsed).toMatchObject({ vhost: '/cloud', exchange: 'nova', callersWaitMs: 90_000 });
    expect(parsed.management).toBe('http://rabbit:15672');
    expect(['compute.host1', 'my.compute'].map((queue) => parsed.queues.test(queue))).toEqual([true, false]);
    expect(rabbitmqBuffer(spec, environment).name).not.toContain('hush');
  });

  test.each([
    ['rabbitmq:http://me@h/?exchange=nova', 'rabbitmq:amqp://'],
    ['rabbitmq:amqp://me@h/', 'exchange'],
    ['rabbitmq:amqp://h/?exchange=nova', 'no user'],
    ['rabbitmq:amqp://me:secret@h/?exchange=nova', 'password'],
    ['rabbitmq:amqp://me@h/?exchange=nova&queue=x', 'queue'],
    ['rabbitmq:amqp://me@h/?exchange=nova&exchange=cinder', 'twice'],
    ['rabbitmq:amqp://me@h/?exchange=nova&queues=(', 'regular expression'],
    ['rabbitmq:amqp://me@h/?exchange=nova&management=h:15672', 'management'],
    ['rabbitmq:amqp://me@h/?exchange=nova&timeout=soon', 'seconds'],
  ])('%s is refused', (spec, what) => {
    const parse = () => rabbitmqBuffer(spec, environment);
    expect(parse).toThrow(what);
    expect(parse).toThrow(expect.objectContaining({ code: 'buffer-invalid' }));
    expect(parse).not.toThrow('secret@');
  });

  test('needs the password from the environment', () => {
    expect(() => rabbitmqBuffer('rabbitmq:amqp://me@h/?exchange=nova', {})).toThrow('TIDEOVER_RABBITMQ_PASSWORD');
  });
});

test.each([
  ['compute', 'compute', true],
  ['compute', 'compute.host1', false],
  ['compute.*', 'compute.host1', true],
  ['compute.*', 'compute', false],
  ['compute.#', 'compute', true],
  ['#', 'a.b.c', true],
  ['*.b.#.d', 'a.b.c.c.d', true],
  ['*.b.#.d', 'a.b.c', false],
])('topic %s takes %s: %s', (pattern, key, expected) => {
  expect(topicMatches(pattern, key)).toBe(expected);
  expect(topicsOverlap(key, pattern)).toBe(expected);
});
