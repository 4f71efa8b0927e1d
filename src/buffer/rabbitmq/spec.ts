import { TideoverError } from '../../errors.js';

/** One RPC service on a RabbitMQ broker, as the operator named it. */
export interface RabbitmqSpec {
  /** As given, without secrets. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
  /** The service's topic exchange, oslo.messaging's `control_exchange`. */
  readonly exchange: string;
  /** Which queues of that exchange are the service's. */
  readonly queues: RegExp;
  /** Base address of the management API, without a slash at the end. */
  readonly management: string;
  /** How long callers wait for an answer: oslo.messaging's `rpc_response_timeout`, in milliseconds. */
  readonly callersWaitMs: number;
}

const passwordVariable = 'TIDEOVER_RABBITMQ_PASSWORD';
const parameters = ['exchange', 'queues', 'management', 'timeout'];
const example = 'rabbitmq:amqp://user@host:5672/vhost?exchange=nova';

/**
 * Parses `rabbitmq:amqp://user@host:port/vhost?exchange=nova[&queues=REGEX][&management=http://host:15672][&timeout=SECONDS]`; the password comes
 * from TIDEOVER_RABBITMQ_PASSWORD. Throws `buffer-invalid`.
 */
export function parseRabbitmqSpec(
  spec: string,
  environment: Readonly<Record<string, string | undefined>>,
): RabbitmqSpec {
  const url = parseUrl(spec);
  const given = [...url.searchParams.keys()];
  const unknown = given.find((name) => !parameters.includes(name));
  if (unknown !== undefined) refuse(`it has an unknown parameter "${unknown}"`);
  const twice = given.find((name, index) => given.indexOf(name) !== index);
  if (twice !== undefined) refuse(`it gives "${twice}" twice`);
  if (url.username === '') refuse('it names no user');
  if (url.password !== '') {
    refuse('it contains a password, which others could read', `Leave it out and set ${passwordVariable}.`);
  }
  const password = environment[passwordVariable];
  if (password === undefined) refuse(`${passwordVariable} is not set`, `Set it to the password of ${url.username}.`);
  const exchange = url.searchParams.get('exchange') ?? '';
  if (exchange === '') refuse('it names no exchange', `Add exchange=… with the service's control_exchange: ${example}`);
  const tls = url.protocol === 'amqps:';
  const host = url.hostname === '' ? '127.0.0.1' : url.hostname;
  return {
    name: spec,
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (tls ? 5671 : 5672) : Number(url.port),
    tls,
    user: decodeURIComponent(url.username),
    password,
    vhost: decodeURIComponent(url.pathname.replace(/^\//, '')) || '/',
    exchange,
    queues: parseQueues(url.searchParams.get('queues') ?? '.*'),
    management: parseManagement(url.searchParams.get('management') ?? `http://${host}:15672`),
    callersWaitMs: parseSeconds(url.searchParams.get('timeout') ?? '60') * 1_000,
  };
}

function parseUrl(spec: string): URL {
  const match = /^rabbitmq:(amqps?:\/\/.*)$/s.exec(spec);
  if (match === null) return refuse('it does not begin with rabbitmq:amqp:// or rabbitmq:amqps://');
  try {
    return new URL(match[1]!);
  } catch {
    return refuse('what follows rabbitmq: is not a URL');
  }
}

function parseQueues(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return refuse(`queues=${pattern} is not a regular expression`);
  }
}

function parseManagement(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    return refuse(`management=${address} is not of the form http://host:15672`);
  }
  return url.href.replace(/\/$/, '');
}

function parseSeconds(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) refuse(`timeout=${text} is not a number of seconds`);
  return Number(text);
}

function refuse(what: string, hint = `Write it as ${example}, with special characters percent-encoded.`): never {
  throw new TideoverError('buffer-invalid', `the RabbitMQ buffer's specification is not usable: ${what}`, { hint });
}
