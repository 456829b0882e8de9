/** The four services, in the order in which they are started; they are stopped in reverse. */
export const serviceNames = ['dispatcher', 'ingest', 'reporting', 'gateway'] as const;
export type ServiceName = (typeof serviceNames)[number];
