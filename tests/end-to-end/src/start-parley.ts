import { startInstance, type Instance, type InstanceOptions } from '@parley/launcher/instance/start-instance';

/**
 * Where time passes faster than by default, for tests that would only be slower without: calls without an answer are
 * given up within their patience, but not those that a busy machine is slow to answer.
 */
export const FASTER = {
  envOf: { dispatcher: { PROVIDER_TIMEOUT_MS: '6000', LEASE_MS: '20000', RECONCILE_INTERVAL_MS: '500' } },
} satisfies Partial<InstanceOptions>;

/** Of the environment of the tests: settings of Parley that their shell happens to have are not among it. */
const INHERITED = ['HOME', 'NODE_COMPILE_CACHE', 'PATH', 'TMPDIR'];

/** Starts a Parley for tests, with servers of its own, however slow the machine is. No test cuts the power. */
export function startParley(options: InstanceOptions): Promise<Instance> {
  return startInstance({
    postgresUrl: null,
    natsUrl: null,
    fsync: false,
    readyTimeoutMs: 240_000,
    inherited: Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
    ...options,
  });
}
