import type { Gate } from './gate.js';

/** Prometheus' text format. */
export function metricsText(gate: Gate): string {
  const { totals } = gate;
  return [
    gauge('state', '0 open, 1 holding, 2 releasing', ['open', 'holding', 'releasing'].indexOf(gate.state)),
    gauge('requests_held', 'Requests that wait now', gate.held),
    gauge('requests_in_flight', 'Requests at the service now', gate.inFlight),
    gauge('connections_upgraded', 'Websockets and other upgraded connections now', gate.upgraded),
    counter('requests_total', 'Requests that were let in', totals.letIn),
    counter('requests_held_total', 'Requests that had to wait', totals.held),
    counter('requests_rejected_total', 'Requests that were turned away with 503', totals.turnedAway),
    counter('holds_total', 'Holds', totals.holds),
  ].join('');
}

const gauge = (name: string, help: string, value: number): string => metric('gauge', name, help, value);
const counter = (name: string, help: string, value: number): string => metric('counter', name, help, value);

function metric(type: string, name: string, help: string, value: number): string {
  const full = `tideover_buffer_${name}`;
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${full} ${value}\n`;
}
